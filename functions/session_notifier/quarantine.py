"""Where a record lies that can't be announced, until what was wrong is mended.

It lies whole in a bucket, which has no limit that a record could exceed and forgets nothing; a queue would have both.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

PREFIX: Final = "quarantine/"

_LONGEST_SEQUENCE_NUMBER: Final = 40

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

    def erase(self, session_id: str) -> None:
        """Deletes all that lies here of a session, in all versions."""
        pages = self._client.get_paginator("list_object_versions").paginate(
            Bucket=self._bucket, Prefix=folder(session_id)
        )
        for page in pages:
            for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                self._client.delete_object(Bucket=self._bucket, Key=one["Key"], VersionId=one["VersionId"])


def key(record: Record) -> str:
    """`quarantine/{session}/{sequence number}.json`: a session's records are in their order."""
    change = record["dynamodb"]
    session_id = change.get("Keys", {}).get("id", {}).get("S", "unknown")
    return f"{folder(session_id)}{change['SequenceNumber'].zfill(_LONGEST_SEQUENCE_NUMBER)}.json"


def folder(session_id: str) -> str:
    return f"{PREFIX}{session_id}/"
