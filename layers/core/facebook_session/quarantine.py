"""Where a record lies that can't be announced, until what was wrong is mended.

It lies whole in a bucket, which has no limit that a record could exceed and forgets nothing; a queue would have both.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

PREFIX: Final = "quarantine/"

_SEQUENCE_NUMBER_DIGITS: Final = 40
_NO_SESSION: Final = "(none)"  # no session's id has parentheses

Record = Mapping[str, Any]


class Quarantine:
    """The objects under `quarantine/` in the bucket `bucket`, through an S3 client."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, record: Record, reason: str) -> None:
        """Puts a stream record, as the function got it, with the reason. The same record takes the same place.

        Raises what the client raises.
        """
        body = {"reason": reason, "Records": [record]}
        self._client.put_object(
            Bucket=self._bucket, Key=key(record), Body=json.dumps(body).encode(), ContentType="application/json"
        )

    def erase(self, session_id: str, until: str | None) -> None:
        """Deletes, in all versions, what lies here of a session from before the sequence number `until`; None: all.

        What comes behind its removal is of another session that got the same id.
        """
        bound = None if until is None else _key(session_id, until)
        for one in self._versions(folder(session_id)):
            if bound is None or one["Key"] < bound:
                self._client.delete_object(Bucket=self._bucket, Key=one["Key"], VersionId=one["VersionId"])

    def _versions(self, prefix: str) -> Iterator[Mapping[str, str]]:
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in pages:
            yield from (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))


def key(record: Record) -> str:
    """`quarantine/{session}/{sequence number}.json`: a session's records are in their order."""
    change = record["dynamodb"]
    session_id = change.get("Keys", {}).get("id", {}).get("S", _NO_SESSION)
    return _key(session_id, change["SequenceNumber"])


def folder(session_id: str) -> str:
    return f"{PREFIX}{session_id}/"


def _key(session_id: str, sequence_number: str) -> str:
    return f"{folder(session_id)}{sequence_number.zfill(_SEQUENCE_NUMBER_DIGITS)}.json"
