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
class Lying:
    """An object of the bucket, and the number of its first record in the stream."""

    key: str
    first: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many `records` the notifier has taken, and how many objects are `left`; `stopped`: it failed at one.

    Those `of_none` are of sessions that were removed meanwhile: they are not announced any more.
    """

    records: int
    of_none: int
    left: int
    stopped: bool


def redrive(sessions: Sessions, bucket: UndeliveredBucket, notifier: Notifier) -> Outcome:
    """Goes through the bucket in the order of the stream, up to the first failure."""
    done, of_none, stopped = 0, 0, False
    for lying in sorted(_lying(bucket), key=lambda one: one.first):
        versions, records = bucket.versions(lying.key), bucket.records(lying.key)
        wanted = [one for one in records if one.get("eventName") == "REMOVE" or sessions.have(one)]
        if not notifier.take(wanted):
            stopped = True
            break
        bucket.delete(lying.key, versions)
        done += len(wanted)
        of_none += len(records) - len(wanted)
    return Outcome(done, of_none, sum(1 for _ in bucket.objects()), stopped)


def _lying(bucket: UndeliveredBucket) -> Iterator[Lying]:
    for key in bucket.objects():
        records = bucket.records(key)
        if records:
            yield Lying(key, int(records[0]["dynamodb"]["SequenceNumber"]))
