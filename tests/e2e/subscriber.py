"""What a subscriber of the topic gets."""

import json
from typing import Any

from local import seed
from local.queues import Message
from local.stack import Stack
from tests.e2e import published

QUIET_SECONDS = 3.0


def body(message: Message) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(message["Body"])
    return decoded


def announced(stack: Stack, count: int) -> list[Message]:
    """The next notifications, and a while of waiting that shows that no more than `count` come.

    What comes again is left out: where the topic is slow to answer, the notifier asks again.
    """
    got: dict[str, Message] = {}
    while len(got) < count:
        more = list(stack.notifications(QUIET_SECONDS))
        assert more, f"{len(got)} of {count} notifications came"
        for message in more:
            got.setdefault(published.attributes(message)["eventId"], message)
    assert len(got) == count
    for message in got.values():
        published.check_notification(message)
    return [*got.values()]


def drain(stack: Stack) -> None:
    """Takes all notifications that come, however many, and checks them."""
    while messages := list(stack.notifications(QUIET_SECONDS)):
        for message in messages:
            published.check_notification(message)


def make_session(stack: Stack, session_id: str, **attributes: Any) -> None:
    """Makes a session and takes its announcement off the queue."""
    assert seed.create_session(stack.client, stack.table, session_id, **attributes)
    (created,) = announced(stack, 1)
    assert body(created)["notificationType"] == "StatusChange"
