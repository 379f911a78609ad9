"""CORS: which pages of a browser may send requests and see the answers."""

from collections.abc import Mapping
from typing import Any, Final

from session_api import requests
from session_api.answers import Answer
from session_api.settings import Settings

_SHARED: Final = {
    "Access-Control-Expose-Headers": "ETag,Location,Retry-After",
    "Vary": "Origin",
}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET,POST",
    "Access-Control-Allow-Headers": "Authorization,Content-Type,Idempotency-Key,If-Match",
    "Access-Control-Max-Age": "7200",
}


def is_preflight(event: Mapping[str, Any]) -> bool:
    """Whether a browser asks if it may send a request."""
    return bool(event["httpMethod"] == "OPTIONS")


def preflight() -> Answer:
    return {"statusCode": 204, "headers": dict(_PREFLIGHT), "body": ""}


def shared(answer: Answer, event: Mapping[str, Any], settings: Settings) -> Answer:
    """The answer, with leave for the page that asks where its origin is allowed."""
    origin = requests.header(event, "Origin")
    if not settings.allows(origin):
        return answer
    return answer | {"headers": answer["headers"] | _SHARED | {"Access-Control-Allow-Origin": origin}}
