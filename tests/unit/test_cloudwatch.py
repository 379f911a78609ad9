"""The rules that alarms are tried by are CloudWatch's, as the tables of its manual have them."""

from typing import Any

import pytest

from tests.cloudwatch import Measured, judged, state

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
NO_DATA = "INSUFFICIENT_DATA"
BEFORE = "before"


def periods(drawn: str) -> list[bool | None]:
    """`0` is a value that doesn't breach, `X` one that does, `-` none."""
    return [{"0": False, "X": True, "-": None}[one] for one in drawn.split()]


@pytest.mark.parametrize(
    ("drawn", "states"),
    [
        ("0 - X - X", ("OK", "OK", "OK", "OK")),
        ("- - - - 0", ("OK", "OK", "OK", "OK")),
        ("- - - - -", (NO_DATA, BEFORE, "ALARM", "OK")),
        ("0 X X - X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("- - X - -", ("ALARM", BEFORE, "ALARM", "OK")),
    ],
)
def test_where_all_of_three_periods_must_breach(drawn: str, states: tuple[str, ...]) -> None:
    found = [judged({"EvaluationPeriods": 3, "TreatMissingData": one}, periods(drawn), BEFORE) for one in TREATMENTS]
    assert tuple(found) == states


@pytest.mark.parametrize(
    ("drawn", "states"),
    [
        ("0 - X - X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 0 X 0 X", ("ALARM", "ALARM", "ALARM", "ALARM")),
        ("0 - X - -", ("OK", "OK", "ALARM", "OK")),
        ("- - - - 0", ("OK", "OK", "ALARM", "OK")),
        ("- - - X -", ("ALARM", BEFORE, "ALARM", "OK")),
    ],
)
def test_where_two_of_three_must(drawn: str, states: tuple[str, ...]) -> None:
    alarm = {"EvaluationPeriods": 3, "DatapointsToAlarm": 2}
    assert tuple(judged(alarm | {"TreatMissingData": one}, periods(drawn), BEFORE) for one in TREATMENTS) == states


ALARM: dict[str, Any] = {
    "Namespace": "N",
    "MetricName": "M",
    "Dimensions": [{"Name": "stack", "Value": "s"}],
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 2,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
}


def value(second: float, amount: float, stack: str = "s", **changes: str) -> Measured:
    names = {"namespace": "N", "name": "M"} | changes
    return Measured(second, names["namespace"], names["name"], frozenset({("stack", stack)}), amount)


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ([value(60, 3)], "ALARM"),
        ([value(60, 1), value(119.9, 2)], "ALARM"),
        ([value(60, 2)], "OK"),
        ([value(120, 3)], "OK"),  # the period is not over yet
        ([value(59, 3), value(61, 0)], "OK"),
        ([value(60, 3, "other")], "OK"),
        ([value(60, 3, name="other")], "OK"),
        ([value(60, 3, namespace="other")], "OK"),
        ([], "OK"),
    ],
)
def test_the_values_of_a_whole_period_count_by_their_statistic(measured: list[Measured], expected: str) -> None:
    assert state(ALARM, measured, now=120) == expected


def test_a_value_further_back_counts_where_there_is_no_newer_one() -> None:
    assert state(ALARM | {"TreatMissingData": "ignore"}, [value(60, 3)], now=180) == "ALARM"


@pytest.mark.parametrize(("late", "expected"), [(5, "OK"), (6, "ALARM")])
def test_a_percentile_is_what_so_many_are_within(late: int, expected: str) -> None:
    by_percentile = {name: one for name, one in ALARM.items() if name != "Statistic"} | {"ExtendedStatistic": "p95"}
    measured = [value(60, 9) for _ in range(late)] + [value(60, 1) for _ in range(100 - late)]
    assert state(by_percentile, measured, now=120) == expected
