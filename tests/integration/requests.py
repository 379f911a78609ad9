"""Requests of agents and of systems, as API Gateway hands them over."""

import json
from collections.abc import Mapping
from typing import Any

from local import seed
from session_api import app
from tests.template import ROOT

ROUTING = "arn:aws:iam::123456789012:role/routing"
CHANNEL = "arn:aws:iam::123456789012:role/channel"
EVENT = json.loads((ROOT / "events/session-api-set-disposition.json").read_text())


def operation(name: str, session_id: str = seed.PAGE_SESSION, user: str = seed.PAGE_AGENT, **parameters: Any) -> Any:
    """The answer to an operation: HTTP status, body, ETag."""
    event: dict[str, Any] = json.loads(json.dumps(EVENT))
    event["pathParameters"]["id"] = session_id
    event["requestContext"]["authorizer"]["claims"]["cognito:username"] = user
    event["body"] = json.dumps({"operationName": name} | parameters)
    return answer(event)


def sent(headers: dict[str, str], name: str, **parameters: Any) -> Any:
    """The answer to an operation with these headers."""
    return answer(with_headers(EVENT, headers) | {"body": json.dumps({"operationName": name} | parameters)})


def with_headers(event: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    """The event with these headers, one line each, beside its own."""
    given: dict[str, Any] = json.loads(json.dumps(event))
    lines = {name: [value] for name, value in headers.items()}
    return given | {
        "headers": given["headers"] | headers,
        "multiValueHeaders": given["multiValueHeaders"] | lines,
    }


def read(path: str, user: str = seed.PAGE_AGENT, session_id: str = seed.PAGE_SESSION, **query: str) -> Any:
    """The answer to a GET of `path`, such as `/v2/me/facebooksessions/{id}`."""
    event: dict[str, Any] = json.loads(json.dumps(EVENT))
    event |= {"httpMethod": "GET", "resource": path, "body": None, "queryStringParameters": query or None}
    event["pathParameters"] = {"id": session_id} if "{id}" in path else None
    event["requestContext"]["authorizer"]["claims"]["cognito:username"] = user
    return answer(event)


def creation(headers: Mapping[str, str] | None = None, **content: Any) -> Any:
    """The answer to the routing system's request."""
    return answer(_of_system(ROUTING, "POST", "/v2/facebooksessions", headers, body=json.dumps(content)))


def by_system(
    name: str,
    session_id: str = seed.PAGE_SESSION,
    headers: Mapping[str, str] | None = None,
    principal: str = CHANNEL,
    **parameters: Any,
) -> Any:
    """The answer to a system's operation."""
    body = json.dumps({"operationName": name} | parameters)
    return answer(_of_system(principal, "POST", "/v2/facebooksessions/{id}", headers, session_id, body=body))


def read_by_system(path: str, session_id: str = seed.PAGE_SESSION, **query: str) -> Any:
    """The answer to a system's GET of `path`."""
    return answer(_of_system(ROUTING, "GET", path, None, session_id, queryStringParameters=query or None))


def put_policy(document: Any, **headers: str) -> Any:
    """The answer to a system that puts a policy of dispositions."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer(_of_system(ROUTING, "PUT", "/v2/settings/dispositions", sent, body=json.dumps(document)))


def _of_system(
    principal: str, method: str, path: str, headers: Mapping[str, str] | None, session_id: str = "", **more: Any
) -> dict[str, Any]:
    return {
        "httpMethod": method,
        "resource": path,
        "pathParameters": {"id": session_id} if "{id}" in path else None,
        "headers": headers or {},
        "requestContext": {"requestId": "request-1", "identity": {"userArn": principal}},
        **more,
    }


def answer(event: dict[str, Any]) -> tuple[int, Any, str | None]:
    given = app.lambda_handler(event, None)
    return given["statusCode"], json.loads(given["body"]), given["headers"].get("ETag")
