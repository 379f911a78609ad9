"""On the stack: `python -m operate forget` leaves nothing of a session, with the roles as they are."""

import json
import time

from local.stack import Stack
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import drain, make_session
from tests.e2e.test_redrive import operate, put, quarantined, spoil

DEADLINE_SECONDS = 30.0


def test_a_session_that_is_forgotten_is_nowhere(desktop: Desktop, up: Stack) -> None:
    make_session(up, "forgotten")
    assert desktop.operate("SendMessage", "forgotten", text="Hello").status == 200
    spoil(up, "forgotten")
    _, lying = quarantined(up)
    put(up, "aws/lambda/given-up", json.dumps({"version": "1.0", "payload": lying}))
    status, told = operate(up, "forget", "forgotten")
    assert (status, told.splitlines()[-1]) == (0, "The session is erased.")
    assert desktop.read("/forgotten").status == 404
    assert messages(up, "forgotten") == 0
    assert "Versions" not in up.client("s3").list_object_versions(Bucket=up.outputs["UndeliveredBucketName"])
    drain(up)


def test_a_session_that_is_deleted_by_dynamodb_takes_its_transcript_along(desktop: Desktop, up: Stack) -> None:
    """As it deletes those that have expired."""
    make_session(up, "expired")
    desktop.operate("SendMessage", "expired", text="Hello")
    drain(up)
    up.client("dynamodb").delete_item(TableName=up.table, Key={"id": {"S": "expired"}})
    deadline = time.monotonic() + DEADLINE_SECONDS
    while messages(up, "expired"):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_what_can_be_no_session_is_refused(up: Stack) -> None:
    status, told = operate(up, "forget", "no session")
    assert status == 2
    assert "a session's id has" in told


def messages(up: Stack, session_id: str) -> int:
    found = up.client("dynamodb").query(
        TableName=up.outputs["MessageTableName"],
        KeyConditionExpression="sessionId = :session",
        ExpressionAttributeValues={":session": {"S": session_id}},
        ConsistentRead=True,
    )
    return int(found["Count"])
