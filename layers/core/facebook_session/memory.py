"""The memory of requests in a session's item, by which a request that comes twice changes the session once.

`requests` has the ids of the last 32 changes, oldest first, and `taken` for each the time at which it was sent to
DynamoDB and a digest of its content. Each numbered change drops the oldest and appends its own, so a place in the
lists is a number of the session. DynamoDB appends what is set far behind a list's end.
"""

import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from facebook_session.errors import InvalidParameter

REMEMBERED: Final = 32
EMPTY: Final[Mapping[str, Any]] = {"requests": [b""] * REMEMBERED, "taken": [b""] * REMEMBERED}
"""The memory of a session that nothing has changed yet, with its final length."""

BEHIND_THE_END: Final = 1_000

# Longer than DynamoDB can be at work on a request whose caller has given up on it, with room for clocks that differ.
_IN_FLIGHT_SECONDS: Final = 10
_ID_BYTES: Final = 6
_DIGEST_BYTES: Final = 3
_TIME_BYTES: Final = 4

Image = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """A user's request to change a session: `id` tells it from others, `content` is a digest of what it asks for.

    `if_match` is the number that the session must have, where it must have one.
    """

    user_name: str
    id: bytes
    content: bytes = b""
    if_match: int | None = None

    @classmethod
    def of(cls, user_name: str, key: str, content: str, if_match: int | None = None) -> "Request":
        """The request that the user named `key`. Nobody else's has its id, whatever they call theirs."""
        named = f"{user_name}\n{key}"
        return cls(user_name, _hash(named, _ID_BYTES), _hash(content, _DIGEST_BYTES), if_match)

    @classmethod
    def unnamed(cls, user_name: str, if_match: int | None = None) -> "Request":
        """A request like no other, which only our own repeats can meet again."""
        return cls(user_name, secrets.token_bytes(_ID_BYTES), if_match=if_match)


def now() -> int:
    """In seconds."""
    return int(time.time())


def mark(request: Request) -> bytes:
    """What is remembered beside the id: when the request was sent, and what it asks for."""
    return _written(now()) + request.content


def surely_before(began: int) -> bytes:
    """Marks below this one are of changes that were made before the time `began`, in seconds."""
    return _written(began - _IN_FLIGHT_SECONDS)


def may_have_forgotten(image: Image, began: int) -> bool:
    """Whether a change that was made after the time `began` can have been forgotten since."""
    marks = image.get("taken", {}).get("L", ())
    return bool(marks) and bytes(marks[0]["B"]) >= surely_before(began)


def number(image: Image, request: Request) -> int | None:
    """The `referenceId` that the request has got already; None: it is not remembered.

    Raises InvalidParameter where the user gave another request the same name.
    """
    ids = [one.get("B") for one in image.get("requests", {}).get("L", ())]
    if request.id not in ids:
        return None
    place = ids.index(request.id)
    if image["taken"]["L"][place]["B"][_TIME_BYTES:] != request.content:
        raise InvalidParameter("The header Idempotency-Key was sent before, with another request.")
    newest: int = int(image["referenceId"]["N"])
    return newest - (len(ids) - 1 - place)


def _hash(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=size).digest()


def _written(seconds: int) -> bytes:
    """In bytes that are in the order of time."""
    return seconds.to_bytes(_TIME_BYTES, "big")
