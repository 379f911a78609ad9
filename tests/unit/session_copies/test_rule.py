"""The subscriber's rule: drop what is known, apply what comes next, read the session where something is missing."""

from typing import Any

import pytest

from session_copies import app
from session_copies.rule import Copy, Notification, follow
from session_notifier.notifications import notifications, without_personal_data
from session_notifier.publisher import windows
from tests.copies import KeptCopies
from tests.queue import received
from tests.unit.builders import session

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


@pytest.mark.parametrize("personal", [True, False])
def test_what_the_notifier_publishes_is_understood(personal: bool) -> None:
    after = session(userData={"Total": 5}, referenceId=34)
    built = notifications(session(), after, "http://localhost/api/v2")
    (window,) = windows(built if personal else [*map(without_personal_data, built)])
    one = app.notification(received(window[0]))
    assert (one.session_id, one.number, one.position) == (after["id"], 34, 1)
    assert one.session is not None
    assert one.session.get("userData") == ({"Total": 5} if personal else None)
