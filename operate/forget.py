"""Removes a session, and with it all that the system holds of it: item, requests, transcript, what was not announced.

The stream tells the eraser of every removal. Here it is told once more, to say how it went, and because a removal that
the stream gave up on would be lost with the session's other records.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from facebook_session.removal import Removal
from facebook_session.transcript import transcript_key
from operate.bucket import Record, UndeliveredBucket
from operate.eraser import Eraser
from operate.sessions import Item, Sessions

REQUEST_SECONDS: Final = 30
"""Longer than the API function can be at work on a request: the delay of the template's RemovalQueue."""

Wait = Callable[[float, Item | None], None]
"""Waits so many seconds, once the session is removed; it gets the session as it was, None where there was none."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether there was such a session, and whether nothing of it is left.

    Where there was none, the transcript is left to a removal that may still be on its way through the stream.
    """

    existed: bool
    erased: bool


def forget(sessions: Sessions, bucket: UndeliveredBucket, eraser: Eraser, session_id: str, wait: Wait) -> Outcome:
    """Harmless where the session was removed before."""
    removed = sessions.remove(session_id)
    wait(REQUEST_SECONDS, removed)  # each time: who runs it again may have interrupted it here
    discarded = bucket.discarded(session_id)
    keys = {session_id, *_transcripts(removed, discarded)}
    erased = eraser.erase([Removal(session_id, key) for key in sorted(keys)])
    if erased:  # until then they tell of transcripts
        bucket.remove_records(session_id, discarded)
    return Outcome(removed is not None, erased and not bucket.has_quarantined(session_id))


def _transcripts(removed: Item | None, discarded: Mapping[str, Sequence[Record]]) -> Iterator[str]:
    """The keys of the transcripts that the session had, and others of its id whose removal was given up."""
    if removed:
        yield transcript_key(removed)
    for records in discarded.values():
        yield from (Removal.from_record(one).transcript for one in records if one["eventName"] == "REMOVE")
