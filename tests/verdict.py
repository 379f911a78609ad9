"""Whether an answer is one that the contract knows: the kinds of success, and the refusals with their HTTP status."""

import json
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from contract.shapes import ANSWERS, Created, Error

REFUSALS: Final = frozenset(
    {
        (400, 1),
        *((400, 2), (405, 2), (412, 2), (415, 2)),
        (403, 3),
        (403, 5),
        (404, 6),
        *((400, 10), (413, 10)),
        (403, 20),
    }
)
"""HTTP status and `statusCode` of what is refused while nothing fails."""

SELDOM: Final = frozenset({(403, 3)})
"""Those of them that a fuzz needn't meet."""

_EMPTY: Final = {("OPTIONS", 204), ("GET", 304), ("HEAD", 304)}
_OF_HEAD: Final = {200} | {status for status, _ in REFUSALS}
_READ: Final = {
    frozenset(about.alias or name for name, about in shape.model_fields.items()) - {"next"}: shape
    for shape in ANSWERS
    if shape not in (Error, Created)
}


def code(text: str) -> int | None:
    """The `statusCode` in an answer's body; None where there is no body."""
    return json.loads(text)["statusCode"] if text else None


def complaint(method: str, status: int, text: str, mark: str) -> str:
    """What is wrong with an answer; empty: nothing. `mark` stands in all that the client sent."""
    if not text:
        return "" if (method, status) in _EMPTY or (method == "HEAD" and status in _OF_HEAD) else "no body"
    try:
        body = json.loads(text, parse_float=Decimal)
    except ValueError as error:
        return f"no JSON: {error}"
    if not isinstance(body, dict):
        return "no object"
    return _of_success(status, body) if status in (200, 201) else _of_refusal(status, body, mark)


def _of_success(status: int, body: dict[str, Any]) -> str:
    shape = Created if status == 201 else _READ.get(frozenset(body) - {"next"})
    if shape is None:
        return "no success of the contract"
    try:
        shape.model_validate(body)
    except ValidationError as error:
        return "; ".join(
            f"{one['loc']}: {one['msg']}" for one in error.errors() if status == 201 or not _is_left_out(one)
        )
    return ""


def _is_left_out(error: Any) -> bool:
    """Whether it is a session's field: a client can ask for others only."""
    return error["type"] == "missing" and str(error["loc"][0]).startswith("facebooksession")


def _of_refusal(status: int, body: dict[str, Any], mark: str) -> str:
    if body.keys() != {"statusCode", "statusMessage"}:
        return "no refusal of the contract"
    message = body["statusMessage"]
    if (status, body["statusCode"]) not in REFUSALS or isinstance(body["statusCode"], bool):
        return "no status of the contract"
    if not isinstance(message, str) or not message.strip():
        return "no reason"
    return "client text in the reason" if mark in message else ""
