"""A bucket with versions, behind as much of an S3 client as the code uses."""

import io
import itertools
import json
from collections.abc import Iterator
from typing import Any

Values = dict[str, Any]


class FakeBucket:
    """Keeps every version of an object until that version is deleted, or raises `failure` where one is to be put."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self._versions: dict[str, dict[str, bytes]] = {}
        self._ids = map(str, itertools.count(1))

    @property
    def objects(self) -> dict[str, Any]:
        """The newest version of each object, read as JSON."""
        return {key: json.loads(self._newest(key)) for key in sorted(self._versions)}

    def put_object(self, **call: Any) -> Values:
        assert call["Bucket"] == "bucket"
        if self.failure:
            raise self.failure
        self._versions.setdefault(call["Key"], {})[next(self._ids)] = call["Body"]
        return {}

    def get_object(self, **call: Any) -> Values:
        return {"Body": io.BytesIO(self._newest(call["Key"]))}

    def delete_object(self, **call: Any) -> Values:
        """Of a version that is not there nothing is said."""
        versions = self._versions.get(call["Key"], {})
        versions.pop(call["VersionId"], None)
        if not versions:
            self._versions.pop(call["Key"], None)
        return {}

    def get_paginator(self, name: str) -> "Pages":
        return Pages(self, name)

    def pages(self, name: str, prefix: str) -> Iterator[Values]:
        """A page an object."""
        for key in sorted(self._versions):
            if key.startswith(prefix):
                versions = [{"Key": key, "VersionId": one} for one in self._versions[key]]
                yield {"Versions": versions} if name == "list_object_versions" else {"Contents": [{"Key": key}]}

    def _newest(self, key: str) -> bytes:
        return [*self._versions[key].values()][-1]


class Pages:
    def __init__(self, bucket: FakeBucket, name: str) -> None:
        self._bucket = bucket
        self._name = name

    def paginate(self, **call: Any) -> Iterator[Values]:
        assert call["Bucket"] == "bucket"
        return self._bucket.pages(self._name, call["Prefix"])
