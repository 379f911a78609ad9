"""The state machine: a session's states, the moves between them, and what each state shows as capabilities."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class State(StrEnum):
    INVITED = "Invited"
    CHATTING = "Chatting"
    LEFT_CHAT = "LeftChat"
    COMPLETED = "Completed"


@dataclass(frozen=True, slots=True)
class Move:
    """The states that an operation is allowed in, and the one it leads to; None: the session stays where it is."""

    allowed_in: frozenset[State]
    to: State | None = None


_ANSWERED: Final = frozenset({State.CHATTING, State.LEFT_CHAT})

STAY_IN_CHAT: Final = Move(frozenset({State.CHATTING}))
STAY_ANSWERED: Final = Move(_ANSWERED)
ACCEPT: Final = Move(frozenset({State.INVITED}), State.CHATTING)
REJECT: Final = Move(frozenset({State.INVITED}), State.COMPLETED)
TRANSFER: Final = Move(_ANSWERED, State.INVITED)
LEAVE: Final = Move(frozenset({State.CHATTING}), State.LEFT_CHAT)
COMPLETE: Final = Move(_ANSWERED, State.COMPLETED)

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
