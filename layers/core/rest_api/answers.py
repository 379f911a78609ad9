"""Answers in the contract's shape, and the HTTP status that each reason gets. The only place that knows both."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from facebook_session.errors import (
    BodyTooLarge,
    MethodNotAllowed,
    PreconditionFailed,
    RefusedByPolicy,
    SessionError,
    UnreadableBody,
)

_HTTP_STATUS: Final[Mapping[int, int]] = {1: 400, 2: 400, 4: 503, 5: 403, 6: 404, 10: 400, 20: 403}
_OWN_STATUS: Final[Mapping[type[SessionError], int]] = {
    MethodNotAllowed: 405,
    PreconditionFailed: 412,
    BodyTooLarge: 413,
    UnreadableBody: 415,
}
_INTERNAL_ERROR: Final = 4
_RETRY_AFTER_SECONDS: Final = "1"
_SEE_CODES: Final = " GET /settings/dispositions lists the codes."

Answer = dict[str, Any]


def success(reference_id: int) -> Answer:
    """`{"statusCode":0}`, with the session's `referenceId` after the request as ETag."""
    return _answer(200, '{"statusCode":0}', _etag(reference_id))


def done() -> Answer:
    """`{"statusCode":0}`, of what has no number."""
    return _answer(200, '{"statusCode":0}', {})


def read(body: str, item: Mapping[str, Any] | None = None) -> Answer:
    """What was read, as JSON, with the `referenceId` of the session that it tells of, if it is one, as ETag."""
    return _answer(200, body, _etag(item["referenceId"]) if item else {})


def versioned(version: int, has_seen: bool, body: Callable[[], str]) -> Answer:
    """What was read, with its version as ETag; nothing where the client `has_seen` that one."""
    return _answer(304, "", _etag(version)) if has_seen else _answer(200, body(), _etag(version))


def created(body: str, item: Mapping[str, Any], location: str) -> Answer:
    """The new session, as JSON."""
    return _answer(201, body, _etag(item["referenceId"]) | {"Location": location})


def refused(error: SessionError) -> Answer:
    """The answer to a request that was refused, or, with 503, whose outcome is unknown."""
    status = _OWN_STATUS.get(type(error)) or _HTTP_STATUS[error.status_code]
    hint = _SEE_CODES if isinstance(error, RefusedByPolicy) else ""
    return _answer(status, _reason(error.status_code, f"{error}{hint}"), _more(error, status))


def _more(error: SessionError, status: int) -> Mapping[str, str]:
    """The headers in which a refusal says more."""
    if isinstance(error, PreconditionFailed):
        return _etag(error.reference_id)
    if isinstance(error, MethodNotAllowed):
        return {"Allow": error.methods}
    return {"Retry-After": _RETRY_AFTER_SECONDS} if status == 503 else {}


def failed() -> Answer:
    """The answer where the code is at fault."""
    return _answer(500, _reason(_INTERNAL_ERROR, "Internal error"), {})


def _reason(status_code: int, message: str) -> str:
    return json.dumps({"statusCode": status_code, "statusMessage": message}, separators=(",", ":"))


def _etag(reference_id: int) -> dict[str, str]:
    return {"ETag": f'"{reference_id}"'}


def _answer(status: int, body: str, headers: Mapping[str, str]) -> Answer:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", "Cache-Control": "no-store", **headers},
        "body": body,
    }
