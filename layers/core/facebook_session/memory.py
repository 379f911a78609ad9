"""The memory of requests in a session's item, by which a request that comes twice changes the session once.

`requests` has the ids of the last 32 requests, oldest first, and `taken` for each a mark: the time at which it was sent
to DynamoDB, a digest of its content where the client named it, and one more byte where it changed nothing. Each entry
drops the oldest, so a request's number follows from the session's and from how many changes came behind it. DynamoDB
appends what is set far behind a list's end.
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
_DIGEST_BYTES: Final = 8  # with 3, which earlier versions kept, another content of the same digest is found in seconds
_TIME_BYTES: Final = 4
_UNCHANGED: Final = b"\0"

Image = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """A user's request to change a session: `id` tells it from others, `content` is what it asks for, as text; None
    where the client didn't name it.

    `if_match` has the numbers of which the session must have one; None: it can have any.
    """

    user_name: str
    id: bytes
    content: str | None = None
    if_match: frozenset[int] | None = None

    @classmethod
    def of(cls, user_name: str, key: str, content: str, if_match: frozenset[int] | None = None) -> "Request":
        """The request that the user named `key`. Nobody else's has its id, whatever they call theirs."""
        return cls(user_name, _hash(f"{user_name}\n{key}", _ID_BYTES), content, if_match)

    @classmethod
    def unnamed(cls, user_name: str, if_match: frozenset[int] | None = None) -> "Request":
        """A request like no other, which only our own repeats can meet again."""
        return cls(user_name, secrets.token_bytes(_ID_BYTES), if_match=if_match)

    @property
    def is_named(self) -> bool:
        """By its client, with an `Idempotency-Key`."""
        return self.content is not None

    def digest(self, size: int = _DIGEST_BYTES) -> bytes:
        """Of its content; empty without one."""
        return b"" if self.content is None or not size else _hash(self.content, size)


def now() -> int:
    """In seconds."""
    return int(time.time())


def mark(request: Request, *, changes: bool = True) -> bytes:
    """What is remembered beside the id: when the request was sent, what it asks for, and whether it changes anything.

    What changes nothing is remembered for the client's repeats alone.
    """
    return _written(now()) + request.digest() + (b"" if changes else _UNCHANGED)


def surely_before(began: int) -> bytes:
    """Marks below this one are of requests that were carried out before the time `began`, in seconds."""
    return _written(began - _IN_FLIGHT_SECONDS)


def may_have_forgotten(image: Image, began: int) -> bool:
    """Whether a request that was carried out after the time `began` can have been forgotten since."""
    marks = _marks(image)
    return bool(marks) and marks[0] >= surely_before(began)


def number(image: Image, request: Request) -> int | None:
    """The `referenceId` that the session had after the request; None: it is not remembered.

    Raises InvalidParameter where the user gave another request the same name.
    """
    ids = [one.get("B") for one in image.get("requests", {}).get("L", ())]
    if request.id not in ids:
        return None
    place, marks = ids.index(request.id), _marks(image)
    digest = marks[place][_TIME_BYTES : _TIME_BYTES + _DIGEST_BYTES]
    if digest != request.digest(len(digest)):
        raise InvalidParameter("The header Idempotency-Key was sent before, with another request.")
    newest: int = int(image["referenceId"]["N"])
    return newest - sum(map(_is_of_change, marks[place + 1 :]))


def _marks(image: Image) -> list[bytes]:
    return [bytes(one["B"]) for one in image.get("taken", {}).get("L", ())]


def _is_of_change(one: bytes) -> bool:
    return len(one) <= _TIME_BYTES + _DIGEST_BYTES


def _hash(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=size).digest()


def _written(seconds: int) -> bytes:
    """In bytes that are in the order of time."""
    return seconds.to_bytes(_TIME_BYTES, "big")
