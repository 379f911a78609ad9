"""The session: its limits, its ids, and the resource that clients see."""

import hashlib
import re
import secrets
import string
from collections.abc import Mapping
from typing import Any, Final

from facebook_session.states import CAPABILITIES, State

MAX_TEXT_LENGTH: Final = 4_096
MAX_NAME_LENGTH: Final = 128

SESSION_ID: Final = "^[.]*[A-Za-z0-9_-][A-Za-z0-9_.-]*$"
"""With MAX_NAME_LENGTH. No client can address an id of dots alone: it takes that for a folder."""

USER_NAME: Final = rf"^[^\s/\x00-\x1f\x7f-\x9f\ufffe\uffff]{{1,{MAX_NAME_LENGTH}}}$"
"""Without what SNS refuses in a message attribute."""


AGENT: Final = "Agent"
CUSTOMER: Final = "Customer"
"""The types of participants."""

_OPTIONAL_FIELDS: Final = ("comment", "queueName", "endedBy")
_LETTERS: Final = string.digits + string.ascii_letters
_SESSION_ID: Final = re.compile(SESSION_ID.strip("^$"))


def new_session_id() -> str:
    """16 letters and digits, as Genesys' own, such as `0000Na9B26EF003M`."""
    return "".join(secrets.choice(_LETTERS) for _ in range(16))


def derived_session_id(name: str) -> str:
    """In the form of `new_session_id`, and always the same for the same name."""
    number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=16).digest())
    return "".join(_LETTERS[number // len(_LETTERS) ** place % len(_LETTERS)] for place in range(16))


def new_participant_id() -> str:
    """16 hexadecimal digits, as Genesys' own, such as `009052C73228006D`."""
    return secrets.token_hex(8).upper()


def is_session_id(text: str) -> bool:
    """Whether a session can have this id: 1 to 128 letters, digits, `_`, `.` or `-`, not only dots."""
    return len(text) <= MAX_NAME_LENGTH and _SESSION_ID.fullmatch(text) is not None


def resource(item: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """The session as clients see it, in the shape of Genesys' `facebooksession`.

    `item` is the session's item as plain values; `base_url` is the API's address up to and with `/api/v2`.
    """
    shown = {
        "participants": [shown_participant(one) for one in item["participants"]],
        "state": item["state"],
        "id": item["id"],
        "capabilities": list(CAPABILITIES[State(item["state"])]),
        "userData": item["userData"],
        "uri": uri(item["id"], base_url),
    }
    return shown | {name: item[name] for name in _OPTIONAL_FIELDS if name in item}


def uri(session_id: str, base_url: str) -> str:
    """The address that names a session to everybody, so without `/me`."""
    return f"{base_url}{path(session_id)}"


def path(session_id: str) -> str:
    """The address behind `/api/v2`."""
    return f"/facebooksessions/{session_id}"


def shown_participant(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves out `userName`, which is for the system alone."""
    return {name: stored[name] for name in ("nickname", "type", "participantId")}
