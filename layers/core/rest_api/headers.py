"""What a request's headers ask for. No other place reads them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from facebook_session.errors import InvalidParameter, UnreadableBody, ValueOutOfRange

Event = Mapping[str, Any]

IDEMPOTENCY_KEY: Final = "^[!-~]{1,255}$"

_KEY: Final = re.compile(IDEMPOTENCY_KEY.strip("^$"))

# RFC 9110's entity tags with commas in between. A tag can hold commas itself, so the list can't be split at them.
_TAG: Final = r'(?:W/)?"[^\x00-\x20"\x7f]*"'
_TAGS: Final = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")
_STRONG_TAG: Final = re.compile(r'(?<!W/)"(0|[1-9][0-9]{0,14})"')

_SEEN: Final = re.compile(r'"(0|[1-9][0-9]{0,14})"')  # weak or not, which is the same for a read
_CHARSET: Final = re.compile(r';\s*charset\s*=\s*"?([^\s";]*)', re.IGNORECASE)
_UTF_8: Final = frozenset({"utf-8", "utf8", "us-ascii"})
_NO_CODING: Final = frozenset({"", "identity"})


def origin(event: Event) -> str:
    """The page of a browser that sends the request; empty where none is named, or several are."""
    lines = _lines(event, "origin")
    return lines[0] if len(lines) == 1 else ""


def idempotency_key(event: Event) -> str:
    """By which the client names its request, empty where it doesn't; raises ValueOutOfRange."""
    lines = _lines(event, "idempotency-key")
    if not lines:
        return ""
    if len(lines) > 1 or not _KEY.fullmatch(lines[0]):
        raise ValueOutOfRange("The header Idempotency-Key must be sent once, with 1 to 255 visible ASCII characters.")
    return lines[0]


def if_match(event: Event) -> frozenset[int] | None:
    """The numbers of which the session, or the policy, must have one; None where it can have any.

    Tags are compared as text: one that is weak or that nothing can have matches nothing. 0 is that of no policy yet.
    Raises InvalidParameter.
    """
    lines = _lines(event, "if-match")
    if not lines or lines == ["*"]:
        return None
    tags = ",".join(lines)
    if not _TAGS.fullmatch(tags):
        raise InvalidParameter('The header If-Match must be ETags, such as "34", or *.')
    return frozenset(map(int, _STRONG_TAG.findall(tags)))


def has_seen(event: Event, version: int) -> bool:
    """Whether the client wants no version that is read, `*`, or not this one. What is no ETag of ours is none."""
    lines = _lines(event, "if-none-match")
    return lines == ["*"] or any(int(tag) == version for line in lines for tag in _SEEN.findall(line))


def demand_plain_utf_8(event: Event) -> None:
    """Raises UnreadableBody where the body is said to be anything else. As what media type it is sent is no matter."""
    charsets = _CHARSET.findall(",".join(_lines(event, "content-type")))
    codings = ",".join(_lines(event, "content-encoding")).split(",")
    if not (_all_of(charsets, _UTF_8) and _all_of(codings, _NO_CODING)):
        raise UnreadableBody


def _all_of(names: list[str], known: frozenset[str]) -> bool:
    return all(name.strip().lower() in known for name in names)


def _lines(event: Event, name: str) -> list[str]:
    """The values of a header, in whatever case it was sent, each line's by itself; `name` is in lower case.

    Local engines join the lines with commas.
    """
    given = event.get("multiValueHeaders") or _as_lists(event.get("headers") or {})
    return [line for sent, lines in given.items() if sent.lower() == name for line in lines]


def _as_lists(headers: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in headers.items()}
