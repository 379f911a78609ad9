"""Answers in the contract's shape, and the HTTP status that each reason gets. The only place that knows both."""

import json
from collections.abc import Mapping
from typing import Any, Final

from facebook_session.errors import BodyTooLarge, SessionError

_HTTP_STATUS: Final[Mapping[int, int]] = {1: 400, 2: 400, 4: 503, 5: 403, 6: 404, 10: 400, 20: 403}
_INTERNAL_ERROR: Final = 4
_RETRY_AFTER_SECONDS: Final = "1"

Answer = dict[str, Any]


def success(reference_id: int) -> Answer:
    """`{"statusCode":0}`, with the session's `referenceId` after the request as ETag."""
    return _answer(200, {"statusCode": 0}, {"ETag": f'"{reference_id}"'})


def refused(error: SessionError) -> Answer:
    """The answer to a request that was refused, or, with 503, whose outcome is unknown."""
    status = 413 if isinstance(error, BodyTooLarge) else _HTTP_STATUS[error.status_code]
    headers = {"Retry-After": _RETRY_AFTER_SECONDS} if status == 503 else {}
    return _answer(status, {"statusCode": error.status_code, "statusMessage": str(error)}, headers)


def failed() -> Answer:
    """The answer where the code is at fault."""
    return _answer(500, {"statusCode": _INTERNAL_ERROR, "statusMessage": "Internal error"}, {})


def _answer(status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", "Cache-Control": "no-store", **headers},
        "body": json.dumps(body, separators=(",", ":")),
    }
