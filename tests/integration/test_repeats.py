"""Repeats and conditions, on moto's tables: a request that comes twice changes the session once."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from facebook_session import memory
from local import seed
from session_api import app as api
from tests.integration.requests import operation, read, sent
from tests.system import System, body

DONE = {"statusCode": 0}
KEY = {"Idempotency-Key": "6f1c"}


def changes(session: System) -> list[dict[str, Any]]:
    """What was announced since the session is there."""
    session.deliver(session.records()[1:])
    return [body(message) for message in session.notifications()]


def test_a_repeat_gets_the_first_answer_and_changes_nothing(session: System) -> None:
    assert sent(KEY, "SetDisposition", disposition="A") == (200, DONE, '"34"')
    assert operation("SetDisposition", disposition="B") == (200, DONE, '"35"')
    assert sent(KEY, "SetDisposition", disposition="A") == (200, DONE, '"34"')
    assert session.item()["userData"] == {"M": {"DispositionCode": {"S": "B"}}}
    assert [one["referenceId"] for one in changes(session)] == [34, 35]


def test_a_message_that_is_sent_twice_is_there_once(session: System) -> None:
    for _ in range(2):
        assert sent(KEY, "SendMessage", text="Hello") == (200, DONE, '"34"')
    _, answer, _ = read("/v2/me/facebooksessions/{id}/messages")
    assert [message["text"] for message in answer["messages"]] == ["Hello"]
    assert [one["notificationType"] for one in changes(session)] == ["NewMessages"]


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("name", ["SendStartTypingNotification", "Leave"])
def test_a_message_is_repeated_behind_another_change(name: str) -> None:
    assert sent(KEY, "SendMessage", text="Hello") == (200, DONE, '"34"')
    assert operation(name) == (200, DONE, '"35"')
    assert sent(KEY, "SendMessage", text="Hello") == (200, DONE, '"34"')


@pytest.mark.usefixtures("session")
def test_a_transfer_that_is_repeated_is_told_that_it_is_done() -> None:
    for _ in range(2):
        assert sent(KEY, "Transfer", targetPath="/users/Ben") == (200, DONE, '"34"')
    assert sent(KEY | {"Idempotency-Key": "other"}, "Transfer", targetPath="/users/Ben")[0] == 404
    assert read("/v2/me/facebooksessions/{id}")[0] == 404


def test_the_same_key_with_other_content_is_refused(session: System) -> None:
    sent(KEY, "SetDisposition", disposition="A")
    status, answer, _ = sent(KEY, "SetDisposition", disposition="B")
    assert (status, answer["statusCode"]) == (400, 2)
    assert session.item()["referenceId"] == {"N": "34"}


@pytest.mark.usefixtures("session")
def test_a_refused_request_is_not_remembered() -> None:
    assert sent(KEY, "Accept", nickname="Anna")[0] == 400
    assert sent(KEY, "SetDisposition", disposition="A") == (200, DONE, '"34"')


def test_each_of_the_last_changes_is_remembered(session: System) -> None:
    for number in range(memory.REMEMBERED + 1):
        sent({"Idempotency-Key": str(number)}, "SetDisposition", disposition=str(number))
    for number in range(1, memory.REMEMBERED + 1):
        answer = sent({"Idempotency-Key": str(number)}, "SetDisposition", disposition=str(number))
        assert answer == (200, DONE, f'"{34 + number}"')
    item = session.item()
    assert {name: len(item[name]["L"]) for name in memory.EMPTY} == dict.fromkeys(memory.EMPTY, memory.REMEMBERED)


def test_a_session_without_a_memory_gets_one(session: System) -> None:
    table = boto3.client("dynamodb")
    key = {"id": {"S": seed.PAGE_SESSION}}
    table.update_item(TableName=session.table, Key=key, UpdateExpression="REMOVE requests, taken")
    for _ in range(2):
        assert sent(KEY, "SetDisposition", disposition="A") == (200, DONE, '"34"')
    assert len(session.item()["requests"]["L"]) == memory.REMEMBERED


class Lossy:
    """A client of DynamoDB that loses the answers to the first `lost` writes, after they were carried out."""

    def __init__(self, client: Any, lost: int) -> None:
        self._client = client
        self._lost = lost

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def update_item(self, **call: Any) -> Any:
        try:
            answer = self._client.update_item(**call)
        except ClientError:
            if not self._lost:
                raise
        if self._lost:
            self._lost -= 1
            raise ConnectionClosedError(endpoint_url="https://dynamodb")
        return answer


@pytest.mark.parametrize("lost", [1, 2])
@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("SetDisposition", {"disposition": "A"}),
        ("SendMessage", {"text": "Hello"}),
        ("Leave", {}),
        ("Complete", {}),
        ("Transfer", {"targetPath": "/users/Ben"}),
    ],
)
def test_a_lost_answer_of_dynamodb_is_one_change(
    session: System, monkeypatch: pytest.MonkeyPatch, name: str, parameters: dict[str, Any], lost: int
) -> None:
    monkeypatch.setattr(api.store, "_client", Lossy(boto3.client("dynamodb"), lost))
    assert operation(name, **parameters) == (200, DONE, '"34"')
    assert session.item()["referenceId"] == {"N": "34"}


def test_where_all_answers_are_lost_the_outcome_is_unknown_and_a_repeat_tells_it(
    session: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.store, "_client", Lossy(boto3.client("dynamodb"), 3))
    assert sent(KEY, "SendMessage", text="Hello")[0] == 503
    assert sent(KEY, "SendMessage", text="Hello") == (200, DONE, '"34"')
    assert session.item()["messageCount"] == {"N": "1"}


# ------------------------------------------------------------------ If-Match
def test_a_write_happens_only_at_the_number_that_it_names(session: System) -> None:
    assert sent({"If-Match": '"33"'}, "SetDisposition", disposition="A") == (200, DONE, '"34"')
    status, answer, etag = sent({"If-Match": '"33"'}, "SetDisposition", disposition="B")
    assert (status, answer["statusCode"], etag) == (412, 2, '"34"')
    assert sent({"If-Match": "*"}, "SetDisposition", disposition="C") == (200, DONE, '"35"')
    assert [one["referenceId"] for one in changes(session)] == [34, 35]
