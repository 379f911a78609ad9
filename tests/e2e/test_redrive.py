"""On the stack: what can't be announced lies in the bucket, and `python -m operate redrive` announces it."""

import json
import os
import subprocess
import sys
import time
from typing import Any

from local import demo
from local.stack import Stack
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import announced, body, make_session
from tests.template import ROOT

DEADLINE_SECONDS = 30.0
GOOD = json.dumps(demo.REQUEST).encode()


def test_a_record_that_can_not_be_announced_lies_in_the_bucket_until_it_is_mended(desktop: Desktop, up: Stack) -> None:
    make_session(up, "poisoned")
    spoil(up, "poisoned")
    key, lying = quarantined(up)
    make_session(up, "healthy")
    assert desktop.send("/me/facebooksessions/healthy", GOOD).status == 200
    assert [body(one)["referenceId"] for one in announced(up, 1)] == [34]
    assert redrive(up) == (1, "Records handed to the notifier: 1. Objects that are left: 1.")
    put(up, key, json.dumps(lying).replace('"Spoilt"', '"Chatting"'))
    assert redrive(up) == (0, "Records handed to the notifier: 1. Objects that are left: 0.")
    (message,) = announced(up, 1)
    assert message["MessageAttributes"]["eventId"]["StringValue"] == "poisoned#34#1"


def spoil(up: Stack, session_id: str) -> None:
    """A change that no operation makes: to a state that there is not."""
    up.client("dynamodb").update_item(
        TableName=up.table,
        Key={"id": {"S": session_id}},
        UpdateExpression="SET #state = :state, #comment = :comment, referenceId = referenceId + :one",
        ExpressionAttributeNames={"#state": "state", "#comment": "comment"},
        ExpressionAttributeValues={":state": {"S": "Spoilt"}, ":comment": {"S": "x"}, ":one": {"N": "1"}},
    )


def quarantined(up: Stack) -> tuple[str, Any]:
    """The one object that lies in the bucket."""
    s3, bucket = up.client("s3"), up.outputs["UndeliveredBucketName"]
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        found = s3.list_objects_v2(Bucket=bucket).get("Contents", ())
        if found:
            (one,) = found
            return one["Key"], json.loads(s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read())
        time.sleep(0.2)
    raise AssertionError("Nothing lies in quarantine.")


def put(up: Stack, key: str, content: str) -> None:
    up.client("s3").put_object(Bucket=up.outputs["UndeliveredBucketName"], Key=key, Body=content.encode())


def redrive(up: Stack) -> tuple[int, str]:
    """Exit status and output of the command."""
    environment = os.environ | {"AWS_ENDPOINT_URL": up.engine.url}
    run = subprocess.run(
        [sys.executable, "-m", "operate", "redrive", "facebook-sessions-local"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout.strip() or run.stderr
