"""What a request asks of AWS where the tables are small and where they are large: calls, items and bytes.

They are counted, not timed, on moto's tables: DynamoDB bills and answers by items and bytes.
"""

import contextlib
import io
import itertools
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

from moto import mock_aws

from bench.measure import FUNCTIONS, ROOT
from facebook_session import aws
from facebook_session.attributes import attribute
from facebook_session.policies import Policies
from facebook_session.store import SessionStore
from facebook_session.transcript import Transcript
from local import seed
from tests.template import table_schema

SIZES: Final = (10, 1_000, 100_000)
"""Sessions in the table, and messages in the transcript of the session that the requests are about."""

_OF_AGENT: Final = 10
_SESSION: Final = f"{0:016}"
_EVENT: Final[dict[str, Any]] = json.loads((ROOT / "events/session-api-set-disposition.json").read_text())

Batch = dict[str, list[dict[str, Any]]]


def run() -> dict[str, Any]:
    """Of each request its calls, items and bytes at each size."""
    os.environ.update(FUNCTIONS)
    measured: dict[str, Any] = {name: {} for name in _requests(SIZES[0])}
    with mock_aws():
        client = _tables()
        for smaller, size in itertools.pairwise((0, *SIZES)):
            for batch in _batches(range(smaller, size)):
                client.batch_write_item(RequestItems=batch)
            client.put_item(TableName="sessions", Item=_session(0) | {"messageCount": {"N": str(size)}})
            for name, event in _requests(size).items():
                measured[name][str(size)] = _counted(client, event)
    return measured


def _tables() -> Any:
    from session_api import app

    client = aws.client("dynamodb", 2)
    for name in ("Session", "Message"):
        client.create_table(TableName=f"{name.lower()}s", **table_schema(f"{name}Table"))
    app.store = SessionStore(client, "sessions")
    client.create_table(TableName="settings", **table_schema("SettingTable"))
    app.transcript = Transcript(client, "messages")
    app.policies = Policies(client, "settings")
    return client


def _batches(numbers: Iterable[int]) -> Iterator[Batch]:
    """Sessions and messages of these numbers. The first sessions are the agent's, the others of others."""
    remaining = iter(numbers)
    while some := list(itertools.islice(remaining, 10)):
        yield {
            "sessions": [{"PutRequest": {"Item": _session(number)}} for number in some],
            "messages": [{"PutRequest": {"Item": _message(number)}} for number in some],
        }


def _session(number: int) -> dict[str, Any]:
    agent = seed.PAGE_AGENT if number < _OF_AGENT else f"Agent{number % 1_000:04}"
    return seed.item(f"{number:016}", agent)


def _message(number: int) -> dict[str, Any]:
    text = {"type": "Text", "timestamp": 1389261492035 + number, "text": "How can I help?"}
    item: dict[str, Any] = attribute(text | {"sessionId": _SESSION, "index": number + 1})["M"]
    return item


def _requests(size: int) -> dict[str, dict[str, Any]]:
    """Requests by name, with a transcript of `size` messages."""
    session = "/v2/me/facebooksessions/{id}"
    last = {"startIndex": str(size - 9), "count": "10"}
    return {
        "SetDisposition": _operation("SetDisposition", disposition=f"Resolved{size:09}"),
        "SendMessage": _operation("SendMessage", text="How can I help?"),
        "read a session": _read(session),
        "read its last 10 messages": _read(f"{session}/messages", **last),
        "list of 10 sessions": _read("/v2/me/facebooksessions", fields="*"),
    }


def _operation(name: str, **parameters: str) -> dict[str, Any]:
    body = json.dumps({"operationName": name} | parameters)
    return _EVENT | {"pathParameters": {"id": _SESSION}, "body": body}


def _read(path: str, **query: str) -> dict[str, Any]:
    read = {"httpMethod": "GET", "resource": path, "body": None, "queryStringParameters": query}
    return _EVENT | read | {"pathParameters": {"id": _SESSION}}


def _counted(client: Any, event: dict[str, Any]) -> dict[str, int]:
    from session_api import app

    counts = Counter(calls=0, items=0, bytes=0)

    def sent(params: dict[str, Any], **_: Any) -> None:
        counts.update(calls=1, bytes=len(params["body"]))

    def received(http_response: Any, parsed: dict[str, Any], **_: Any) -> None:
        counts.update(items=_items(parsed), bytes=len(http_response.content))

    app.policies.current()  # which a function reads once in half a minute
    with contextlib.redirect_stdout(io.StringIO()), _listening(client, sent, received):
        answer = app.lambda_handler(event, None)
    assert answer["statusCode"] == 200, answer
    return dict(counts)


@contextlib.contextmanager
def _listening(client: Any, sent: Any, received: Any) -> Iterator[None]:
    events = client.meta.events
    events.register("before-call.dynamodb.*", sent)
    events.register("after-call.dynamodb.*", received)
    yield
    events.unregister("before-call.dynamodb.*", sent)
    events.unregister("after-call.dynamodb.*", received)


def _items(answer: dict[str, Any]) -> int:
    """Items that DynamoDB read or wrote for this answer."""
    if "Responses" in answer:
        return sum(len(items) for items in answer["Responses"].values())
    return int(answer.get("ScannedCount", 1))
