"""A stack that is watched: what CloudWatch would have measured of its functions, and what its alarms say.

What the functions measure themselves is read from what they print. What AWS measures of them is what its manual says,
under the names and dimensions that it gives there.
"""

import contextlib
import importlib
import io
import json
import logging
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import pytest

from tests.clients import client
from tests.cloudwatch import Measured, state
from tests.system import CONTEXT, System
from tests.template import ROOT, TEMPLATE, of_type

_RESOURCES: Final = TEMPLATE["Resources"]
_STACK: Final = ("stack", "AWS::StackName")
_BUCKET: Final = "undelivered"

FUNCTIONS: Final[Mapping[str, Mapping[str, Any]]] = of_type("AWS::Serverless::Function")
ALARMS: Final[Mapping[str, Mapping[str, Any]]] = of_type("AWS::CloudWatch::Alarm")

Record = dict[str, Any]

BROKEN: Final[Record] = {"eventID": "event-9", "eventName": "MODIFY", "dynamodb": {"SequenceNumber": "9"}}
"""What the stream brings has no session in it."""


class Watch:
    """Its clock stands still unless it is moved on. `measured` is all that there is until now, `lines` what the
    functions printed, by their logs.
    """

    def __init__(self, system: System, patch: pytest.MonkeyPatch) -> None:
        self.system = system
        self.lines: dict[str, list[dict[str, Any]]] = {f"{function}Log": [] for function in FUNCTIONS}
        self.second = 1_400_000_100.0  # where a period of five minutes begins
        self.measured: list[Measured] = []
        self._states = dict.fromkeys(ALARMS, "INSUFFICIENT_DATA")
        for name, properties in FUNCTIONS.items():
            service = properties["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
            patch.setattr(app(name).metrics, "service", service)

    def run(self, function: str, call: Callable[[], Any]) -> Any:
        """An execution of a function, by what it gives; None where it ended with an error."""
        answer, errors = None, 0
        with _printed() as printed:
            try:
                answer = call()
            except Exception:
                errors = 1
        lines = [json.loads(line) for line in printed.getvalue().splitlines()]
        self.lines[f"{function}Log"] += lines
        self.measured += [one for line in lines for one in self._embedded(line)]
        self.measure("AWS/Lambda", "Errors", errors, FunctionName=function)
        return answer

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        return self.run(function, lambda: app(function).lambda_handler(event, CONTEXT))

    def begin(self, function: str, **settings: str | None) -> None:
        """A new process of a function begins with these settings in place of the usual ones; None takes one away."""
        environment = {**os.environ, **settings, "PYTHONPATH": f"{ROOT / 'functions'}:{ROOT / 'layers/core'}"}
        there = {name: value for name, value in environment.items() if value is not None}
        module = FUNCTIONS[function]["Handler"].removesuffix(".lambda_handler")
        done = subprocess.run([sys.executable, "-c", f"import {module}"], env=there, capture_output=True, check=False)
        self.measure("AWS/Lambda", "Errors", int(done.returncode != 0), FunctionName=function)

    def begin_without(self, function: str, setting: str) -> None:
        """Twice, since with all its settings it must begin."""
        self.begin(function)
        assert not self.measured[-1].value
        self.begin(function, **{setting: None})

    def throttle(self, function: str, at_once: int, free: int) -> None:
        """Requests `at_once`, for which so many executions are free."""
        self.measure("AWS/Lambda", "Throttles", max(0, at_once - free), FunctionName=function)

    def answer(self, status: int) -> None:
        """API Gateway answers with this HTTP status."""
        api = _RESOURCES["SessionApi"]["Properties"]
        where = {"ApiName": api["Name"], "Stage": api["StageName"]}
        self.measure("AWS/ApiGateway", "5XXError", int(status >= 500), **where)

    def measure(self, namespace: str, name: str, value: float, **dimensions: str) -> None:
        self.measured.append(Measured(self.second, namespace, name, frozenset(dimensions.items()), value))

    def state(self, alarm: str) -> str:
        """Once the period that is under way is over."""
        period = ALARMS[alarm]["Period"]
        now = math.floor(self.second / period + 1) * period
        self._states[alarm] = state(ALARMS[alarm], self.measured, now, self._states[alarm])
        return self._states[alarm]

    def _embedded(self, told: Mapping[str, Any]) -> list[Measured]:
        """What a line of the embedded metric format tells, stamped by this clock."""
        found = []
        for one in told.get("_aws", {}).get("CloudWatchMetrics", ()):
            (names,) = one["Dimensions"]
            own = {name: str(told[name]) for name in names}
            assert own["stack"] == os.environ["STACK_NAME"]
            dimensions = frozenset((own | dict([_STACK])).items())
            for metric in one["Metrics"]:
                values = told[metric["Name"]]
                found += [
                    Measured(self.second, one["Namespace"], metric["Name"], dimensions, value) for value in values
                ]
        return found


class Feed:
    """The mapping from the stream to a function, as the template has it."""

    def __init__(self, watch: Watch, function: str) -> None:
        self._watch = watch
        self._function = function
        self._properties = TEMPLATE["Resources"][f"{function}SessionChange"]["Properties"]

    def bring(self, records: Sequence[Record], seconds: int, every: int = 60) -> None:
        """Hands the records over for so long, until they are done or too old."""
        for age in range(0, seconds + 1, every):
            self._watch.second += every
            if self._are_done(records, age):
                return
            if age >= self._properties["MaximumRecordAgeInSeconds"]:
                self._give_up(records)
                return

    def _are_done(self, records: Sequence[Record], age: int) -> bool:
        answer = self._watch.invoke(self._function, {"Records": records})
        self._watch.measure("AWS/Lambda", "IteratorAge", age * 1_000, FunctionName=self._function)
        return answer is not None and not answer["batchItemFailures"]

    def _give_up(self, records: Sequence[Record]) -> None:
        assert "EventCount" in self._properties["MetricsConfig"]["Metrics"]
        taken = "DestinationConfig" in self._properties and _put(records)
        name = "OnFailureDestinationDeliveredEventCount" if taken else "DroppedEventCount"
        mapping = f"{self._function}SessionChange"
        self._watch.measure("AWS/Lambda", name, len(records), EventSourceMappingUUID=mapping)


@contextlib.contextmanager
def _printed() -> Iterator[io.StringIO]:
    """What functions print within it. Their logger keeps the `sys.stdout` of when it was made."""
    printed = io.StringIO()
    handlers = [one for one in logging.getLogger("test").handlers if isinstance(one, logging.StreamHandler)]
    before = [one.setStream(printed) for one in handlers]
    with contextlib.redirect_stdout(printed):
        yield printed
    for handler, stream in zip(handlers, before, strict=True):
        handler.setStream(stream)


def app(function: str) -> Any:
    """The module behind a function's handler."""
    return importlib.import_module(f"{FUNCTIONS[function]['Handler'].split('.')[0]}.app")


def _put(records: Sequence[Record]) -> bool:
    """As Lambda puts it into the bucket; False where there is none."""
    s3 = client("s3")
    try:
        content = json.dumps({"version": "1.0", "payload": {"Records": records}}).encode()
        s3.put_object(Bucket=_BUCKET, Key="aws/lambda/mapping/batch", Body=content)
    except s3.exceptions.NoSuchBucket:
        return False
    return True
