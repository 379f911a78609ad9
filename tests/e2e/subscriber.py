"""What a subscriber of the topic gets."""

import json
import uuid
from collections.abc import Iterator
from typing import Any, Final

from local import seed
from local.queues import Message
from local.stack import Stack
from tests.e2e import published

_PATIENCE_SECONDS: Final = 60
_LAST: Final = "last-of-all-"


def body(message: Message) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(message["Body"])
    return decoded


def everything(stack: Stack) -> list[Message]:
    """All notifications of what was done before, however many. Each must be as published.

    The emulator's stream has one shard, and its topic keeps the order. So a session that is made now is announced at
    the same time as some of it at the earliest, and one that is made once that was heard is announced last of all.
    What comes again is left out: where the topic is slow to answer, the notifier asks again.
    """
    got: dict[str, Message] = {}
    for _ in range(2):
        got |= {published.attributes(one)["eventId"]: one for one in _until_last(stack)}
    return [*got.values()]


def _until_last(stack: Stack) -> Iterator[Message]:
    """What comes until a session that is made now is announced."""
    last = f"{_LAST}{uuid.uuid4()}"
    assert seed.create_session(stack.client, stack.table, last, "Nobody")
    for message in stack.notifications(_PATIENCE_SECONDS):
        published.check_notification(message)
        session_id = published.attributes(message)["sessionId"]
        if session_id == last:
            return
        if not session_id.startswith(_LAST):
            yield message
    raise AssertionError(f"for {_PATIENCE_SECONDS} s no more notifications came")


def announced(stack: Stack, count: int) -> list[Message]:
    """All notifications of what was done before, which are so many."""
    got = everything(stack)
    assert len(got) == count, [published.attributes(message) for message in got]
    return got


def make_session(stack: Stack, session_id: str, **attributes: Any) -> None:
    """Makes a session and takes its announcement off the queue."""
    assert seed.create_session(stack.client, stack.table, session_id, **attributes)
    (created,) = announced(stack, 1)
    assert body(created)["notificationType"] == "StatusChange"
