"""A warm session_api answers requests, against the bare boto3 calls with the same arguments."""

import contextlib
import io
import json
from typing import Any, Final
from unittest import mock

from botocore import xform_name

from bench.measure import ROOT, against, in_turn, stub
from facebook_session.policy import Policy

_PAGES_REQUEST: Final[dict[str, Any]] = json.loads((ROOT / "events/session-api-set-disposition.json").read_text())
_KEYS: Final = {f"key-{number}": f"value {number}" for number in range(50)}
_NESTED_KEYS: Final = {key: {"a": [{"b": {"c": value}}]} for key, value in _KEYS.items()}


def _operation(name: str, **parameters: Any) -> dict[str, Any]:
    return _PAGES_REQUEST | {"body": json.dumps({"operationName": name} | parameters)}


def _list() -> dict[str, Any]:
    read = {"httpMethod": "GET", "resource": "/v2/me/facebooksessions", "pathParameters": None, "body": None}
    return _PAGES_REQUEST | read | {"queryStringParameters": {"fields": "*"}}


def _by_system(name: str, **parameters: Any) -> dict[str, Any]:
    principal = {"identity": {"userArn": "arn:aws:sts::000000000000:assumed-role/channel/channel"}}
    context = _PAGES_REQUEST["requestContext"] | principal | {"authorizer": None}
    return _operation(name, **parameters) | {"resource": "/v2/facebooksessions/{id}", "requestContext": context}


_CODES: Final = [{"name": f"DC_{number}", "displayName": f"Code {number}"} for number in range(500)]
_QUEUES: Final = {f"queue {number}": ["DC_0", f"DC_{number + 1}"] for number in range(20)}
_SET_CODE: Final = _operation("SetDisposition", disposition="DC_300")
"""A code that none of the 20 queues has."""

_REQUESTS: Final = {
    "SetDisposition": (_PAGES_REQUEST, 4_000),
    "SendMessage": (_operation("SendMessage", text="How can I help?"), 2_000),
    "SendMessage by a system": (_by_system("SendMessage", text="My gift is broken."), 2_000),
    "UpdateUserData of 50 keys": (_operation("UpdateUserData", userData=_KEYS), 2_000),
    "UpdateUserData of 50 keys 5 deep": (_operation("UpdateUserData", userData=_NESTED_KEYS), 1_000),
    "list of 100 sessions": (_list(), 400),
}
"""Events, and how often each is sent."""


def run() -> dict[str, Any]:
    """Of each request p50 and p99 of both sides, and how many calls of AWS it makes."""
    with stub(delay_seconds=0):
        from session_api import app

        app.policies.current()  # which a function reads once in half a minute
        measured = {name: _measure(app, event, rounds) for name, (event, rounds) in _REQUESTS.items()}
        policy = Policy.of(1, {"codes": _CODES, "queues": _QUEUES, "enforce": True})
        with mock.patch.object(app.policies, "current", return_value=policy):
            return measured | {"SetDisposition of 500 codes": _measure(app, _SET_CODE, 4_000)}


def _measure(app: Any, event: dict[str, Any], rounds: int) -> dict[str, Any]:
    import boto3

    needed = calls(app, event)
    client = boto3.client("dynamodb")
    bare = [(getattr(client, name), arguments) for name, arguments in needed]

    def ours() -> None:
        assert app.lambda_handler(event, None)["statusCode"] == 200

    def plain() -> None:
        for call, arguments in bare:
            call(**arguments)

    seconds = in_turn(rounds, {"ours": ours, "bare": plain})
    warm = {side: times[rounds // 10 :] for side, times in seconds.items()}
    both = {f"p{percent}": against(warm["ours"], warm["bare"], percent) for percent in (50, 99)}
    return both | {"aws_calls": len(needed)}


def calls(app: Any, event: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The calls of AWS, with their arguments, that the request makes."""
    made: list[tuple[str, dict[str, Any]]] = []

    def keep(params: dict[str, Any], model: Any, **_: Any) -> None:
        made.append((xform_name(model.name), params))

    events = app._dynamodb.meta.events
    events.register("provide-client-params.dynamodb.*", keep)
    with contextlib.redirect_stdout(io.StringIO()):
        app.lambda_handler(event, None)
    events.unregister("provide-client-params.dynamodb.*", keep)
    return made
