"""On the stack: `python -m operate forget` leaves nothing of a session, with the roles as they are."""

import json
import time

from local.stack import Stack
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import drain, make_session
from tests.e2e.test_redrive import operate, put, quarantined, spoil

LONG_AGO = {":then": {"S": "2014-01-09T09:58:12.035+00:00"}}
DEADLINE_SECONDS = 30.0


def test_a_session_that_is_forgotten_is_nowhere(desktop: Desktop, up: Stack) -> None:
    make_session(up, "forgotten")
    assert desktop.operate("SendMessage", "forgotten", text="Hello").status == 200
    spoil(up, "forgotten")
    _, lying = quarantined(up)
    put(up, "aws/lambda/given-up", json.dumps({"version": "1.0", "payload": lying}))
    rest(up, "forgotten")
    assert operate(up, "forget", "forgotten") == (0, "The session is erased.")
    assert desktop.read("/forgotten").status == 404
    assert messages(up, "forgotten") == 0
    assert "Versions" not in up.client("s3").list_object_versions(Bucket=up.outputs["UndeliveredBucketName"])
    assert operate(up, "forget", "forgotten") == (0, "There is no such session; nothing of it is left.")
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


def rest(up: Stack, session_id: str) -> None:
    """Makes the session's last change one of long ago, so that nothing can be under way."""
    up.client("dynamodb").update_item(
        TableName=up.table,
        Key={"id": {"S": session_id}},
        UpdateExpression="SET updatedAt = :then",
        ExpressionAttributeValues=LONG_AGO,
    )


def messages(up: Stack, session_id: str) -> int:
    found = up.client("dynamodb").query(
        TableName=up.outputs["MessageTableName"],
        KeyConditionExpression="sessionId = :session",
        ExpressionAttributeValues={":session": {"S": session_id}},
        ConsistentRead=True,
    )
    return int(found["Count"])
