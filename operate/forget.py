"""Removes a session, and with it all that the system holds of it: item, requests, transcript, what was not announced.

The notifier erases what else there is of a session that was removed: here it is told so, because it may have been told
by the stream already, before the last request under way added its message to the transcript.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from operate.bucket import Record, UndeliveredBucket
from operate.notifier import Notifier
from operate.sessions import Sessions

_UNDER_WAY_SECONDS: Final = 30  # longer than the API function can be at work on a request


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether there was such a session, and whether nothing of it is left."""

    existed: bool
    erased: bool


def forget(
    sessions: Sessions, bucket: UndeliveredBucket, notifier: Notifier, session_id: str, wait: Callable[[float], None]
) -> Outcome:
    """`wait` waits so many seconds. Harmless where the session was removed before."""
    existed = sessions.remove(session_id)
    wait(_UNDER_WAY_SECONDS)  # each time: who runs it again may have interrupted it here
    bucket.leave_out(session_id)
    taken = notifier.take([_removal(session_id)])
    return Outcome(existed, taken and not bucket.quarantines(session_id))


def _removal(session_id: str) -> Record:
    """What the stream tells the notifier of a session that was removed."""
    return {"eventName": "REMOVE", "dynamodb": {"Keys": {"id": {"S": session_id}}, "SequenceNumber": "0"}}
