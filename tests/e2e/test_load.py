"""`make load` drives the stack, loses nothing, and leaves nothing there."""

import os
import subprocess
import sys

from local import deploy
from local.deploy import ROOT, STACK_NAME
from local.stack import Stack


def test_a_stack_is_driven_and_left_as_it_was(up: Stack) -> None:
    before = left(up)
    done = subprocess.run(
        [sys.executable, "-m", "operate.load", STACK_NAME, "3", "8", "3"],
        cwd=ROOT,
        env=os.environ | deploy.credentials(up.engine) | {"PYTHONPATH": "functions:layers/core"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Failed: 0.\nLost: 0.\nDoubled: 0.\nOut of order: 0.\nWithout an answer: 0.\n" in done.stdout
    assert left(up) == before
    for _ in up.notifications(5):
        pass  # of its sessions


def left(up: Stack) -> tuple[set[str], set[str], set[str]]:
    """Sessions, agents and queues."""
    sessions = up.client("dynamodb").scan(TableName=up.table)["Items"]
    agents = up.client("cognito-idp").list_users(UserPoolId=up.outputs["AgentPoolId"])["Users"]
    queues = up.client("sqs").list_queues()["QueueUrls"]
    return {one["id"]["S"] for one in sessions}, {one["Username"] for one in agents}, {*queues}
