"""How long a change waited is told from its own time until it was announced."""

from datetime import UTC, datetime
from typing import Any

import pytest

from session_notifier.announced import Announced
from tests.unit.builders import record, session

NOW = datetime(2026, 11, 26, 12, 0, 10, tzinfo=UTC)


def change(second: int, before: int | None = 0) -> dict[str, Any]:
    """A change at so many seconds behind noon, after one `before`; None where the session was created by it."""
    old = None if before is None else session(updatedAt=_text(before))
    return record(old, session(updatedAt=_text(second), referenceId=34))


def _text(second: int) -> str:
    return f"2026-11-26T12:00:{second:02}.250+00:00"


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([change(8)], 1_750),
        ([change(9), change(4), change(7)], 5_750),
        ([change(5, before=None)], 4_750),
        ([change(12)], -2_250),  # another machine's clock
        ([], None),
        ([change(3, before=3)], None),  # typing
        ([change(3, before=3), change(8)], 1_750),
        ([record(session(), session())], None),
    ],
)
def test_the_oldest_change_of_a_round_tells(records: list[dict[str, Any]], expected: float | None) -> None:
    announced = Announced()
    announced.add([], records, NOW)
    assert announced.longest_milliseconds == expected


@pytest.mark.parametrize("time", ["later", "", "2026-11-26T12:00:03", 5, None], ids=str)
def test_a_time_that_can_not_be_read_is_none(time: object) -> None:
    announced = Announced()
    announced.add([], [record(session(updatedAt="before"), session(updatedAt=time))], NOW)
    assert announced.longest_milliseconds is None


def test_the_longest_wait_of_all_rounds_is_told() -> None:
    announced = Announced()
    for records in ([change(8)], [change(4)], [change(3, before=3)], [change(9)]):
        announced.add([], records, NOW)
    assert announced.longest_milliseconds == 5_750
