"""The rule by which the copies are exact, whatever comes twice, late, out of order or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

UserData = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification: of the change `number` of its session, the one at `position`, counted from 1.

    `session` is the `facebooksession` in it; None in one that tells of messages.
    """

    session_id: str
    number: int
    position: int
    session: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A session's user data after its change `number`; None: the same as before that change."""

    number: int
    user_data: UserData | None


class Copies(Protocol):
    """The copies that are kept: `number` is that of the last change in one, 0 where there is none.

    `keep` puts a copy where there is none, or an older one; `move_on` only where there is that of the change before.
    """

    def number(self, session_id: str) -> int: ...

    def keep(self, session_id: str, copy: Copy) -> None: ...

    def move_on(self, session_id: str, copy: Copy) -> None: ...

    def drop(self, session_id: str) -> None: ...


class Sessions(Protocol):
    """The sessions themselves, as they are now; None where there is none any more."""

    def read(self, session_id: str) -> Copy | None: ...


def follow(one: Notification, copies: Copies, sessions: Sessions) -> None:
    """Drops what is known, applies what comes next, and reads the session where something is missing."""
    last = copies.number(one.session_id)
    if one.number <= last or one.position > 1:  # the first notification of a change has the whole session
        return
    if last and one.number == last + 1 and (copy := copy_in(one)):
        copies.move_on(one.session_id, copy)
    elif found := sessions.read(one.session_id):  # without a copy too: the session may be gone, and its copy with it
        copies.keep(one.session_id, found)
    else:
        copies.drop(one.session_id)


def copy_in(one: Notification) -> Copy | None:
    """The copy that a notification itself gives; None where it leaves the user data out. Messages don't change any."""
    if one.session is None:
        return Copy(one.number, None)
    return Copy(one.number, one.session["userData"]) if "userData" in one.session else None
