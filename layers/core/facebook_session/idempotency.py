"""The idempotency records in a session's item, by which a request that comes twice changes the session once.

The item has the records of its last MAX_RECORDS requests, oldest first, in two lists: `requests` has each one's id, and
`taken` its stamp: the time at which it was sent to DynamoDB, a digest of its content where it has an `Idempotency-Key`,
and one more byte where it changed nothing. Each new record drops the oldest, so a request's number follows from the
session's and from how many changes came behind it.
"""

import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from facebook_session.callers import Caller
from facebook_session.errors import InvalidParameter

MAX_RECORDS: Final = 32
NO_RECORDS: Final[Mapping[str, Any]] = {"requests": [b""] * MAX_RECORDS, "taken": [b""] * MAX_RECORDS}
"""The lists of a session that nothing has changed yet, with their final length."""

# Longer than DynamoDB can be at work on a request whose caller has given up on it, with room for clocks that differ.
_IN_FLIGHT_SECONDS: Final = 10
_ID_BYTES: Final = 6
_DIGEST_BYTES: Final = 8  # with 3, which earlier versions kept, another content of the same digest is found in seconds
_TIME_BYTES: Final = 4
_UNCHANGED: Final = b"\0"

Image = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """A caller's request to change a session: `id` tells it from others, `content` is what it asks for, as text; None
    where it has no `Idempotency-Key`.

    `if_match` has the numbers of which the session must have one; None: it can have any.
    """

    caller: Caller
    id: bytes
    content: str | None = None
    if_match: frozenset[int] | None = None

    @classmethod
    def with_key(cls, caller: Caller, key: str, content: str, if_match: frozenset[int] | None = None) -> "Request":
        """The request to which the caller gave this `Idempotency-Key`. Nobody else's has its id, whatever their key."""
        return cls(caller, _hash(f"{caller.key_space}\n{key}", _ID_BYTES), content, if_match)

    @classmethod
    def without_key(cls, caller: Caller, if_match: frozenset[int] | None = None) -> "Request":
        """A request like no other, which only our own retries can meet again."""
        return cls(caller, secrets.token_bytes(_ID_BYTES), if_match=if_match)

    @property
    def has_key(self) -> bool:
        """Whether its client sent an `Idempotency-Key`."""
        return self.content is not None

    def digest(self, size: int = _DIGEST_BYTES) -> bytes:
        """Of its content; empty without one."""
        return b"" if self.content is None or not size else _hash(self.content, size)


def now() -> int:
    """In seconds."""
    return int(time.time())


def stamp(request: Request, *, changes: bool = True) -> bytes:
    """What is recorded beside the id: when the request was sent, what it asks for, and whether it changes anything.

    What changes nothing is recorded for the client's retries alone.
    """
    return _encoded(now()) + request.digest() + (b"" if changes else _UNCHANGED)


def stamp_bound(began: int) -> bytes:
    """Stamps below this one are of requests that were carried out before the time `began`, in seconds."""
    return _encoded(began - _IN_FLIGHT_SECONDS)


def may_have_dropped(image: Image, began: int) -> bool:
    """Whether the record of a request that was carried out after the time `began` can have been dropped since."""
    stamps = _stamps(image)
    return bool(stamps) and stamps[0] >= stamp_bound(began)


def reference_id(image: Image, request: Request) -> int | None:
    """The `referenceId` that the session had after the request; None: there is no record of it.

    Raises InvalidParameter where the caller gave another request the same key.
    """
    ids = [one.get("B") for one in image.get("requests", {}).get("L", ())]
    if request.id not in ids:
        return None
    index, stamps = ids.index(request.id), _stamps(image)
    digest = stamps[index][_TIME_BYTES : _TIME_BYTES + _DIGEST_BYTES]
    if digest != request.digest(len(digest)):
        raise InvalidParameter("The header Idempotency-Key was sent before, with another request.")
    newest: int = int(image["referenceId"]["N"])
    return newest - sum(map(_is_of_change, stamps[index + 1 :]))


def _stamps(image: Image) -> list[bytes]:
    return [bytes(one["B"]) for one in image.get("taken", {}).get("L", ())]


def _is_of_change(one: bytes) -> bool:
    return len(one) <= _TIME_BYTES + _DIGEST_BYTES


def _hash(text: str, size: int) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=size).digest()


def _encoded(seconds: int) -> bytes:
    """In bytes that are in the order of time."""
    return seconds.to_bytes(_TIME_BYTES, "big")
