"""What CloudWatch has measured of a stack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Series = tuple[Sequence[datetime], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Metric:
    """`statistic` is Sum, Maximum or another one of CloudWatch's."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str


class Metrics:
    """Through a client of CloudWatch, as of `now`, up to 500 at a time. Every method raises what the client raises."""

    def __init__(self, cloudwatch: Any, now: datetime) -> None:
        self._cloudwatch = cloudwatch
        self._now = now

    def newest(self, metric: Metric, since: timedelta) -> float | None:
        """Of the newest minute that there is a value of; None where there is none."""
        ((times, values),) = self._values([metric], since, 60)
        return max(zip(times, values, strict=True))[1] if times else None

    def sums(self, metrics: Sequence[Metric], since: timedelta) -> list[float | None]:
        """Of each metric; None where there is none."""
        read = self._values(metrics, since, 300)
        return [sum(values) if values else None for _, values in read]

    def _values(self, metrics: Sequence[Metric], since: timedelta, period: int) -> list[Series]:
        found: dict[str, tuple[list[datetime], list[float]]] = {f"m{i}": ([], []) for i in range(len(metrics))}
        queries = [_query(f"m{i}", metric, period) for i, metric in enumerate(metrics)]
        reader = self._cloudwatch.get_paginator("get_metric_data")
        for page in reader.paginate(MetricDataQueries=queries, StartTime=self._now - since, EndTime=self._now):
            for one in page["MetricDataResults"]:
                found[one["Id"]][0].extend(one["Timestamps"])
                found[one["Id"]][1].extend(one["Values"])
        return [*found.values()]


def _query(name: str, metric: Metric, period: int) -> dict[str, Any]:
    dimensions = [{"Name": key, "Value": value} for key, value in metric.dimensions.items()]
    measured = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
    return {"Id": name, "MetricStat": {"Metric": measured, "Period": period, "Stat": metric.statistic}}
