"""What the notifier's log says of its last delivery: whether all of it was announced, and if not, why."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

_WINDOWS: Final = (timedelta(minutes=2), timedelta(minutes=15), timedelta(hours=1))
"""In a busy stack the last delivery is minutes old at most, and an hour of its log is much to read."""

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """`left` is how many changes wait for the next try; `error` is AWS' code or the error's name, if one was told."""

    at: datetime
    left: int
    error: str | None = None


class NotifierLog:
    """The log group `name`, through a client of CloudWatch Logs. Every method raises what the client raises."""

    def __init__(self, logs: Any, name: str) -> None:
        self._logs = logs
        self._name = name

    def last(self, now: datetime) -> Delivery | None:
        """The last delivery of the hour before; None where there was none."""
        for window in _WINDOWS:
            lines = self._lines('"RecordsLeft"', now - window)
            if lines:
                at, line = lines[-1]
                left = int(sum(line["RecordsLeft"]))
                return Delivery(at, left, self._error(now - window) if left else None)
        return None

    def _error(self, since: datetime) -> str | None:
        """What stopped the publishing last."""
        told = self._lines('"Publishing stopped"', since)
        return str(told[-1][1].get("code", told[-1][1].get("error"))) if told else None

    def _lines(self, text: str, since: datetime) -> list[tuple[datetime, Line]]:
        """The lines of JSON that have a text, oldest first."""
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=self._name, filterPattern=text, startTime=int(since.timestamp() * 1_000)
        )
        told = [(one["timestamp"], json.loads(one["message"])) for page in pages for one in page["events"]]
        return [(datetime.fromtimestamp(at / 1_000, UTC), line) for at, line in sorted(told, key=lambda one: one[0])]
