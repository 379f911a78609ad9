"""From what was asked of AWS to dollars, item by item. Pure."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from operate.cost.deployment import Deployment
from operate.cost.prices import Prices
from operate.cost.usage import Invocation

_GIGA: Final = 1024**3
_MEGABYTES_OF_A_PROCESSOR: Final = 1_769  # for which Lambda gives a function one whole vCPU

COUNTED: Final = "counted"
MEASURED: Final = "measured, the calls' time assumed"
ASSUMED: Final = "counted, in part assumed"


@dataclass(frozen=True, slots=True)
class Item:
    """`amount` of what has the name `unit`, and where it comes from."""

    name: str
    amount: float
    unit: str
    dollars: float
    source: str


@dataclass(frozen=True, slots=True)
class Bill:
    """Of invocations that come `times` times."""

    prices: Prices
    deployment: Deployment
    times: int = 1

    def items(self, run: Sequence[Invocation]) -> list[Item]:
        requests = [one for one in run if one.answer_bytes is not None]
        return [
            *([self._item("API Gateway", len(requests), "api request", COUNTED)] if requests else []),
            *self._functions(run),
            *self._used(run),
            self._logs(run, len(requests)),
            self._item("X-Ray", len(run) * self.prices.assumed["sampled"], "trace", ASSUMED),
            *([self._answers(requests)] if requests else []),
        ]

    def milliseconds(self, one: Invocation) -> int:
        """That an invocation is billed for. A vCPU is taken to be as fast as this machine's processor."""
        share = min(1, self.deployment.megabytes[one.function] / _MEGABYTES_OF_A_PROCESSOR)
        calls = sum(count * self.prices.assumed[f"{service} milliseconds"] for service, count in one.calls.items())
        return math.ceil(max(one.waited, one.cpu_milliseconds / share + calls))

    def _functions(self, run: Sequence[Invocation]) -> Iterator[Item]:
        yield self._item("Lambda, requests", len(run), "lambda request", COUNTED)
        seconds: defaultdict[str, float] = defaultdict(float)
        for one in run:
            gigabytes = self.deployment.megabytes[one.function] / 1_024
            seconds[one.function] += self.milliseconds(one) / 1_000 * gigabytes
        for function, amount in seconds.items():
            unit = f"lambda GB-second, {self.deployment.architecture}"
            yield self._item(f"Lambda, {function.removesuffix('Function')}", amount, unit, MEASURED)

    def _used(self, run: Sequence[Invocation]) -> Iterator[Item]:
        names = {
            "write unit": "DynamoDB, writes",
            "read unit": "DynamoDB, reads",
            "publication": "SNS",
            "queue request": "SQS",
            "list request": "S3, lists",
        }
        for unit, name in names.items():
            amount = sum(one.amounts.get(unit, 0) for one in run)
            if amount:
                yield self._item(name, amount, unit, COUNTED)
        streamed = sum("Notifier" in one.function for one in run)
        if streamed:
            yield self._item("DynamoDB, stream", streamed, "stream read by Lambda", COUNTED)

    def _logs(self, run: Sequence[Invocation], requests: int) -> Item:
        platform = len(run) * self.prices.assumed["platform log bytes"]
        amount = sum(one.log_bytes for one in run) + platform + requests * self.deployment.access_log_bytes
        return self._item("Logs", amount / _GIGA, "logged GB", ASSUMED)

    def _answers(self, requests: Sequence[Invocation]) -> Item:
        headers = len(requests) * self.prices.assumed["header bytes"]
        amount = sum(one.answer_bytes or 0 for one in requests) + headers
        return self._item("Answers", amount / _GIGA, "sent GB", ASSUMED)

    def _item(self, name: str, amount: float, unit: str, source: str) -> Item:
        whole = amount * self.times
        return Item(name, whole, unit, whole * self.prices.dollars[unit], source)


def total(items: Sequence[Item]) -> float:
    return sum(one.dollars for one in items)
