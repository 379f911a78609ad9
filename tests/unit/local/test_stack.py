"""The files that `make up` leaves for shells and for sam local."""

import json
import platform
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local import containers, stack
from local.engine import Engine
from local.stack import Stack

NAMES = [
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_DEFAULT_REGION",
    "STACK_NAME",
    "API_URL",
    "API_EXECUTION_ARN",
    "AGENT_TOKEN",
    "SESSION_TABLE",
    "NOTIFICATION_TOPIC_ARN",
    "NOTIFICATION_QUEUE_URL",
]


def no_client(_service: str) -> Any:
    raise AssertionError


@pytest.fixture
def up(tmp_path: Path) -> Stack:
    outputs = {
        "SessionTableName": "sessions",
        "NotificationTopicArn": "arn:aws:sns:us-east-1:000000000000:topic",
        "ApiExecutionArn": "arn:aws:execute-api:us-east-1:000000000000:api",
    }
    return Stack(Engine(1, 8080), no_client, outputs, "to'ken $x", "http://queue", tmp_path)


def test_the_environment_can_be_sourced(up: Stack, tmp_path: Path) -> None:
    path = tmp_path / "stack.env"
    stack.write_environment(up, path)
    done = subprocess.run(["/bin/sh", "-c", f". {path}; env"], capture_output=True, text=True, check=True, env={})
    environment = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert set(NAMES) <= set(environment)
    assert environment["API_URL"] == "http://127.0.0.1:8080/api/v2"
    assert environment["AGENT_TOKEN"] == "to'ken $x"


def test_sam_local_is_told_names_and_an_address_for_containers(up: Stack, tmp_path: Path) -> None:
    path = tmp_path / "sam-local.json"
    stack.write_sam_local(up, path)
    assert json.loads(path.read_text())["Parameters"] == {
        "AWS_ENDPOINT_URL": f"http://{containers.host()}:8080",
        "SESSION_TABLE": "sessions",
        "NOTIFICATION_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:topic",
    }


@pytest.mark.parametrize(
    ("system", "docker_host", "bridge"),
    [
        ("Linux", "unix:///run/podman/podman.sock", "10.88.0.1"),
        ("Darwin", "", None),
    ],
)
def test_the_bridge_is_that_of_the_container_engine(
    system: str, docker_host: str, bridge: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setenv("DOCKER_HOST", docker_host)
    assert containers.bridge() == bridge
