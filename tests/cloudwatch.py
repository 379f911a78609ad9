"""CloudWatch's rules: what state an alarm has, by its definition in the template and what was measured.

No emulator evaluates alarms. The rules are those of the manual, "How CloudWatch alarms evaluate missing data": of the
evaluation range, which is longer than the periods that count, the newest values count; where they are too few, missing
data is treated as the alarm says.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Alarm = Mapping[str, Any]

_FURTHER_PERIODS: Final = 2  # that CloudWatch looks back beyond those that count
_OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}

_STATISTICS: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {"Sum": math.fsum, "Maximum": max}


@dataclass(frozen=True, slots=True)
class Measured:
    """A value at `second`, under a metric's name and dimensions."""

    second: float
    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]
    value: float


def state(alarm: Alarm, measured: Iterable[Measured], now: float, before: str = "INSUFFICIENT_DATA") -> str:
    """Of an alarm that was in the state `before`: OK, ALARM or INSUFFICIENT_DATA."""
    wanted = frozenset((one["Name"], one["Value"]) for one in alarm["Dimensions"])
    own = [
        one
        for one in measured
        if (one.namespace, one.name, one.dimensions) == (alarm["Namespace"], alarm["MetricName"], wanted)
    ]
    return judged(alarm, [_breaches(alarm, values) for values in _periods(alarm, own, now)], before)


def judged(alarm: Alarm, periods: Sequence[bool | None], before: str) -> str:
    """By whether each period of the evaluation range breaches, oldest first; None where nothing was measured."""
    count: int = alarm["EvaluationPeriods"]
    needed: int = alarm.get("DatapointsToAlarm", count)
    there = [one for one in periods if one is not None][-count:]
    breaching, missing = sum(there), count - len(there)
    treatment = alarm.get("TreatMissingData", "missing")
    if treatment in ("breaching", "notBreaching"):
        return "ALARM" if breaching + missing * (treatment == "breaching") >= needed else "OK"
    if not there:
        return "INSUFFICIENT_DATA" if treatment == "missing" else before
    if breaching < min(needed, len(there)):
        return "OK"
    return before if treatment == "ignore" and breaching < needed else "ALARM"


def _periods(alarm: Alarm, own: Sequence[Measured], now: float) -> list[list[float]]:
    """The values of each whole period of the evaluation range. Periods begin where the clock's do."""
    length: int = alarm["Period"]
    last = int(now // length) * length
    starts = [last - length * back for back in range(alarm["EvaluationPeriods"] + _FURTHER_PERIODS, 0, -1)]
    return [[one.value for one in own if start <= one.second < start + length] for start in starts]


def _breaches(alarm: Alarm, values: Sequence[float]) -> bool | None:
    if not values:
        return None
    compared = _OPERATORS[alarm["ComparisonOperator"]]
    return compared(_statistic(alarm, values), float(alarm["Threshold"]))


def _statistic(alarm: Alarm, values: Sequence[float]) -> float:
    if "ExtendedStatistic" in alarm:
        share = float(alarm["ExtendedStatistic"].removeprefix("p")) / 100
        return sorted(values)[math.ceil(share * len(values)) - 1]
    return _STATISTICS[alarm["Statistic"]](values)
