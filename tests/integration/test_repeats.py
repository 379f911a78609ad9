"""Repeats and conditions, on moto's tables: a request that comes twice changes the session once."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from facebook_session import idempotency
from facebook_session.callers import Caller
from local import seed
from session_api import app as api
from tests.clients import client
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
    assert operation(name)[0] == 200
    assert sent(KEY, "SendMessage", text="Hello") == (200, DONE, '"34"')


def test_a_request_that_alters_nothing_is_remembered_too(session: System) -> None:
    operation("SetDisposition", disposition="A")
    assert sent(KEY, "SetDisposition", disposition="A") == (200, DONE, '"34"')
    assert operation("SetDisposition", disposition="B") == (200, DONE, '"35"')
    assert sent(KEY, "SetDisposition", disposition="A") == (200, DONE, '"34"')
    assert session.item()["userData"] == {"M": {"DispositionCode": {"S": "B"}}}
    assert [one["referenceId"] for one in changes(session)] == [34, 35]


@pytest.mark.parametrize(
    ("name", "parameters", "other"),
    [
        ("SetDisposition", {"disposition": "A"}, {"disposition": "B"}),
        ("SetInFocus", {}, {"inFocus": False}),
        ("DeleteUserData", {"keys": ["Missing"]}, {"keys": ["DispositionCode"]}),
    ],
)
def test_the_key_of_a_request_that_changed_nothing_is_taken(
    session: System, name: str, parameters: dict[str, Any], other: dict[str, Any]
) -> None:
    operation("SetDisposition", disposition="A")
    assert sent(KEY, name, **parameters) == (200, DONE, '"34"')
    before = session.item()
    assert sent(KEY, name, **other)[0] == 400
    assert session.item() == before


def test_the_numbers_of_changes_are_remembered_beside_requests_that_changed_nothing(session: System) -> None:
    for number in range(1, 9):
        assert sent({"Idempotency-Key": f"c{number}"}, "SetDisposition", disposition=str(number))[0] == 200
        assert sent({"Idempotency-Key": f"n{number}"}, "SetDisposition", disposition=str(number))[0] == 200
        assert sent({"Idempotency-Key": f"f{number}"}, "SetInFocus")[0] == 200
    for number in range(1, 9):
        for name in ("c", "n"):
            answer = sent({"Idempotency-Key": f"{name}{number}"}, "SetDisposition", disposition=str(number))
            assert answer == (200, DONE, f'"{33 + number}"')
    assert session.item()["referenceId"] == {"N": "41"}


def test_typing_takes_no_number_no_etag_and_no_place_in_the_memory(session: System) -> None:
    assert sent(KEY, "SendMessage", text="Hello") == (200, DONE, '"34"')
    for number in range(idempotency.MAX_RECORDS + 1):
        name = ("SendStartTypingNotification", "SendStopTypingNotification")[number % 2]
        assert sent({"Idempotency-Key": f"typing-{number}"}, name) == (200, DONE, '"34"')
    assert sent(KEY, "SendMessage", text="Hello") == (200, DONE, '"34"')
    assert sent({"If-Match": '"34"'}, "SetDisposition", disposition="A") == (200, DONE, '"35"')
    assert session.item()["messageCount"] == {"N": "1"}


@pytest.mark.usefixtures("session")
def test_typing_by_the_name_of_another_request_is_refused() -> None:
    assert sent(KEY, "SendMessage", text="Hello") == (200, DONE, '"34"')
    assert sent(KEY, "SendStartTypingNotification")[0] == 400


def marks(count: int, size: int) -> dict[str, Any]:
    return {"L": [{"B": bytes([1, 2, 3, number]) + bytes(size)} for number in range(count)]}


def test_what_an_earlier_version_remembered_is_still_known(session: System) -> None:
    """It kept three bytes of a content's digest."""
    content = '{"disposition":"A","dispositionKey":"DispositionCode","operationName":"SetDisposition"}'
    first = idempotency.Request.with_key(Caller(seed.PAGE_AGENT), KEY["Idempotency-Key"], content)
    names, taken = marks(31, 2), marks(31, 3)
    names["L"].append({"B": first.id})
    taken["L"].append({"B": bytes(4) + first.digest(3)})
    client("dynamodb").update_item(
        TableName=session.table,
        Key={"id": {"S": seed.PAGE_SESSION}},
        UpdateExpression="SET requests = :names, taken = :taken",
        ExpressionAttributeValues={":names": names, ":taken": taken},
    )
    parameters = {"disposition": "A", "dispositionKey": "DispositionCode"}
    assert sent(KEY, "SetDisposition", **parameters) == (200, DONE, '"33"')
    assert sent(KEY, "SetDisposition", **parameters | {"disposition": "B"})[0] == 400
    assert sent({"Idempotency-Key": "new"}, "SetDisposition", **parameters) == (200, DONE, '"34"')
    assert sent(KEY, "SetDisposition", **parameters) == (200, DONE, '"33"')


def test_a_message_is_a_success_once_it_is_durable(session: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its notification completes the transcript."""
    with monkeypatch.context() as patch:
        patch.setattr(api.transcript, "_client", None)
        assert operation("SendMessage", text="Hello") == (200, DONE, '"34"')
    assert read("/v2/me/facebooksessions/{id}/messages")[1]["messages"] == []
    changes(session)
    assert [one["text"] for one in read("/v2/me/facebooksessions/{id}/messages")[1]["messages"]] == ["Hello"]


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
    for number in range(idempotency.MAX_RECORDS + 1):
        sent({"Idempotency-Key": str(number)}, "SetDisposition", disposition=str(number))
    for number in range(1, idempotency.MAX_RECORDS + 1):
        answer = sent({"Idempotency-Key": str(number)}, "SetDisposition", disposition=str(number))
        assert answer == (200, DONE, f'"{34 + number}"')
    item = session.item()
    assert {name: len(item[name]["L"]) for name in idempotency.NO_RECORDS} == dict.fromkeys(
        idempotency.NO_RECORDS, idempotency.MAX_RECORDS
    )


def test_a_session_without_a_memory_gets_one(session: System) -> None:
    table = client("dynamodb")
    key = {"id": {"S": seed.PAGE_SESSION}}
    table.update_item(TableName=session.table, Key=key, UpdateExpression="REMOVE requests, taken")
    for _ in range(2):
        assert sent(KEY, "SetDisposition", disposition="A") == (200, DONE, '"34"')
    assert len(session.item()["requests"]["L"]) == idempotency.MAX_RECORDS


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
    monkeypatch.setattr(api.store, "_client", Lossy(client("dynamodb"), lost))
    assert operation(name, **parameters) == (200, DONE, '"34"')
    assert session.item()["referenceId"] == {"N": "34"}


def test_where_all_answers_are_lost_the_outcome_is_unknown_and_a_repeat_tells_it(
    session: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.store, "_client", Lossy(client("dynamodb"), 3))
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


def test_of_several_numbers_it_must_be_at_one(session: System) -> None:
    assert sent({"If-Match": '"7", "33", "75"'}, "SetDisposition", disposition="A") == (200, DONE, '"34"')
    assert sent({"If-Match": '"34", "35"'}, "SetDisposition", disposition="A") == (200, DONE, '"34"')
    assert sent({"If-Match": '"33", "35"'}, "SetDisposition", disposition="B")[0] == 412
    assert sent({"If-Match": '"34", "35"'}, "AddComment", comment="Hello") == (200, DONE, '"35"')
    assert [one["referenceId"] for one in changes(session)] == [34, 35]


@pytest.mark.parametrize("tag", ['W/"33"', '"033"', '"x"'])
def test_a_tag_that_is_weak_or_written_otherwise_is_not_the_sessions(session: System, tag: str) -> None:
    status, answer, etag = sent({"If-Match": tag}, "SetDisposition", disposition="A")
    assert (status, answer["statusCode"], etag) == (412, 2, '"33"')
    assert changes(session) == []
