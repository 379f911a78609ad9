"""User data as the field's desktops and routing write it is kept and announced as it was sent."""

import json
from decimal import Decimal
from typing import Any

import pytest

from facebook_session.attributes import plain
from facebook_session.notifications import notifications, without_personal_data
from local import queues, seed
from session_copies import exact_json as copied_json
from session_copies.rule import Copy
from session_copies.table import CopyTable
from tests.clients import client, resource
from tests.integration.requests import EVENT, answer, creation, operation, read
from tests.system import System, body
from tests.template import ROOT, table_schema
from tests.template import read as template

DONE = {"statusCode": 0}
LONG = "12345678901234567890123456789012345678"
FIELD = f"""{{
    "PegAG?:Customer_Service > 1": 20,
    "WWE_PARTY_1002": {{"username": "a", "firstname": null, "path": "/users/1"}},
    "Kundennummer für Größe": "x",
    "RRequestedSkills": null,
    "DispositionCode.Label": ["Solved", 1, true, null, [], {{}}, {{"a b": [{{"c": [{{"d": ["x"]}}]}}]}}],
    "Numbers": {{"long": {LONG}, "small": -1.5E-100, "large": 1E+125, "list": [0.1, 0.{LONG}, 0]}},
    "\\u00e9": "composed", "e\\u0301": "decomposed", "😀 = >": "\\u0000\\uffff"
}}"""


def exact(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def attached(text: str) -> tuple[int, Any, str | None]:
    """The answer to AttachUserData with this JSON."""
    event = json.loads(json.dumps(EVENT))
    return answer(event | {"body": f'{{"operationName": "AttachUserData", "userData": {text}}}'})


def announced(system: System) -> list[tuple[Any, list[str]]]:
    """User data and changed keys of each notification that has any."""
    assert system.deliver(system.records()[1:]) == {"batchItemFailures": []}
    found = []
    for message in system.notifications():
        keys = message["MessageAttributes"].get("userDataKeys", {"StringValue": "[]"})
        found.append((exact(message["Body"])["facebooksession"]["userData"], json.loads(keys["StringValue"])))
    return found


def test_it_is_whole_and_exact_in_the_table_in_answers_and_in_notifications(session: System) -> None:
    assert attached(FIELD) == (200, DONE, '"34"')
    assert plain(session.item()["userData"]["M"]) == exact(FIELD)
    assert announced(session) == [(exact(FIELD), sorted(exact(FIELD)))]
    assert session.quarantined() == []
    _, shown, _ = read("/v2/me/facebooksessions/{id}", fields="userData")
    whole = json.loads(FIELD)
    whole["Numbers"]["large"] = 10**125  # DynamoDB has no exponents
    assert shown["facebooksession"]["userData"] == whole


def test_it_can_be_there_from_the_creation_on(system: System) -> None:
    data = {"PegAG?:Customer_Service > 1": 20, "WWE_PARTY_1002": {"username": "a", "roles": ["b", {"c": 1}]}}
    status, _, _ = creation(id="s", customer={"nickname": "FirstL"}, agent={"userName": "Anna"}, userData=data)
    assert status == 201
    assert plain(system.item("s")["userData"]["M"]) == data


def test_an_equal_value_is_no_change_whatever_its_order(session: System) -> None:
    attached('{"a": {"x": 1.0, "y": [10, {"z": null, "t": true}]}}')
    assert attached('{"a": {"y": [1E1, {"t": true, "z": null}], "x": 1}}') == (200, DONE, '"34"')
    assert session.item()["referenceId"] == {"N": "34"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"x": [1, 2]}', '{"x": [2, 1]}'),
        ('{"x": 1}', '{"x": "1"}'),
        ('{"x": 1}', '{"x": 1, "y": null}'),
        ('{"x": {}}', '{"x": []}'),
        ('{"x": [[]]}', '{"x": [[], []]}'),
    ],
)
def test_another_value_is_a_change(session: System, one: str, other: str) -> None:
    attached(f'{{"a": {one}}}')
    assert attached(f'{{"a": {other}}}') == (200, DONE, '"35"')
    assert announced(session)[1] == ({"a": exact(other)}, ["a"])


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False)])
def test_what_python_takes_for_equal_is_announced_as_another_value(one: int, other: bool) -> None:
    before: dict[str, Any] = plain(seed.item("s", "Anna"))
    old = before | {"userData": {"a": {"x": [one]}}}
    new = before | {"userData": {"a": {"x": [other]}}, "referenceId": 34}
    (published,) = notifications(old, new, "http://localhost/api/v2")
    assert published.attributes["userDataKeys"] == ["a"]


def test_keys_are_set_and_removed_by_their_very_text(session: System) -> None:
    attached(FIELD)
    assert operation("SetDisposition", disposition="A", dispositionKey="e\u0301")[0] == 200
    assert operation("DeleteUserData", keys=["PegAG?:Customer_Service > 1", "😀 = >"])[0] == 200
    left = {key: value for key, value in exact(FIELD).items() if key[0] not in "P😀"}
    assert plain(session.item()["userData"]["M"]) == left | {"e\u0301": "A"}


def test_subscribers_filter_by_keys_that_are_not_ascii(session: System) -> None:
    sns = client("sns")
    (topic,) = sns.list_topics()["Topics"]
    url, subscription = queues.subscribe(client, topic["TopicArn"], "by-key")
    policy = json.dumps({"userDataKeys": ["Kundennummer für Größe"]})
    sns.set_subscription_attributes(SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue=policy)
    attached('{"Kundennummer für Größe": "x"}')
    attached('{"Kundennummer für Grösse": "x"}')
    session.deliver(session.records()[1:])
    got = client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [body(message)["referenceId"] for message in got] == [34]


def test_it_is_no_personal_data_where_that_is_left_out(session: System) -> None:
    before: dict[str, Any] = plain(session.item())
    (published,) = notifications(
        before, before | {"userData": exact(FIELD), "referenceId": 34}, "http://localhost/api/v2"
    )
    assert "userData" not in without_personal_data(published).body["facebooksession"]


@pytest.mark.usefixtures("system")
def test_subscribers_keep_it_as_it_is() -> None:
    schema = table_schema("CopyTable", template(ROOT / "examples/subscriber/template.yaml"))
    client("dynamodb").create_table(TableName="copies", **schema)
    CopyTable(resource("dynamodb").Table("copies")).keep("s", Copy(1, copied_json.loads(FIELD)))
    kept = client("dynamodb").get_item(TableName="copies", Key={"sessionId": {"S": "s"}})["Item"]
    assert plain(kept)["userData"] == exact(FIELD)
