"""The files that `make up` leaves for shells and for sam local."""

import json
import platform
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local import containers, deploy, stack
from local.engine import Engine
from local.stack import Stack
from tests.template import TEMPLATE

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


class Deployed:
    """CloudFormation and Lambda of a stack that has the template's resources, and of its functions the variables."""

    def list_stack_resources(self, **call: str) -> Any:
        assert call == {"StackName": deploy.STACK_NAME}
        kinds = {"AWS::Serverless::Function": "AWS::Lambda::Function"}
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": name,
                    "PhysicalResourceId": f"local-{name}",
                    "ResourceType": kinds.get(one["Type"], one["Type"]),
                }
                for name, one in TEMPLATE["Resources"].items()
            ]
        }

    def get_function_configuration(self, **call: str) -> Any:
        (function,) = call.values()
        assert call == {"FunctionName": function}
        names = named(function.removeprefix("local-"))
        return {"Environment": {"Variables": {name: f"{function}'s {name}" for name in names}}}


def named(function: str) -> set[str]:
    """The variables that the template gives to the function, and `make up` to all."""
    places = (TEMPLATE["Globals"]["Function"], TEMPLATE["Resources"][function]["Properties"])
    return {"AWS_ENDPOINT_URL", *(name for one in places for name in one["Environment"]["Variables"])}


def test_sam_local_is_told_each_functions_variables_and_an_address_for_containers(up: Stack, tmp_path: Path) -> None:
    path = tmp_path / "sam-local.json"
    stack.write_sam_local(replace(up, client=lambda _: Deployed()), path)
    told = json.loads(path.read_text())
    functions = [
        "SessionApiFunction",
        "SessionNotifierFunction",
        "SessionEraserFunction",
        "DesktopChannelFunction",
        "DesktopNotifierFunction",
        "UndeliveredGaugeFunction",
    ]
    assert {name: set(variables) for name, variables in told.items()} == {name: named(name) for name in functions}
    for name, variables in told.items():
        assert variables.pop("AWS_ENDPOINT_URL") == f"http://{containers.host()}:8080"
        assert variables == {one: f"local-{name}'s {one}" for one in variables}
    assert {"MESSAGE_TABLE", "AGENT_POOL"} <= told["SessionApiFunction"].keys()
    assert {"UNDELIVERED_BUCKET", "REMOVAL_QUEUE_URL"} <= told["SessionNotifierFunction"].keys()


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
