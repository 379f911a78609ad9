"""The state machine: a session's states, who may move it from which to which, and what each state shows as
capabilities.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from facebook_session.callers import Role


class State(StrEnum):
    INVITED = "Invited"
    CHATTING = "Chatting"
    LEFT_CHAT = "LeftChat"
    COMPLETED = "Completed"


class Ending(StrEnum):
    """By which operation a session was completed."""

    REJECT = "Reject"
    COMPLETE = "Complete"
    LEAVE = "Leave"


@dataclass(frozen=True, slots=True)
class Move:
    """`leads` has the states that an operation is allowed in, each with the one it leads to; None: the session stays
    where it is. `ending` is how a session ends that it completes. A session that is Completed must have ended by
    `reopens`. `is_late`: who takes or took part can call it in Completed too, for the policy's `lateHours`.
    """

    leads: Mapping[State, State | None]
    ending: Ending | None = None
    reopens: Ending | None = None
    is_late: bool = False

    @property
    def always_moves(self) -> bool:
        """Whether the session's state is another one in any case."""
        return all(to not in (None, state) for state, to in self.leads.items())


Moves = Mapping[Role, Move]
"""An operation's for each role that may call it."""

OPEN: Final = (State.INVITED, State.CHATTING, State.LEFT_CHAT)
_ANSWERED: Final = (State.CHATTING, State.LEFT_CHAT)


def _stay(*states: State) -> Move:
    return Move(dict.fromkeys(states))


def _lead(to: State, *states: State, ending: Ending | None = None, reopens: Ending | None = None) -> Move:
    return Move(dict.fromkeys(states, to), ending, reopens)


SPEAK: Final[Moves] = {
    Role.AGENT: _stay(State.CHATTING),
    Role.SYSTEM: _stay(State.INVITED, State.CHATTING),  # a customer writes before anyone has accepted
}
SET_DATA: Final[Moves] = {Role.AGENT: _stay(*_ANSWERED), Role.SYSTEM: _stay(*OPEN)}
SET_DISPOSITION: Final[Moves] = {**SET_DATA, Role.AGENT: replace(SET_DATA[Role.AGENT], is_late=True)}
LOOK: Final[Moves] = {Role.AGENT: _stay(State.CHATTING)}
ACCEPT: Final[Moves] = {Role.AGENT: _lead(State.CHATTING, State.INVITED)}
REJECT: Final[Moves] = {Role.AGENT: _lead(State.COMPLETED, State.INVITED, ending=Ending.REJECT)}
LEAVE: Final[Moves] = {
    Role.AGENT: _lead(State.LEFT_CHAT, State.CHATTING),
    Role.SYSTEM: Move({State.CHATTING: State.LEFT_CHAT, State.INVITED: State.COMPLETED}, ending=Ending.LEAVE),
}
TRANSFER: Final[Moves] = {
    Role.AGENT: _lead(State.INVITED, *_ANSWERED),
    # the customer of a session that an agent has rejected still waits
    Role.SYSTEM: _lead(State.INVITED, *OPEN, State.COMPLETED, reopens=Ending.REJECT),
}
COMPLETE: Final[Moves] = {
    Role.AGENT: _lead(State.COMPLETED, *_ANSWERED, ending=Ending.COMPLETE),
    Role.SYSTEM: _lead(State.COMPLETED, *OPEN, ending=Ending.COMPLETE),
}

CAPABILITIES: Final[Mapping[State, tuple[str, ...]]] = {
    State.INVITED: ("Accept", "Reject"),
    State.CHATTING: (
        "Transfer",
        "Complete",
        "Leave",
        "InFocus",
        "SendMessage",
        "SendStartTypingNotification",
        "SendStopTypingNotification",
    ),
    State.LEFT_CHAT: ("Transfer", "Complete"),
    State.COMPLETED: (),
}
"""Genesys' lists. They leave out operations that its own pages document, so they refuse nothing."""
