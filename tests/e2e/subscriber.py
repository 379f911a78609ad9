"""What a subscriber of the topic gets."""

import json
import uuid
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

    A session that is made now is announced last: the emulator's stream has one shard, and its topic keeps the order.
    What comes again is left out: where the topic is slow to answer, the notifier asks again.
    """
    last = f"{_LAST}{uuid.uuid4()}"
    assert seed.create_session(stack.client, stack.table, last, "Nobody")
    got: dict[str, Message] = {}
    for message in stack.notifications(_PATIENCE_SECONDS):
        published.check_notification(message)
        about = published.attributes(message)
        if about["sessionId"] == last:
            return [*got.values()]
        if not about["sessionId"].startswith(_LAST):
            got.setdefault(about["eventId"], message)
    raise AssertionError(f"after {len(got)} notifications no more came")


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
