"""How long changes waited until they were announced."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

Record = Mapping[str, Any]


def longest_milliseconds(records: Iterable[Record], now: datetime) -> float | None:
    """From the request of the oldest of these changes until `now`; None where none of them has a time of its own.

    Typing has none: it leaves the session's `updatedAt` as it is.
    """
    times = [time for time in map(_changed_at, records) if time]
    return (now - datetime.fromisoformat(min(times))).total_seconds() * 1_000 if times else None


def _changed_at(record: Record) -> str | None:
    before, after = (record["dynamodb"].get(image, {}).get("updatedAt") for image in ("OldImage", "NewImage"))
    time: str | None = after["S"] if after and after != before else None
    return time
