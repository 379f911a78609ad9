"""What the template says that costs depend on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_LINE_BYTES: Final = 26  # that CloudWatch adds to each event
_VARIABLE_BYTES: Final = 12  # of what stands in place of one of API Gateway's variables, give or take


@dataclass(frozen=True, slots=True)
class Deployment:
    """`megabytes` are the functions', by their names, `access_log_bytes` those of a request's line. The clock calls the
    gauge every `gauge_minutes`.
    """

    megabytes: Mapping[str, int]
    architecture: str
    hold_seconds: int
    access_log_bytes: int
    alarms: int
    gauge_minutes: int

    @classmethod
    def of(cls, template: Mapping[str, Any]) -> "Deployment":
        """With the parameters' defaults."""
        resources, parameters = template["Resources"], template["Parameters"]
        by_default = template["Globals"]["Function"]["MemorySize"]
        functions = {name: one["Properties"] for name, one in resources.items() if one["Type"].endswith("::Function")}
        return cls(
            {name: properties.get("MemorySize", by_default) for name, properties in functions.items()},
            parameters["Architecture"]["Default"],
            parameters["HoldSeconds"]["Default"],
            _line_bytes(resources["SessionApi"]["Properties"]["AccessLogSetting"]["Format"]),
            sum(one["Type"] == "AWS::CloudWatch::Alarm" for one in resources.values()),
            _minutes(functions["UndeliveredGaugeFunction"]["Events"]["Clock"]["Properties"]["Schedule"]),
        )


def _minutes(schedule: str) -> int:
    """Of a schedule such as `rate(5 minutes)`."""
    return int(schedule.removeprefix("rate(").split(" ")[0])


def _line_bytes(form: str) -> int:
    parts = form.split('"')
    variables = [part for part in parts if part.startswith("$")]
    return len(form) + sum(_VARIABLE_BYTES - len(one) for one in variables) + _LINE_BYTES
