"""What of a delivery was announced, and how long the change that waited longest had waited until then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from facebook_session.notifications import Notification

Record = Mapping[str, Any]


@dataclass
class Announced:
    """`events` are the notifications' ids. `longest_milliseconds` goes from the request to the announcement of its
    change; None where no change had a time of its own.
    """

    events: list[str] = field(default_factory=list)
    longest_milliseconds: float | None = None

    def add(self, notifications: Sequence[Notification], records: Sequence[Record], now: datetime) -> None:
        """What a round announced, with its records."""
        self.events += [str(one.attributes["eventId"]) for one in notifications]
        waited = [one for one in (_waited(record, now) for record in records) if one is not None]
        if waited:
            self.longest_milliseconds = max(*waited, self.longest_milliseconds or waited[0])


def _waited(record: Record, now: datetime) -> float | None:
    """Milliseconds. Typing has no time: it leaves the session's `updatedAt` as it is. Nor has one that can't be read,
    which must not hold up what is measured here.
    """
    before, after = (record["dynamodb"].get(image, {}).get("updatedAt") for image in ("OldImage", "NewImage"))
    if after is None or after == before:
        return None
    try:
        return (now - datetime.fromisoformat(after["S"])).total_seconds() * 1_000
    except (KeyError, TypeError, ValueError):
        return None
