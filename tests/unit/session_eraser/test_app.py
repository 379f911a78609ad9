"""A removal erases one session's transcript and what lay in quarantine of it; what fails comes again."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from facebook_session.errors import Unavailable
from facebook_session.quarantine import Quarantine
from facebook_session.removal import Removal
from session_eraser import app
from tests.unit.bucket import FakeBucket
from tests.unit.builders import record, session


class FakeTranscript:
    """The keys of the transcripts that there are. Some can't be erased."""

    def __init__(self) -> None:
        self.keys = {"a", "a/abcd", "a/efgh", "b"}
        self.failing: set[str] = set()

    def erase(self, key: str) -> None:
        if key in self.failing:
            raise Unavailable
        self.keys -= {key}


@pytest.fixture(autouse=True)
def transcript(monkeypatch: pytest.MonkeyPatch) -> FakeTranscript:
    fake = FakeTranscript()
    monkeypatch.setattr(app, "transcript", fake)
    return fake


@pytest.fixture(autouse=True)
def bucket(monkeypatch: pytest.MonkeyPatch) -> FakeBucket:
    fake = FakeBucket()
    monkeypatch.setattr(app, "quarantine", Quarantine(fake, "bucket"))
    return fake


def quarantine(session_id: str, *numbers: int) -> None:
    for number in numbers:
        app.quarantine.put(record(session(id=session_id), None, number), "reason")


def quarantined(bucket: FakeBucket) -> list[str]:
    """Session and number of what lies in quarantine."""
    keys = [key.removesuffix(".json").split("/")[1:] for key in bucket.objects]
    return [f"{name} {int(number)}" for name, number in keys]


def message(name: str, removal: Removal) -> dict[str, Any]:
    return {"messageId": name, "body": removal.to_json()}


def deliver(*messages: dict[str, Any], remaining: int = 120_000) -> list[str]:
    """The ids of the messages that are reported as failed."""
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: remaining)
    answer = app.lambda_handler({"Records": [*messages]}, context)
    assert answer.keys() == {"batchItemFailures"}
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def test_the_transcript_is_erased_and_no_other_of_the_same_id(transcript: FakeTranscript) -> None:
    assert deliver(message("1", Removal("a", "a/abcd", "9"))) == []
    assert transcript.keys == {"a", "a/efgh", "b"}


def test_of_the_quarantine_goes_what_came_before_the_removal(bucket: FakeBucket) -> None:
    quarantine("a", 7, 8, 9, 10, 111)
    quarantine("b", 5)
    assert deliver(message("1", Removal("a", "a", "9"))) == []
    assert quarantined(bucket) == ["a 9", "a 10", "a 111", "b 5"]


def test_a_removal_without_a_number_takes_all_of_the_session_in_quarantine(bucket: FakeBucket) -> None:
    quarantine("a", 7, 10)
    quarantine("aa", 5)
    assert deliver(message("1", Removal("a", "a"))) == []
    assert quarantined(bucket) == ["aa 5"]


def test_a_session_called_unknown_takes_no_record_along_that_names_none(bucket: FakeBucket) -> None:
    app.quarantine.put({"dynamodb": {"SequenceNumber": "5"}}, "reason")
    quarantine("unknown", 6)
    assert deliver(message("1", Removal("unknown", "unknown"))) == []
    assert quarantined(bucket) == ["(none) 5"]


def test_what_fails_comes_again_and_holds_no_other_up(transcript: FakeTranscript) -> None:
    transcript.failing = {"a"}
    assert deliver(message("1", Removal("a", "a", "9")), message("2", Removal("b", "b", "9"))) == ["1"]
    assert transcript.keys == {"a", "a/abcd", "a/efgh"}


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"sessionId":"a","transcript":"a"}'])
def test_a_message_that_can_not_be_read_is_reported_and_erases_nothing(transcript: FakeTranscript, text: str) -> None:
    assert deliver({"messageId": "1", "body": text}) == ["1"]
    assert len(transcript.keys) == 4


def test_an_erasure_is_begun_only_where_there_is_time(transcript: FakeTranscript) -> None:
    assert deliver(message("1", Removal("a", "a", "9")), remaining=39_999) == ["1"]
    assert deliver(message("1", Removal("a", "a", "9")), remaining=40_000) == []
    assert "a" not in transcript.keys


def test_what_is_erased_is_counted(output: Callable[[], str]) -> None:
    deliver(*(message(name, Removal(name, name, "9")) for name in "ab"))
    (line,) = [json.loads(line) for line in output().splitlines()]
    assert line["Erased"] == [2.0]


def test_what_fails_is_logged_by_its_message_and_its_fault(
    transcript: FakeTranscript, output: Callable[[], str]
) -> None:
    transcript.failing = {"a"}
    deliver(message("1", Removal("a", "a", "9")))
    (line,) = [json.loads(line) for line in output().splitlines() if '"ERROR"' in line]
    assert line | {"message": "A session can't be erased", "messageId": "1", "error": "Unavailable"} == line
