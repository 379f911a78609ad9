"""The session: its states, what each of them allows and shows, its limits, and the resource that clients see."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

MAX_USER_DATA_KEYS: Final = 200
MAX_DISPOSITION_LENGTH: Final = 4_096
USER_DATA_KEY: Final = "^[A-Za-z0-9_. -]{1,128}$"

_SESSION_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,128}")


class State(StrEnum):
    INVITED = "Invited"
    CHATTING = "Chatting"
    LEFT_CHAT = "LeftChat"
    COMPLETED = "Completed"


ANSWERED: Final = frozenset({State.CHATTING, State.LEFT_CHAT})
"""An agent has accepted the session and nobody has completed it."""

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


def is_session_id(text: str) -> bool:
    """Whether a session can have this id: 1 to 128 letters, digits, `_`, `.` or `-`."""
    return _SESSION_ID.fullmatch(text) is not None


def resource(item: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """The session as clients see it, in the shape of Genesys' `facebooksession`.

    `item` is the session's item as plain values; `base_url` is the API's address up to and with `/api/v2`.
    """
    shown = {
        "participants": [_participant(one) for one in item["participants"]],
        "state": item["state"],
        "id": item["id"],
        "capabilities": list(CAPABILITIES[State(item["state"])]),
        "userData": item["userData"],
        "uri": f"{base_url}/facebooksessions/{item['id']}",
    }
    return shown | {"comment": item["comment"]} if "comment" in item else shown


def _participant(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves out `userName`, which is for the system alone."""
    return {name: stored[name] for name in ("nickname", "type", "participantId")}
