"""The bucket of what was not announced: under `quarantine/` what the notifier, under `aws/` what the stream gave up."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from facebook_session import quarantine, undelivered
from facebook_session.undelivered import DISCARDED

Record = dict[str, Any]


class UndeliveredBucket:
    """The bucket `name`, through a client of S3. Every method raises what the client raises."""

    def __init__(self, s3: Any, name: str) -> None:
        self._s3 = s3
        self._name = name

    def objects(self, prefix: str = "") -> Iterator[str]:
        """The keys of all that lies here."""
        return (one["Key"] for one in undelivered.objects(self._s3, self._name, prefix))

    def records(self, key: str) -> list[Record]:
        """The stream records in the newest version of an object."""
        return _records(self._content(key))

    def versions(self, key: str) -> list[str]:
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._name, Prefix=key)
        return [one["VersionId"] for page in pages for one in page.get("Versions", ()) if one["Key"] == key]

    def delete(self, key: str, versions: Sequence[str]) -> None:
        for version in versions:
            self._s3.delete_object(Bucket=self._name, Key=key, VersionId=version)

    def has_quarantined(self, session_id: str) -> bool:
        """Whether something of a session lies in quarantine."""
        return any(True for _ in self.objects(quarantine.folder(session_id)))

    def discarded(self, session_id: str) -> dict[str, list[Record]]:
        """The session's records among those that the stream gave up on, by the objects that they lie in."""
        found = {key: [*_of(session_id, self.records(key))] for key in self.objects(DISCARDED)}
        return {key: records for key, records in found.items() if records}

    def remove_records(self, session_id: str, keys: Iterable[str]) -> None:
        """Takes a session's records out of these objects."""
        for key in keys:
            content = self._content(key)
            records = _records(content)
            own = [*_of(session_id, records)]
            others = [one for one in records if one not in own]
            self._replace(key, content | {"payload": {"Records": others}} if others else None)

    def _replace(self, key: str, content: dict[str, Any] | None) -> None:
        """By another content, or by none; the versions that there were are gone."""
        versions = self.versions(key)
        if content:
            self._s3.put_object(Bucket=self._name, Key=key, Body=json.dumps(content).encode())
        self.delete(key, versions)

    def _content(self, key: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self._s3.get_object(Bucket=self._name, Key=key)["Body"].read())
        return content


def _records(content: dict[str, Any]) -> list[Record]:
    """Of an object of either kind. The mapping writes what it invoked the function with as `payload`."""
    payload = content.get("payload", content)
    records: list[Record] = (json.loads(payload) if isinstance(payload, str) else payload)["Records"]
    return records


def _of(session_id: str, records: Iterable[Record]) -> Iterator[Record]:
    """Those of a session; some may name none."""
    return (one for one in records if one["dynamodb"].get("Keys", {}).get("id", {}).get("S") == session_id)
