"""What a change added, as clients see it: index and sender follow from the session's item."""

from typing import Any

import pytest

from facebook_session.messages import added
from tests.unit.builders import session

AGENT = {"nickname": "TestName", "type": "Agent", "participantId": "009052C73228006D"}
CUSTOMER = {"nickname": "FirstL", "type": "Customer", "participantId": "009052C73223006B"}
MOMENT = 1_389_261_492_035


def new(kind: str, user_name: str | None = "agent1", **content: str) -> dict[str, Any]:
    return {"type": kind, "timestamp": MOMENT, **content} | ({"userName": user_name} if user_name else {})


def test_a_message_is_genesys_message() -> None:
    item = session(messageCount=3, newMessages=[new("Text", text="Hello")])
    assert list(added(item)) == [
        {
            "index": 3,
            "from": AGENT,
            "text": "Hello",
            "visibility": "All",
            "timestamp": "2014-01-09 09:58:12.035+0000",
            "type": "Text",
            "timestampSeconds": MOMENT,
        }
    ]


def test_the_last_messages_of_the_transcript_are_the_new_ones() -> None:
    item = session(messageCount=7, newMessages=[new("ParticipantJoined", None), new("ParticipantJoined")])
    assert [(one["index"], one["from"]) for one in added(item)] == [(6, CUSTOMER), (7, AGENT)]


@pytest.mark.parametrize("kind", ["TypingStarted", "TypingStopped"])
def test_typing_has_no_place_in_the_transcript(kind: str) -> None:
    (message,) = added(session(messageCount=7, newMessages=[new(kind)]))
    assert "index" not in message
    assert (message["type"], message["from"]) == (kind, AGENT)


def test_an_address_stands_in_place_of_a_text() -> None:
    (message,) = added(session(messageCount=1, newMessages=[new("PushUrl", url="https://example.com")]))
    assert message["url"] == "https://example.com"
    assert "text" not in message


def test_a_change_without_messages_added_none() -> None:
    assert list(added(session())) == []
