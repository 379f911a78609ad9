"""The contract as it is published in docs/, and whether what really comes is what it says."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from contract.document import Document, pointer
from local import deploy, http
from local.http import Answer
from local.queues import Message
from local.stack import Stack

API_FILE: Final = deploy.ROOT / "docs/openapi.yaml"
_API: Final[dict[str, Any]] = yaml.safe_load(API_FILE.read_text())
_DOCUMENT: Final = Document(_API)
_SCHEMAS: Final = {
    path.stem: Document(json.loads(path.read_text())) for path in (deploy.ROOT / "docs/schemas").glob("*.json")
}


def send(stack: Stack, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    """`path` is behind /api/v2. The answer has been checked."""
    answer = http.send(method, stack.api_url + path, body, headers)
    check_answer(method, path, answer)
    return answer


def check_answer(method: str, path: str, answer: Answer) -> None:
    """It has a documented status, and the JSON that goes with it; an error, where there is no such call."""
    assert answer.headers["Content-Type"] == "application/json"
    assert _DOCUMENT.problems(_schema(method.lower(), path, str(answer.status)), answer.body) == []


def _schema(method: str, path: str, status: str) -> str:
    route = _route(path)
    call = _API["paths"].get(route, {}).get(method)
    if call is None:
        return pointer("components", "schemas", "Error")
    assert status in call["responses"], f"{method} {route} has no documented {status}"
    shared = "$ref" in call["responses"][status]
    where = ("components", "responses") if shared else ("paths", route, method, "responses")
    return pointer(*where, status, "content", "application/json", "schema")


def _route(path: str) -> str:
    bare = path.partition("?")[0]
    found = (route for route in _API["paths"] if re.fullmatch(re.sub(r"{\w+}", "[^/]+", route), bare))
    return next(found, "")


def check_notification(message: Message) -> None:
    """Its body and its attributes are those of its `notificationType`."""
    check_body(json.loads(message["Body"]))
    assert _SCHEMAS["MessageAttributes"].problems("", attributes(message)) == []


def check_body(body: Mapping[str, Any]) -> None:
    assert _SCHEMAS[body["notificationType"]].problems("", body) == []


def attributes(message: Message) -> dict[str, Any]:
    """The message attributes, as the notifier made them."""
    return {name: _value(given) for name, given in message["MessageAttributes"].items()}


def _value(given: Mapping[str, str]) -> Any:
    text = given["StringValue"]
    return text if given["DataType"] == "String" else json.loads(text)
