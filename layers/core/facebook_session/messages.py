"""The messages of a session's transcript, from the session's item to what clients see.

A session's item keeps in `newMessages` what its last change added, without what follows from the item itself: the
index, from `messageCount`, and the sender, from `participants`, or `departed` for who left by that change. So a message
is added by one write, with no read before it. A new message names its sender by `userName`; one without it is the
customer's.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from facebook_session.session import shown_participant

TYPING: Final = frozenset({"TypingStarted", "TypingStopped"})
"""Messages that are announced and not kept: they have no index."""

_VISIBILITY: Final = "All"

NewMessage = Mapping[str, Any]
Message = dict[str, Any]


def is_kept(message: NewMessage) -> bool:
    return message["type"] not in TYPING


def new_message(kind: str, user_name: str | None, **content: str) -> NewMessage:
    """A message of this `type` from the agent, or without one from the customer, sent now."""
    sender = {"userName": user_name} if user_name else {}
    return {"type": kind, "timestamp": time.time_ns() // 1_000_000, **sender, **content}


def added(item: Mapping[str, Any]) -> Iterator[Message]:
    """The messages that the last change of the session added, as clients see them; `item` as plain values."""
    new = item.get("newMessages", [])
    first = item.get("messageCount", 0) - sum(map(is_kept, new)) + 1
    for index, message in enumerate(new, start=first):
        numbered = {"index": index} if is_kept(message) else {}
        yield numbered | _shown(message, _sender(message, item))


def _sender(message: NewMessage, item: Mapping[str, Any]) -> Mapping[str, Any]:
    persons = [*item["participants"], *([item["departed"]] if "departed" in item else [])]
    return next(one for one in persons if one.get("userName") == message.get("userName"))


def _shown(message: NewMessage, sender: Mapping[str, Any]) -> Message:
    """Without an index. `timestampSeconds` holds milliseconds, as it does at Genesys."""
    content = {name: message[name] for name in ("text", "url") if name in message}
    milliseconds = message["timestamp"]
    return {
        "from": shown_participant(sender),
        **content,
        "visibility": _VISIBILITY,
        "timestamp": formatted(milliseconds),
        "type": message["type"],
        "timestampSeconds": milliseconds,
    }


def formatted(milliseconds: int) -> str:
    """Such as `2014-01-09 09:58:12.035+0000`."""
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{milliseconds % 1000:03}{moment:%z}"
