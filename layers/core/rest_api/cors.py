"""CORS: which pages of a browser may send requests and see the answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rest_api import headers
from rest_api.answers import Answer

_EXPOSED: Final = {"Access-Control-Expose-Headers": "Allow,ETag,Location,Retry-After"}
_PREFLIGHT: Final = {
    "Access-Control-Allow-Headers": "Authorization,Content-Type,Idempotency-Key,If-Match,If-None-Match",
    "Access-Control-Max-Age": "7200",
}


_ORIGIN: Final = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Origins:
    """Those whose pages may send requests and see the answers, with commas in between; `*` for all, empty for none.
    With `credentials` they may also send what a browser adds by itself, which cometd.js always asks for; the API has no
    cookies, so that gives nothing away.
    """

    listed: str
    credentials: bool = False

    def allow(self, origin: str) -> bool:
        """No browser sends one beyond ASCII."""
        return bool(_ORIGIN.fullmatch(origin)) and not {"*", origin}.isdisjoint(self.listed.split(","))


def is_preflight(event: Mapping[str, Any]) -> bool:
    """Whether a browser asks if it may send a request."""
    return bool(event["httpMethod"] == "OPTIONS")


def preflight(methods: str) -> Answer:
    """`methods` are those of the path, with commas in between."""
    return {
        "statusCode": 204,
        "headers": {"Allow": methods, "Access-Control-Allow-Methods": methods, **_PREFLIGHT},
        "body": "",
    }


def with_headers(answer: Answer, event: Mapping[str, Any], origins: Origins) -> Answer:
    """The answer, with the headers by which the page that asks may see it, where its origin is allowed.

    Where there are such pages, a cache must not show one of them what another page, or none, was answered.
    """
    if not origins.listed:
        return answer
    origin = headers.origin(event)
    allowed = {"Access-Control-Allow-Origin": origin, **_EXPOSED} if origins.allow(origin) else {}
    if allowed and origins.credentials:
        allowed["Access-Control-Allow-Credentials"] = "true"
    return answer | {"headers": answer["headers"] | {"Vary": "Origin"} | allowed}
