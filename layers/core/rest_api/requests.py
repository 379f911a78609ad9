"""What a request says: who calls, and the JSON object in its body."""

import base64
import codecs
import re
from collections.abc import Mapping
from typing import Any, Final

import jiter

from facebook_session import exact_json
from facebook_session.callers import Caller, Role
from facebook_session.errors import BodyTooLarge, InvalidParameter, NoPermission, NotAuthenticated
from facebook_session.idempotency import Request
from facebook_session.session import MAX_NAME_LENGTH
from rest_api import headers

FEATURE: Final = "api-multimedia"
MAX_BODY_BYTES: Final = 65_536

_GROUP: Final = re.compile(r"[^\[\], ]+")


def caller(event: Mapping[str, Any]) -> Caller:
    """The agent as Cognito vouches for it; raises NotAuthenticated, or NoPermission without `api-multimedia`.

    An ID token names the user in `cognito:username`, an access token in `username`. Cognito gives nobody a longer name;
    the table would take one of more than 2,048 bytes for a key that is not valid.
    """
    user_name = _claim(event, "cognito:username") or _claim(event, "username")
    if not 1 <= len(user_name) <= MAX_NAME_LENGTH:
        raise NotAuthenticated
    # API Gateway hands a list over as text, "a,b"; local engines as "[a b]".
    if FEATURE not in _GROUP.findall(_claim(event, "cognito:groups")):
        raise NoPermission(FEATURE)
    return Caller(user_name)


def identity(event: Mapping[str, Any], caller: Caller, parameters: Mapping[str, Any]) -> Request:
    """Which request this is, after its `Idempotency-Key`, and the numbers that its `If-Match` allows.

    Raises InvalidParameter or ValueOutOfRange.
    """
    key, if_match = headers.idempotency_key(event), headers.if_match(event)
    if not key:
        return Request.without_key(caller, if_match)
    return Request.with_key(caller, key, exact_json.dumps(parameters, sort_keys=True), if_match)


def system(event: Mapping[str, Any]) -> Caller:
    """The system by the IAM principal that API Gateway vouches for; raises NotAuthenticated.

    What it may do is IAM's business.
    """
    principal = _principal(event)
    if not principal:
        raise NotAuthenticated
    return Caller(principal, Role.SYSTEM)


def _principal(event: Mapping[str, Any]) -> str:
    """Its ARN; of a role without the name of the session in which it is assumed, which is another one each time."""
    arn: str = (event["requestContext"].get("identity") or {}).get("userArn") or ""
    return "/".join(arn.split("/")[:2]) if ":assumed-role/" in arn else arn


def caller_id(event: Mapping[str, Any]) -> str:
    """Whom API Gateway vouches for, for the log: an agent's `sub`, or a system's principal; empty for nobody."""
    return _claim(event, "sub") or _principal(event)


def _claim(event: Mapping[str, Any], name: str) -> str:
    """Of the caller's token, as text; empty where it is missing."""
    claims = (event["requestContext"].get("authorizer") or {}).get("claims") or {}
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def parameters(event: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON object in the body; raises as `json_value` does."""
    value = json_value(event)
    if not isinstance(value, dict):
        raise InvalidParameter("The request body must be a JSON object.")
    return value


def json_value(event: Mapping[str, Any]) -> Any:
    """The JSON in the body; raises UnreadableBody, BodyTooLarge, or InvalidParameter with what is wrong and where.

    The reader refuses what `json.loads` lets through or fails on: a name given twice, NaN, text that is not
    UTF-8, lone surrogates, numbers of thousands of digits, bottomless nesting.
    """
    headers.demand_plain_utf_8(event)
    body = _bytes(event)
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLarge(MAX_BODY_BYTES)
    try:
        return jiter.from_json(
            body.removeprefix(codecs.BOM_UTF8), allow_inf_nan=False, catch_duplicate_keys=True, float_mode="decimal"
        )
    except ValueError as error:
        raise InvalidParameter(f"The request body is not valid JSON: {_fault(str(error))}.") from None


def _bytes(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    try:
        return base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except ValueError:
        raise InvalidParameter("The request body is not UTF-8 text.") from None


def _fault(message: str) -> str:
    """jiter's own words, save where they repeat the client's or speak of Python."""
    reason, _, place = message.rpartition(" at ")
    if reason.startswith("Detected duplicate key"):
        reason = "a name is given twice"
    if reason.startswith("Internal error"):
        reason = "number out of range"
    return f"{reason} at {place}"
