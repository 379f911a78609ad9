"""Who takes part in a session hears of its changes, and who loses it that it is over."""

from collections.abc import Mapping
from typing import Any, Final

import pytest

from desktop_notifier.audience import audience
from facebook_session.notifications import notifications
from tests.unit.builders import SESSION_ID, session

URL: Final = "http://localhost:8080/api/v2"
DATA: Final = {"userData": {"DispositionCode": "IssueResolved"}}
SAID: Final = {
    "messageCount": 1,
    "newMessages": [{"type": "Text", "timestamp": 1389261492035, "userName": "agent1", "text": "Hello"}],
}
ENDED: Final = {
    "referenceId": 34,
    "facebooksession": {
        "participants": [{"nickname": "FirstL", "type": "Customer", "participantId": "009052C73223006B"}],
        "state": "Completed",
        "id": SESSION_ID,
        "capabilities": [],
        "userData": {},
        "uri": f"{URL}/facebooksessions/{SESSION_ID}",
    },
    "notificationType": "StatusChange",
    "messageType": "FacebooksessionStateChangeMessage",
}


def heard(before: Mapping[str, Any] | None, **after: Any) -> dict[str, list[Any]]:
    """Of a change from the page's session with `before` to the same with `after`."""
    old = None if before is None else session(**before)
    return audience(old, session(referenceId=34, **after), URL)


def kinds(bodies: list[Any]) -> list[str]:
    return [one["notificationType"] for one in bodies]


def test_who_takes_part_hears_all_that_is_announced_whole_and_in_order() -> None:
    told = heard({}, comment="private", **DATA, **SAID)
    assert [*told] == ["agent1"]
    announced = notifications(session(), session(referenceId=34, comment="private", **DATA, **SAID), URL)
    assert told["agent1"][0] == announced[0].body
    assert kinds(told["agent1"]) == ["PropertiesUpdated", "NewMessages"]


def test_a_message_log_has_the_path_of_its_session_and_nothing_else_has() -> None:
    properties, messages = heard({}, **DATA, **SAID)["agent1"]
    assert messages["facebooksessionPath"] == f"/facebooksessions/{SESSION_ID}"
    assert messages["facebooksessionUri"] == f"{URL}/facebooksessions/{SESSION_ID}"
    assert "facebooksessionPath" not in properties


def test_all_who_take_part_hear_the_same() -> None:
    told = heard({"agents": {"a", "b"}}, agents={"a", "b"}, **DATA)
    assert [*told] == ["a", "b"]
    assert told["a"] == told["b"]


def test_of_a_new_session_its_agent_hears() -> None:
    assert {agent: kinds(bodies) for agent, bodies in heard(None).items()} == {"agent1": ["StatusChange"]}


def test_who_loses_a_session_hears_once_that_it_is_over_and_nothing_of_what_it_is_now() -> None:
    agent, *customer = session()["participants"]
    told = heard(
        {"comment": "old", "userData": {"key": "before"}},
        agents={"agent2"},
        participants=customer,
        departed=agent,
        state="Invited",
        comment="new",
        **DATA,
        **SAID,
    )
    assert told["agent1"] == [ENDED]
    assert kinds(told["agent2"]) == ["StatusChange", "ParticipantsUpdated", "PropertiesUpdated", "NewMessages"]


def test_who_had_a_session_before_its_last_change_hears_nothing() -> None:
    assert [*heard({"agents": {"agent2"}}, agents={"agent2"}, **DATA)] == ["agent2"]


@pytest.mark.parametrize("after", [{}, {"owner": "agent1"}], ids=str)
def test_what_is_not_announced_nobody_hears(after: dict[str, Any]) -> None:
    assert audience(session(), session(**after), URL) == {}


def test_a_session_of_nobody_is_nobodys_news() -> None:
    nobody = session()
    del nobody["agents"]
    assert audience(nobody, nobody | {"referenceId": 34, **DATA}, URL) == {}
