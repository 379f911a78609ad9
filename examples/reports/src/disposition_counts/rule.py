"""The rule by which the counts are exact, whatever comes twice, late, out of order or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Group:
    """What is counted together: the dispositions `code` that `agent` set on `day`, in UTC, in sessions of `queue`.

    `day` is such as `2014-01-09`, `agent` a user name, or `system`; `queue` is empty where a session has none.
    """

    day: str
    code: str
    queue: str
    agent: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Where a session was counted after its change `number`; None: it had no disposition."""

    number: int = 0
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What the first notification of the change `number` tells. `sets` is whether the disposition is another after it.

    `queue` is the session's after the change; None in one that tells of messages, which don't change it.
    """

    number: int
    sets: bool
    queue: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the history of a session's dispositions: the change `number` set `code`, or removed it, where None."""

    number: int
    code: str | None
    day: str
    agent: str


class Gone(Exception):
    """There is no such session any more."""


class Session(Protocol):
    """The session itself, not before the change that is told. Both raise Gone."""

    def history(self) -> Sequence[Entry]:
        """Oldest first, of the disposition that is counted."""

    def queue(self) -> str: ...


def follow(counted: Counted, one: Change, session: Session) -> Counted:
    """Where the session is to be counted, that was counted so, once its change is known."""
    if one.number <= counted.number:
        return counted
    if one.number == counted.number + 1 and not one.sets:
        return Counted(one.number, moved(counted.group, one.queue))
    try:
        return Counted(one.number, group_of(one, session))
    except Gone:  # what was counted stays: the conversation took place
        return Counted(one.number, moved(counted.group, one.queue))


def moved(group: Group | None, queue: str | None) -> Group | None:
    """The same in this queue; None: in the one where it was."""
    return group if group is None or queue is None else replace(group, queue=queue)


def group_of(one: Change, session: Session) -> Group | None:
    """As the session's history has it for the change, whatever came later."""
    entries = [entry for entry in session.history() if entry.number <= one.number]
    if not entries or (code := entries[-1].code) is None:
        return None
    return Group(entries[-1].day, code, session.queue() if one.queue is None else one.queue, entries[-1].agent)
