"""The subscriber's rule: drop what is known, apply what comes next, read the session where something is missing."""

from collections.abc import Callable
from typing import Any

import pytest

from facebook_session.notifications import Notification as Published
from facebook_session.notifications import notifications, reduced, without_personal_data
from session_copies import app
from session_copies.rule import Copy, Notification, follow
from session_notifier.publisher import rounds
from tests.copies import KeptCopies
from tests.queue import received
from tests.unit.builders import session

TYPING = {"type": "TypingStarted", "timestamp": 1_389_261_492_035, "userName": "agent1"}
NOW = Copy(9, {"key": "now"})


class Sessions:
    """A session as it is now, or none."""

    def __init__(self, now: Copy | None = NOW) -> None:
        self.now = now
        self.reads = 0

    def read(self, _session_id: str) -> Copy | None:
        self.reads += 1
        return self.now


def copied(number: int) -> KeptCopies:
    """A copy with the number; 0: none."""
    return KeptCopies(s=Copy(number, {"key": "old"})) if number else KeptCopies()


def changed(number: int, position: int = 1, **resource: Any) -> Notification:
    return Notification("s", number, position, resource or {"userData": {"key": "new"}})


def said(number: int, position: int = 1) -> Notification:
    return Notification("s", number, position, None)


@pytest.mark.parametrize(
    ("last", "one", "kept", "reads"),
    [
        (4, changed(5), Copy(5, {"key": "new"}), 0),
        (0, changed(1), NOW, 1),
        (4, said(5), Copy(5, {"key": "old"}), 0),
        (4, changed(4), Copy(4, {"key": "old"}), 0),
        (4, changed(2), Copy(4, {"key": "old"}), 0),
        (4, changed(6), NOW, 1),
        (4, said(6), NOW, 1),
        (0, changed(34), NOW, 1),
        (4, changed(5, id="s"), NOW, 1),
        (4, said(5, position=2), Copy(4, {"key": "old"}), 0),
        (4, changed(5, position=2), Copy(4, {"key": "old"}), 0),
    ],
    ids=[
        "next", "first sight of the first", "next, messages", "known", "older", "gap", "gap, messages", "first sight",
        "without user data", "second of its change, messages", "second of its change",
    ],
)  # fmt: skip
def test_a_notification_is_dropped_applied_or_has_the_session_read(
    last: int, one: Notification, kept: Copy, reads: int
) -> None:
    copies, sessions = copied(last), Sessions()
    follow(one, copies, sessions)
    assert (copies.kept["s"], sessions.reads) == (kept, reads)


def test_the_copy_of_a_session_that_is_gone_is_dropped_and_no_old_notification_brings_it_back() -> None:
    copies = copied(4)
    follow(changed(6), copies, Sessions(None))
    assert copies.kept == {}
    for number in range(1, 7):
        follow(changed(number), copies, Sessions(None))
        follow(said(number), copies, Sessions(None))
    assert copies.kept == {}


AFTER = session(userData={"Total": 5}, referenceId=34)


def published(leave_out: Callable[[Published], Published] | None = None) -> Notification:
    """A change as the notifier publishes it and the subscriber reads it."""
    built = notifications(session(), AFTER, "http://localhost/api/v2")
    ((window,),) = rounds([*map(leave_out, built)] if leave_out else built)
    return app.notification(received(window[0]))


@pytest.mark.parametrize("leave_out", [None, without_personal_data, reduced])
def test_what_the_notifier_publishes_is_understood(leave_out: Callable[[Published], Published] | None) -> None:
    one = published(leave_out)
    assert (one.session_id, one.number, one.position) == (AFTER["id"], 34, 1)
    assert one.session is not None
    assert one.session.get("userData") == (None if leave_out else {"Total": 5})


@pytest.mark.parametrize("leave_out", [without_personal_data, reduced])
def test_where_a_notification_leaves_the_user_data_out_the_session_is_read(
    leave_out: Callable[[Published], Published],
) -> None:
    now = Copy(36, {"Total": 7})
    copies, sessions = KeptCopies(**{AFTER["id"]: Copy(33, {})}), Sessions(now)
    follow(published(leave_out), copies, sessions)
    assert (copies.kept, sessions.reads) == ({AFTER["id"]: now}, 1)


def test_typing_changes_no_copy() -> None:
    ((window,),) = rounds(
        notifications(session(), session(typingCount=1, newMessages=[TYPING]), "http://localhost/api/v2")
    )
    one = app.notification(received(window[0]))
    copies, sessions = KeptCopies(**{one.session_id: Copy(32, {})}), Sessions()
    follow(one, copies, sessions)
    assert (one.number, one.position, copies.kept, sessions.reads) == (33, 5, {one.session_id: Copy(32, {})}, 0)
