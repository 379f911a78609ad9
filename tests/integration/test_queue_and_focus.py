"""The queue that a session comes from is everybody's to see, and the focus that of the agent who has it alone."""

from typing import Any

import pytest

from local import seed
from tests.clients import client
from tests.integration.requests import creation, operation, read
from tests.integration.test_reads_by_systems import read as read_by_system
from tests.system import System, body

NEW = {"customer": {"nickname": "FirstL"}, "agent": {"userName": seed.PAGE_AGENT}}
LIST, ONE = "/v2/me/facebooksessions", "/v2/me/facebooksessions/{id}"


def shown(answer: Any) -> Any:
    return answer[1]["facebooksession"]


def announced(system: System, before: int) -> list[Any]:
    assert system.deliver(system.records()[before:]) == {"batchItemFailures": []}
    return [body(one)["facebooksession"] for one in system.notifications()]


def test_the_queue_is_shown_from_creation_on(system: System) -> None:
    assert shown(creation(id="s", queueName="Returns", **NEW))["queueName"] == "Returns"
    assert shown(creation(id="s", queueName="Returns", **NEW))["id"] == "s"
    assert creation(id="s", **NEW)[0] == 400
    assert [one["queueName"] for one in announced(system, 0)] == ["Returns"]
    (listed,) = read(LIST, fields="id,queueName", queueName="Returns")[1]["facebooksessions"]
    assert listed == {"id": "s", "queueName": "Returns"}
    assert read(LIST, queueName="Sales")[1]["uris"] == []


def test_complete_can_name_another_queue(session: System) -> None:
    before = len(session.records())
    operation("Complete", queueName="Sales")
    (one,) = announced(session, before)
    assert one["queueName"] == shown(read(ONE))["queueName"] == shown(read_by_system(seed.PAGE_SESSION))["queueName"]
    assert one["queueName"] == "Sales"


@pytest.mark.usefixtures("session")
def test_an_agent_sees_its_own_focus_and_nobody_elses() -> None:
    operation("SetInFocus")
    (listed,) = read(LIST, fields="inFocus")[1]["facebooksessions"]
    assert listed == {"inFocus": True} == shown(read(ONE, fields="inFocus"))
    assert "inFocus" not in shown(read_by_system(seed.PAGE_SESSION))
    share("Ben")
    assert "inFocus" not in shown(read(ONE, user="Ben"))
    operation("SetInFocus", inFocus=False)
    assert "inFocus" not in shown(read(ONE))


def share(user_name: str) -> None:
    """Lets another agent take part."""
    client("dynamodb").update_item(
        TableName="sessions",
        Key={"id": {"S": seed.PAGE_SESSION}},
        UpdateExpression="ADD agents :more",
        ExpressionAttributeValues={":more": {"SS": [user_name]}},
    )


def test_the_focus_is_not_announced(session: System) -> None:
    before = len(session.records())
    operation("SetInFocus")
    operation("SetDisposition", disposition="A")
    (one,) = announced(session, before)
    assert "inFocus" not in one
