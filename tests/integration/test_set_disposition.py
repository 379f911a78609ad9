"""The page's exchange and its variations, from API Gateway's event to the subscriber's queue."""

import json
from typing import Any

import pytest

from local import demo, seed
from session_api import app as api
from session_notifier import app as notifier
from tests.clients import client
from tests.integration.requests import operation
from tests.system import System, body
from tests.template import ROOT

EVENT = json.loads((ROOT / "events/session-api-set-disposition.json").read_text())


def request(session_id: str = seed.PAGE_SESSION, user: str = seed.PAGE_AGENT, **parameters: Any) -> dict[str, Any]:
    """The page's event, with these parameters in place of the page's where there are any."""
    event: dict[str, Any] = json.loads(json.dumps(EVENT))
    event["pathParameters"]["id"] = session_id
    event["requestContext"]["authorizer"]["claims"]["cognito:username"] = user
    if parameters:
        event["body"] = json.dumps({"operationName": "SetDisposition"} | parameters)
    return event


def call(event: dict[str, Any]) -> tuple[int, Any, str | None]:
    answer = api.lambda_handler(event, None)
    return answer["statusCode"], json.loads(answer["body"]), answer["headers"].get("ETag")


def test_the_pages_exchange(session: System) -> None:
    assert call(request()) == (200, {"statusCode": 0}, '"34"')
    assert session.deliver(session.records()[1:]) == {"batchItemFailures": []}
    (message,) = session.notifications()
    assert body(message) == demo.NOTIFICATION
    assert {name: value["StringValue"] for name, value in message["MessageAttributes"].items()} == {
        "messageType": "FacebooksessionStateChangeMessage",
        "notificationType": "PropertiesUpdated",
        "sessionId": "0000Na9B26EF003M",
        "state": "Chatting",
        "referenceId": "34",
        "eventId": "0000Na9B26EF003M#34#1",
        "userDataKeys": '["DispositionCode"]',
        "agent": "TestName",
        "changedBy": "TestName",
    }


def test_creation_is_announced_as_one_change_of_state(system: System) -> None:
    seed.create_session(client, system.table)
    system.deliver(system.records())
    assert [body(one)["notificationType"] for one in system.notifications()] == ["StatusChange"]


def test_without_a_key_the_servers_key_is_used(session: System) -> None:
    call(request(disposition="Spam"))
    assert session.item()["userData"] == {"M": {"DispositionCode": {"S": "Spam"}}}


def test_a_disposition_leaves_other_user_data_alone(session: System) -> None:
    call(request(disposition="Spam", dispositionKey="First"))
    call(request(disposition="Resolved", dispositionKey="Second"))
    assert session.item()["userData"]["M"] == {"First": {"S": "Spam"}, "Second": {"S": "Resolved"}}


def test_the_same_disposition_again_succeeds_and_changes_nothing(session: System) -> None:
    call(request())
    before = session.item()
    assert call(request()) == (200, {"statusCode": 0}, '"34"')
    assert session.item() == before
    assert len(session.records()) == 2


@pytest.mark.parametrize("state", ["Chatting", "LeftChat"])
def test_an_answered_session_takes_a_disposition(system: System, state: str) -> None:
    seed.create_session(client, system.table, state={"S": state})
    assert call(request())[0] == 200


@pytest.mark.parametrize("state", ["Invited", "Completed"])
def test_in_other_states_a_disposition_is_refused(system: System, state: str) -> None:
    seed.create_session(client, system.table, state={"S": state})
    before = system.item()
    status, answer, _ = call(request())
    assert (status, answer["statusCode"]) == (400, 2)
    assert system.item() == before


def test_a_foreign_session_is_as_good_as_missing(session: System) -> None:
    before = session.item()
    foreign = call(request(user="Somebody"))
    assert foreign == call(request("0000Na9B26EF0000"))
    assert (foreign[0], foreign[1]["statusCode"]) == (404, 6)
    assert session.item() == before


def test_a_foreign_completed_session_is_as_good_as_missing(system: System) -> None:
    seed.create_session(client, system.table, state={"S": "Completed"})
    assert call(request(user="Somebody"))[0] == 404


@pytest.mark.parametrize("agents", [{"S": "TestName2"}, {"L": [{"S": "TestName"}]}, None])
def test_where_agents_are_no_set_nobody_takes_part(system: System, agents: dict[str, Any] | None) -> None:
    seed.create_session(client, system.table, agents=agents or {"SS": ["x"]})
    if agents is None:
        client("dynamodb").update_item(
            TableName=system.table, Key={"id": {"S": seed.PAGE_SESSION}}, UpdateExpression="REMOVE agents"
        )
    before = system.item()
    status, answer, _ = call(request())
    assert (status, answer["statusCode"]) == (404, 6)
    assert system.item() == before


def test_what_else_an_item_has_keeps_nobody_from_hearing_of_it(session: System) -> None:
    call(request())
    (record,) = session.records()[1:]
    for image in ("OldImage", "NewImage"):
        record["dynamodb"][image]["picture"] = {"B": b"\x00"}
    session.deliver([record])
    assert body(session.notifications()[0]) == demo.NOTIFICATION


def test_a_session_holds_200_keys_and_a_disposition_and_not_one_more(system: System) -> None:
    keys = {f"k{i}": {"S": "v"} for i in range(199)}
    seed.create_session(client, system.table, userData={"M": keys})
    assert operation("AttachUserData", userData={"the 200th": 1})[0] == 200
    assert operation("AttachUserData", userData={"the 201st": 1})[0] == 400
    assert call(request(disposition="x", dispositionKey="the 201st"))[0] == 200
    status, answer, _ = call(request(disposition="x", dispositionKey="the 202nd"))
    assert (status, answer["statusCode"]) == (400, 10)
    assert call(request(disposition="y", dispositionKey="k0"))[0] == 200
    assert operation("AttachUserData", userData={"k1": 1, "k2": 2})[0] == 200
    assert len(system.item()["userData"]["M"]) == 201


@pytest.mark.parametrize("key", ["size", "a.b", "a-b c", "#k0", ":v0", "a[0]", "(x) OR", "userData", "referenceId"])
def test_a_key_is_only_ever_a_key(session: System, key: str) -> None:
    assert call(request(disposition=":v0", dispositionKey=key))[0] == 200
    assert session.item()["referenceId"] == {"N": "34"}
    assert session.item()["userData"]["M"] == {key: {"S": ":v0"}}


def test_what_stopped_at_a_record_goes_on_from_there(session: System, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(8):
        call(request(disposition=str(number)))
    records = session.records()[1:]
    publisher = notifier.publisher
    working = publisher._client
    monkeypatch.setattr(publisher, "_client", FailsFrom(working, 4))
    (failed,) = session.deliver(records)["batchItemFailures"]
    assert [body(one)["referenceId"] for one in session.notifications()] == [34, 35, 36]
    sequence = [record["dynamodb"]["SequenceNumber"] for record in records]
    assert sequence.index(failed["itemIdentifier"]) == 3
    monkeypatch.setattr(publisher, "_client", working)
    assert session.deliver(records[3:]) == {"batchItemFailures": []}
    assert [body(one)["referenceId"] for one in session.notifications()] == [37, 38, 39, 40, 41]


class FailsFrom:
    """An SNS client whose calls fail from the nth on."""

    def __init__(self, client: Any, nth: int) -> None:
        self._client, self._left = client, nth - 1

    def publish_batch(self, **request: Any) -> Any:
        if not self._left:
            raise ConnectionError
        self._left -= 1
        return self._client.publish_batch(**request)
