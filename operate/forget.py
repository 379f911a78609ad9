"""Removes a session, and with it all that the system holds of it: item, requests, transcript, what was not announced.

The notifier erases what else there is of a session that was removed: here it is told so, because it may have been told
by the stream already, before the last request under way added its message to the transcript.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from operate.bucket import Record, UndeliveredBucket
from operate.notifier import Notifier

_UNDER_WAY: Final = timedelta(minutes=1)  # a request takes up to 25 s; the rest is for clocks that differ


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether there was such a session, and whether nothing of it is left."""

    existed: bool
    erased: bool


def forget(
    table: Any, bucket: UndeliveredBucket, notifier: Notifier, session_id: str, wait: Callable[[float], None]
) -> Outcome:
    """`table` is the boto3 Table of the sessions; `wait` waits so many seconds. Harmless where the session was removed
    before.
    """
    old = table.delete_item(Key={"id": session_id}, ReturnValues="ALL_OLD").get("Attributes")
    if old:
        wait(_seconds_under_way(old["updatedAt"]))
    bucket.leave_out(session_id)
    return Outcome(old is not None, notifier.take([_removal(session_id)]))


def _seconds_under_way(last_change: str) -> float:
    """For how long a request that changed the session may still be at work."""
    end = datetime.fromisoformat(last_change) + _UNDER_WAY
    return max(0, (end - datetime.now(UTC)).total_seconds())


def _removal(session_id: str) -> Record:
    """What the stream tells the notifier of a session that was removed."""
    return {"eventName": "REMOVE", "dynamodb": {"Keys": {"id": {"S": session_id}}, "SequenceNumber": "0"}}
