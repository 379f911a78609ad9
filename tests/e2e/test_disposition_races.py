"""Many desktops set, correct and delete the disposition of one session, and complete it, under a policy."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from facebook_session import history
from facebook_session.attributes import plain
from local import seed
from local.http import Answer
from local.stack import Stack
from tests.e2e import policy
from tests.e2e.desktop import Desktop
from tests.e2e.published import attributes
from tests.e2e.subscriber import body, everything

DESKTOPS, SESSIONS = 16, 6
KEY = "DispositionCode"
CODES = ("Resolved", "Refund", "Callback")
POLICY = {
    "codes": [{"name": name, "displayName": name} for name in CODES],
    "enforce": True,
    "mandatory": True,
    "lateHours": 1,
}


@pytest.fixture
def _policy(up: Stack) -> Iterator[None]:
    """The stack's is this one, and then one that says nothing."""
    policy.put(up, POLICY)
    yield
    policy.lift(up)


Wanted = tuple[Answer, str | None]
"""The answer to a request that made this the disposition, or removed it."""


def work(desktop: Desktop, session_id: str, number: int) -> list[Wanted]:
    """A desktop's requests. All but the first end too late, if another is quicker to complete the session."""
    first, second = CODES[number % 3], CODES[(number + 1) % 3]
    both = {KEY: second, f"k{number}": number}
    answers: list[Wanted] = [
        (desktop.set_disposition(session_id, disposition=first), first),
        (desktop.operate("DeleteUserData", session_id, keys=[KEY]), None),
        (desktop.operate("UpdateUserData", session_id, userData=both), second),
    ]
    assert desktop.operate("AttachUserData", session_id, userData={KEY: "Spam"}).status == 400
    if number >= DESKTOPS // 2:
        desktop.operate("Complete", session_id)
    return [*answers, (desktop.set_disposition(session_id, disposition=first), first)]


@pytest.mark.usefixtures("_policy")
def test_the_history_is_what_happened_and_nothing_ends_without_a_disposition(desktop: Desktop, up: Stack) -> None:
    everything(up)
    sessions = [f"disposed-{number}" for number in range(SESSIONS)]
    for session_id in sessions:
        assert seed.create_session(up.client, up.table, session_id)
    answers = {session_id: race(desktop, session_id) for session_id in sessions}
    told = everything(up)
    for session_id in sessions:
        own = [one for one in told if attributes(one)["sessionId"] == session_id]
        check(desktop.item(session_id), answers[session_id], own)


def race(desktop: Desktop, session_id: str) -> list[Wanted]:
    with ThreadPoolExecutor(DESKTOPS) as threads:
        given = threads.map(lambda number: work(desktop, session_id, number), range(DESKTOPS))
        answers = [one for some in given for one in some]
    assert {answer.status for answer, _ in answers} <= {200, 400}
    if desktop.item(session_id)["state"]["S"] != "Completed":
        assert desktop.set_disposition(session_id, disposition=CODES[0]).status == 200
        assert desktop.operate("Complete", session_id).status == 200
    return answers


def check(item: Mapping[str, Any], answers: list[Wanted], told: list[Any]) -> None:
    session = plain(item)
    entries = {one["referenceId"]: one["disposition"] for one in history.shown(session)}
    assert [*entries] == sorted(entries)
    assert [*entries.values()][-1] == session["userData"].get(KEY)
    assert entries == {number: one["userData"].get(KEY) for number, one in changed(told, KEY)}
    for answer, wanted in answers:
        if answer.status == 200:
            assert [None, *(value for number, value in entries.items() if number <= answer.number)][-1] == wanted
    ((end, ended),) = [(number, one) for number, one in changed(told, "") if one["state"] == "Completed"]
    assert ended["userData"][KEY] in CODES
    assert end > seed.PAGE_REFERENCE_ID


def changed(told: list[Any], key: str) -> Iterator[tuple[int, Any]]:
    """The number and the session of each change of this key; without one, of the state."""
    for one in told:
        about = attributes(one)
        if key in about.get("userDataKeys", ()) if key else about["notificationType"] == "StatusChange":
            yield about["referenceId"], body(one)["facebooksession"]
