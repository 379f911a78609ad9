"""Announces what lies in quarantine and what the stream gave up on, once what was wrong is mended.

An object is handed to the notifier, which announces its records as it would have, with the same `eventId`s; then the
versions of it that there were are deleted. What still can't be announced the notifier puts back, as a newer version.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from operate.bucket import UndeliveredBucket
from operate.notifier import Notifier
from operate.sessions import Sessions


@dataclass(frozen=True, slots=True)
class UndeliveredObject:
    """An object of the bucket, and the sequence number of its first record in the stream."""

    key: str
    sequence_number: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many `records` the notifier has taken, and how many objects are `left`; `stopped`: it failed at one.

    Those `orphaned` are of sessions that were removed meanwhile: they are not announced any more.
    """

    records: int
    orphaned: int
    left: int
    stopped: bool


def redrive(sessions: Sessions, bucket: UndeliveredBucket, notifier: Notifier) -> Outcome:
    """Goes through the bucket in the order of the stream, up to the first failure."""
    delivered, orphaned, stopped = 0, 0, False
    for one in sorted(_undelivered(bucket), key=lambda one: one.sequence_number):
        versions, records = bucket.versions(one.key), bucket.records(one.key)
        wanted = [record for record in records if record.get("eventName") == "REMOVE" or sessions.have(record)]
        if not notifier.deliver(wanted):
            stopped = True
            break
        bucket.delete(one.key, versions)
        delivered += len(wanted)
        orphaned += len(records) - len(wanted)
    return Outcome(delivered, orphaned, sum(1 for _ in bucket.objects()), stopped)


def _undelivered(bucket: UndeliveredBucket) -> Iterator[UndeliveredObject]:
    for key in bucket.objects():
        records = bucket.records(key)
        if records:
            yield UndeliveredObject(key, int(records[0]["dynamodb"]["SequenceNumber"]))
