"""What a session is: its states, what clients see of it, and how it may be named."""

import re

import pytest

from facebook_session.callers import Role
from facebook_session.session import (
    is_session_id,
    new_participant_id,
    new_session_id,
    resource,
)
from facebook_session.states import CAPABILITIES, SET_DATA, State
from tests.unit.builders import session

BASE_URL = "http://localhost:8080/api/v2"


def test_the_resource_is_genesys_facebooksession() -> None:
    assert resource(session(userData={"DispositionCode": "IssueResolved"}), BASE_URL) == {
        "participants": [
            {"nickname": "TestName", "type": "Agent", "participantId": "009052C73228006D"},
            {"nickname": "FirstL", "type": "Customer", "participantId": "009052C73223006B"},
        ],
        "state": "Chatting",
        "id": "0000Na9B26EF003M",
        "capabilities": [
            "Transfer",
            "Complete",
            "Leave",
            "InFocus",
            "SendMessage",
            "SendStartTypingNotification",
            "SendStopTypingNotification",
        ],
        "userData": {"DispositionCode": "IssueResolved"},
        "uri": "http://localhost:8080/api/v2/facebooksessions/0000Na9B26EF003M",
    }


@pytest.mark.parametrize("name", ["comment", "queueName"])
def test_comment_and_queue_appear_once_they_are_set(name: str) -> None:
    assert name not in resource(session(), BASE_URL)
    assert resource(session(**{name: "Called back."}), BASE_URL)[name] == "Called back."


def test_who_looks_at_a_session_is_not_everybodys_business() -> None:
    assert resource(session(inFocus={"agent1"}), BASE_URL) == resource(session(), BASE_URL)


def test_the_resource_never_shows_who_the_agent_is_in_the_user_pool() -> None:
    shown = str(resource(session(owner="agent1"), BASE_URL))
    assert "userName" not in shown
    assert "agent1" not in shown


@pytest.mark.parametrize(
    ("state", "capabilities"),
    [
        ("Invited", ["Accept", "Reject"]),
        (
            "Chatting",
            [
                "Transfer",
                "Complete",
                "Leave",
                "InFocus",
                "SendMessage",
                "SendStartTypingNotification",
                "SendStopTypingNotification",
            ],
        ),
        ("LeftChat", ["Transfer", "Complete"]),
        ("Completed", []),
    ],
)
def test_capabilities_follow_from_the_state(state: str, capabilities: list[str]) -> None:
    shown = resource(session(state=state), BASE_URL)
    assert (shown["state"], shown["capabilities"]) == (state, capabilities)


def test_a_state_that_the_machine_does_not_know_is_an_error() -> None:
    with pytest.raises(ValueError, match="Lost"):
        resource(session(state="Lost"), BASE_URL)


def test_the_states_are_genesys_four_and_each_has_its_capabilities() -> None:
    assert [*State] == ["Invited", "Chatting", "LeftChat", "Completed"]
    assert CAPABILITIES.keys() == {*State}


def test_a_session_is_answered_from_its_acceptance_to_its_completion() -> None:
    assert SET_DATA[Role.AGENT].leads.keys() == {"Chatting", "LeftChat"}


@pytest.mark.parametrize("text", ["0000Na9B26EF003M", "a", "A-Z_a.z-9", "x" * 128, "." * 127 + "x", ".a", "..-", "_."])
def test_a_session_can_have_such_an_id(text: str) -> None:
    assert is_session_id(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 129,
        ".",
        "..",
        "...",
        "." * 128,
        "." * 128 + "x",
        "a b",
        "a/b",
        "a#b",
        "a%2Fb",
        "a\n",
        "\n",
        "é",
        "٣",
        "a\0",
    ],
)
def test_a_session_can_not_have_such_an_id(text: str) -> None:
    assert not is_session_id(text)


def test_new_ids_are_of_genesys_form_and_all_different() -> None:
    sessions, participants = ({new() for _ in range(1_000)} for new in (new_session_id, new_participant_id))
    assert len(sessions) == len(participants) == 1_000
    assert all(re.fullmatch(r"[0-9A-Za-z]{16}", one) for one in sessions)
    assert all(re.fullmatch(r"[0-9A-F]{16}", one) for one in participants)
