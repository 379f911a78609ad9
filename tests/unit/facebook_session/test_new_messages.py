"""Messages are announced behind the session's own changes, and are in the transcript before."""

import json
from types import SimpleNamespace
from typing import Any

import pytest

from facebook_session.notifications import notifications
from facebook_session.transcript import Transcript
from session_notifier import app
from session_notifier.publisher import Publisher
from tests.unit.builders import FakeSNS, client_error, record, session

BASE_URL = "http://localhost:8080/api/v2"
TEXT = {"type": "Text", "text": "Hello", "timestamp": 1_389_261_492_035, "userName": "agent1"}
TYPING = {"type": "TypingStarted", "timestamp": 1_389_261_492_035, "userName": "agent1"}
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 120_000)


def said(reference_id: int, *messages: dict[str, Any], count: int = 1, **changes: Any) -> dict[str, Any]:
    return session(referenceId=reference_id, messageCount=count, newMessages=list(messages), **changes)


class Messages(Transcript):
    """Keeps what is added together with what was published by then, or fails."""

    def __init__(self, sns: FakeSNS, error: Exception | None = None) -> None:
        self._sns, self._error = sns, error
        self.kept: list[tuple[str, int]] = []
        self.published_before: list[int] = []

    def add(self, messages: Any) -> None:
        if self._error:
            raise self._error
        self.published_before.append(len(self._sns.published))
        self.kept += [(session_id, message["index"]) for session_id, message in messages]


def deliver(monkeypatch: pytest.MonkeyPatch, error: Exception | None, *records: Any) -> tuple[Any, FakeSNS, Messages]:
    sns = FakeSNS()
    transcript = Messages(sns, error)
    monkeypatch.setattr(app, "publisher", Publisher(sns, "topic"))
    monkeypatch.setattr(app, "transcript", lambda: transcript)
    return app.lambda_handler({"Records": list(records)}, CONTEXT), sns, transcript


def test_a_message_is_genesys_message_log() -> None:
    (one,) = notifications(session(), said(34, TEXT), BASE_URL)
    assert one.body.keys() == {"messages", "notificationType", "messageType", "facebooksessionUri"}
    assert (one.body["notificationType"], one.body["messageType"]) == ("NewMessages", "MessageLogUpdated")
    assert one.body["facebooksessionUri"] == f"{BASE_URL}/facebooksessions/0000Na9B26EF003M"
    assert [(message["index"], message["text"]) for message in one.body["messages"]] == [(1, "Hello")]
    assert one.attributes == {
        "messageType": "MessageLogUpdated",
        "notificationType": "NewMessages",
        "sessionId": "0000Na9B26EF003M",
        "state": "Chatting",
        "referenceId": 34,
        "eventId": "0000Na9B26EF003M#34#1",
        "agent": "agent1",
    }


def test_messages_come_last() -> None:
    kinds = [
        one.attributes["notificationType"]
        for one in notifications(session(state="Invited", participants=[]), said(34, TEXT, comment="x"), BASE_URL)
    ]
    assert kinds == ["StatusChange", "ParticipantsUpdated", "PropertiesUpdated", "NewMessages"]


def test_what_is_announced_is_in_the_transcript_by_then(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, sns, transcript = deliver(monkeypatch, None, record(session(), said(34, TEXT)))
    assert answer == {"batchItemFailures": []}
    assert transcript.kept == [("0000Na9B26EF003M", 1)]
    assert transcript.published_before == [0]
    assert [json.loads(one["Message"])["notificationType"] for one in sns.entries] == ["NewMessages"]


def test_typing_is_announced_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    _, sns, transcript = deliver(monkeypatch, None, record(session(), said(34, TYPING, count=0)))
    assert (len(sns.published), transcript.kept) == (1, [])


def typed(count: int, *messages: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A session after somebody typed for so many times since its change 33."""
    return session(typingCount=count, newMessages=list(messages or [TYPING]), **changes)


def test_typing_is_no_change_and_each_time_an_event_of_its_own_behind_the_changes() -> None:
    (first,) = notifications(session(), typed(1), BASE_URL)
    (second,) = notifications(typed(1), typed(2), BASE_URL)
    changed = notifications(
        session(referenceId=32, state="Invited", participants=[], newMessages=[]), said(33, TEXT, comment="x"), BASE_URL
    )
    ids = [str(one.attributes["eventId"]) for one in (*changed, first, second)]
    assert ids == [f"0000Na9B26EF003M#33#{position}" for position in range(1, 7)]
    assert [one.attributes["referenceId"] for one in (first, second)] == [33, 33]
    assert [message["type"] for message in first.body["messages"]] == ["TypingStarted"]


def test_what_somebody_typed_before_is_not_announced_again() -> None:
    focused = {name: value for name, value in typed(3).items() if name != "newMessages"}
    for before, after in ((typed(3), typed(3)), (typed(3), focused), (focused, focused)):
        assert notifications(before, after, BASE_URL) == []


def test_typing_as_it_was_written_once_is_announced_with_its_number() -> None:
    (one,) = notifications(session(), said(34, TYPING, count=0), BASE_URL)
    assert one.attributes["eventId"] == "0000Na9B26EF003M#34#1"


@pytest.mark.parametrize(
    ("message", "shown"),
    [(TYPING, "agent1"), ({"type": "TypingStarted", "timestamp": 1}, "arn:aws:iam::1:role/channel")],
    ids=["agent", "system"],
)
def test_of_typing_the_one_who_types_is_named_and_not_who_made_the_last_change(
    message: dict[str, Any], shown: str
) -> None:
    """A system's typing says who it was itself: its messages name no user."""
    last = "agent2" if "userName" in message else shown
    (one,) = notifications(session(updatedBy="agent2"), typed(1, message, updatedBy=last), BASE_URL)
    assert one.attributes["changedBy"] == shown


def test_without_the_transcript_nothing_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    records = record(session(), session(referenceId=34, comment="x"), 1), record(session(), said(35, TEXT), 2)
    answer, sns, _ = deliver(monkeypatch, client_error("ThrottlingException"), *records)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert sns.published == []
