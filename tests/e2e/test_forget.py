"""On the stack: `python -m operate forget` leaves nothing of a session, with the roles as they are."""

import json
import time

import pytest

from facebook_session.removal import Removal
from local.deploy import STACK_NAME
from local.stack import Stack
from operate import __main__ as command
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import everything, make_session
from tests.e2e.test_redrive import operate, put, quarantined, spoil

DEADLINE_SECONDS = 90.0
NAMED = {"transcript": {"S": "abcd"}}


@pytest.fixture(scope="module")
def prompt_queue(up: Stack) -> None:
    """Removals wait half a minute for requests that are under way; here are none."""
    sqs, queue = up.client("sqs"), up.outputs["RemovalQueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["DelaySeconds"])
    assert told["Attributes"] == {"DelaySeconds": "30"}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"DelaySeconds": "1"})


def test_a_session_that_is_forgotten_is_nowhere(
    desktop: Desktop, up: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_session(up, "forgotten", **NAMED)
    assert desktop.operate("SendMessage", "forgotten", text="Hello").status == 200
    assert messages(up, "forgotten/abcd") == 1
    spoil(up, "forgotten")
    _, content = quarantined(up)
    put(up, "aws/lambda/given-up", json.dumps({"version": "1.0", "payload": content}))
    status, output = operate(up, "forget", "forgotten")
    assert (status, output.splitlines()[-1]) == (0, "The session is erased.")
    assert f"Session forgotten of {STACK_NAME} is removed; it was Chatting." in output
    assert desktop.read("/forgotten").status == 404
    assert messages(up, "forgotten/abcd") == 0
    assert not lies_in_the_bucket(up)
    assert forgotten_again(up, "forgotten", monkeypatch) == [30]
    assert capsys.readouterr().out.startswith(f"There is no session forgotten in {STACK_NAME}.")
    everything(up)


def forgotten_again(up: Stack, session_id: str, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The command in this process, which doesn't wait, but gives for how many seconds it would."""
    waits: list[float] = []
    monkeypatch.setenv("AWS_ENDPOINT_URL", up.engine.url)
    monkeypatch.setattr(command, "wait", waits.append)
    monkeypatch.setattr("sys.argv", ["operate", "forget", STACK_NAME, session_id])
    assert command.main() == 0
    return waits


@pytest.mark.usefixtures("prompt_queue")
def test_what_is_left_of_a_session_that_is_deleted_by_dynamodb_is_erased(desktop: Desktop, up: Stack) -> None:
    """As it deletes those that have expired."""
    make_session(up, "expired", **NAMED)
    desktop.operate("SendMessage", "expired", text="Hello")
    spoil(up, "expired")
    quarantined(up)
    everything(up)
    up.client("dynamodb").delete_item(TableName=up.table, Key={"id": {"S": "expired"}})
    await_erasure(up, "expired/abcd")


@pytest.mark.usefixtures("prompt_queue")
def test_a_removal_that_lies_with_the_dead_letters_is_carried_out_after_redrive(desktop: Desktop, up: Stack) -> None:
    make_session(up, "dead")
    desktop.operate("SendMessage", "dead", text="Hello")
    everything(up)
    letter = Removal("dead", "dead", "1").to_json()
    up.client("sqs").send_message(QueueUrl=up.outputs["RemovalDeadLetterQueueUrl"], MessageBody=letter)
    status, output = operate(up, "redrive")
    assert (status, output.splitlines()[-1]) == (0, "Removals handed to the eraser again: 1.")
    await_erasure(up, "dead")


def test_what_can_be_no_session_is_refused(up: Stack) -> None:
    status, output = operate(up, "forget", "no session")
    assert status == 1
    assert "A session's id has" in output


def await_erasure(up: Stack, transcript: str) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while messages(up, transcript) or lies_in_the_bucket(up):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def lies_in_the_bucket(up: Stack) -> bool:
    return "Versions" in up.client("s3").list_object_versions(Bucket=up.outputs["UndeliveredBucketName"])


def messages(up: Stack, transcript: str) -> int:
    """How many there are under the key of a transcript."""
    found = up.client("dynamodb").query(
        TableName=up.outputs["MessageTableName"],
        KeyConditionExpression="sessionId = :session",
        ExpressionAttributeValues={":session": {"S": transcript}},
        ConsistentRead=True,
    )
    return int(found["Count"])
