"""Counts what functions ask of AWS while they run in this process, on moto.

The processor's time is the function's thread's, botocore's part included; moto's, from where a request would leave the
process to where its answer would come in, is not counted, nor is that of the counting itself.
"""

import io
import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl

from operate.cost import units
from operate.cost.usage import Invocation

_LINE_BYTES: Final = 26  # that CloudWatch adds to each event
_PUBLISHED: Final = 65_536  # that SNS counts as one
_INDEXES: Final = ("owner", "state")  # of the sessions' table

Body = Mapping[str, Any]
Handler = Callable[[Mapping[str, Any], Any], Any]


class Meter:
    """`raw` is a DynamoDB client that is not counted, `written` what the functions write to. `keys` are the names of
    each table's keys, and `sessions` is the table whose indexes count. `metrics` are those that were measured, each by
    its function.
    """

    def __init__(self, raw: Any, written: io.StringIO, keys: Mapping[str, Sequence[str]], sessions: str) -> None:
        self._raw = raw
        self._written = written
        self._keys = keys
        self._sessions = sessions
        self._now = Invocation("")
        self._excluded = 0.0
        self._paused = 0.0
        self._before: dict[str, units.Item | None] = {}
        self.seen: list[Invocation] = []
        self.metrics: set[tuple[str, str]] = set()

    def invoke(self, function: str, handler: Handler, event: Mapping[str, Any], context: Any = None) -> Any:
        """The handler's answer."""
        self._now, self._excluded = Invocation(function), 0.0
        self._written.seek(0)
        self._written.truncate()
        began = time.thread_time()
        answer = handler(event, context)
        self._now.cpu_milliseconds = (time.thread_time() - began - self._excluded) * 1_000
        lines = self._written.getvalue().splitlines()
        self._now.log_bytes = sum(len(line.encode()) + _LINE_BYTES for line in lines)
        self.metrics |= {(function, name) for line in lines for name in _measured(line)}
        if answer and "statusCode" in answer:
            assert answer["statusCode"] < 300, answer
            self._now.answer_bytes = len(answer["body"].encode())
        self.seen.append(self._now)
        return answer

    def waits(self, seconds: float) -> None:
        """In place of `time.sleep`."""
        self._now.waited += seconds * 1_000

    def listen(self, client: Any) -> Any:
        """The client, whose calls are counted from now on."""
        events = client.meta.events
        events.register_first("before-call", self._called)
        events.register_first("before-send", self._pause)
        events.register_first("before-parse", self._resume)
        events.register_last("after-call", self._answered)
        return client

    def _pause(self, **_: Any) -> None:
        self._paused = time.thread_time()

    def _resume(self, **_: Any) -> None:
        self._excluded += time.thread_time() - self._paused

    def _called(self, model: Any, params: Body, **_: Any) -> None:
        self._pause()
        service = model.service_model.service_name
        self._now.calls[service] += 1
        if service == "dynamodb":
            request = json.loads(params["body"])
            self._before = {name: self._item(table, key) for name, table, key in _written(model.name, request)}
            params["context"]["metered"] = request
        elif service == "sns":
            self._published(params["body"])
        elif service == "sqs":
            self._now.amounts["queue request"] += 1
        elif model.name == "ListObjectsV2":
            self._now.amounts["list request"] += 1
        self._resume()

    def _answered(self, model: Any, parsed: Body, context: Any, **_: Any) -> None:
        self._pause()
        if "metered" in context:
            self._count(model.name, context["metered"], parsed)
        self._resume()

    def _count(self, name: str, request: Body, parsed: Body) -> None:
        for place, table, key in _written(name, request):
            before, after = self._before[place], self._item(table, key)
            count = units.written(before, after)
            if table == self._sessions:
                count += sum(units.indexed(before, after, index) for index in _INDEXES)
            self._now.amounts["write unit"] += count
        self._now.amounts["read unit"] += _read(name, request, parsed)

    def _item(self, table: str, key: Body) -> units.Item | None:
        """As it is now; `key` may be the whole item."""
        names = self._keys[table]
        found = self._raw.get_item(TableName=table, Key={name: key[name] for name in names}, ConsistentRead=True)
        item: units.Item | None = found.get("Item")
        return item

    def _published(self, body: bytes) -> None:
        """Url-encoded, as the layer's client sends it."""
        fields = parse_qsl(body.decode())
        size = sum(len(value.encode()) for name, value in fields if name.endswith(("Message", "Value")))
        entries = sum(name.endswith(".Message") for name, _ in fields)
        self._now.amounts["publication"] += math.ceil(size / _PUBLISHED)
        self._now.amounts["notification"] += entries
        self._now.amounts["published byte"] += size


def _measured(line: str) -> Iterator[str]:
    """The names of metrics in a line of CloudWatch's embedded format."""
    for one in json.loads(line).get("_aws", {}).get("CloudWatchMetrics", ()):
        yield from (metric["Name"] for metric in one["Metrics"])


def _written(name: str, request: Body) -> list[tuple[str, str, Body]]:
    """The items that a call may write: for each a name, its table, and its key or itself."""
    if name in ("PutItem", "UpdateItem", "DeleteItem"):
        return [("0", request["TableName"], request.get("Key", request.get("Item")))]
    if name != "BatchWriteItem":
        return []
    wanted = [(table, one) for table, ones in request["RequestItems"].items() for one in ones]
    keys = [one["PutRequest"]["Item"] if "PutRequest" in one else one["DeleteRequest"]["Key"] for _, one in wanted]
    return [(str(place), table, key) for place, ((table, _), key) in enumerate(zip(wanted, keys, strict=True))]


def _read(name: str, request: Body, parsed: Body) -> float:
    """The read units of a call, from what it answers."""
    consistent = bool(request.get("ConsistentRead"))
    match name:
        case "GetItem":
            return units.read(units.item_bytes(parsed.get("Item")), consistent=consistent)
        case "Query":
            return units.read(sum(map(units.item_bytes, parsed.get("Items", ()))), consistent=consistent)
        case "BatchGetItem":
            read = [one for ones in parsed["Responses"].values() for one in ones]
            return sum(units.read(units.item_bytes(one), consistent=True) for one in read)
    return 0
