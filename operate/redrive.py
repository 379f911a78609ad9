"""Announces what lies in quarantine and what the stream gave up on, once what was wrong is mended.

Both lie in one bucket: `quarantine/` has the notifier's objects, `aws/` those of the stream's mapping. An object is
handed to the notifier, which announces its records as it would have, with the same `eventId`s; then the versions of it
that there were are deleted. What still can't be announced the notifier puts back, as a newer version.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lying:
    """An object of the bucket, and the number of its first record in the stream."""

    key: str
    first: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many `records` the notifier has taken, and how many objects are `left`; `stopped`: it failed at one."""

    records: int
    left: int
    stopped: bool


def redrive(s3: Any, functions: Any, bucket: str, notifier: str) -> Outcome:
    """Goes through the bucket in the order of the stream, with clients of S3 and Lambda, up to the first failure."""
    done, stopped = 0, False
    for lying in sorted(_lying(s3, bucket), key=lambda one: one.first):
        versions = _versions(s3, bucket, lying.key)
        records = _records(s3.get_object(Bucket=bucket, Key=lying.key, VersionId=versions[0]))
        if not _announced(functions, notifier, records):
            stopped = True
            break
        for version in versions:
            s3.delete_object(Bucket=bucket, Key=lying.key, VersionId=version)
        done += len(records)
    return Outcome(done, sum(1 for _ in _keys(s3, bucket)), stopped)


def _lying(s3: Any, bucket: str) -> Iterator[Lying]:
    for key in _keys(s3, bucket):
        records = _records(s3.get_object(Bucket=bucket, Key=key))
        if records:
            yield Lying(key, int(records[0]["dynamodb"]["SequenceNumber"]))


def _keys(s3: Any, bucket: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (one["Key"] for one in page.get("Contents", ()))


def _versions(s3: Any, bucket: str, key: str) -> list[str]:
    """The newest first."""
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key)
    found = [one for page in pages for one in page.get("Versions", ()) if one["Key"] == key]
    return [one["VersionId"] for one in sorted(found, key=lambda one: not one["IsLatest"])]


def _records(found: Any) -> list[Record]:
    """Of an object of either kind. The mapping writes what it invoked the function with as `payload`."""
    content = json.loads(found["Body"].read())
    payload = content.get("payload", content)
    records: list[Record] = (json.loads(payload) if isinstance(payload, str) else payload)["Records"]
    return records


def _announced(functions: Any, notifier: str, records: Sequence[Record]) -> bool:
    """Whether the notifier took all of them. It can need several calls, as long as each brings it forward."""
    while records:
        answer = functions.invoke(FunctionName=notifier, Payload=json.dumps({"Records": records}).encode())
        if "FunctionError" in answer:
            return False
        failures = json.loads(answer["Payload"].read())["batchItemFailures"]
        rest = _rest(records, failures[0]["itemIdentifier"]) if failures else []
        if len(rest) == len(records):
            return False
        records = rest
    return True


def _rest(records: Sequence[Record], number: str) -> Sequence[Record]:
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    return records[numbers.index(number) :]
