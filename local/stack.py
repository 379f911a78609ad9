"""A stack on the embedded AWS: started, built, deployed and seeded, with what a client needs to use it."""

import json
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local import containers, deploy, engine, queues, seed
from local.deploy import STACK_NAME
from local.engine import REGION, Engine
from local.gaps import Client
from local.problem import Problem
from local.queues import Message

_NOTIFICATION_SECONDS: Final = 60

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Stack:
    """`token` is the page's agent's; the queue at `queue_url` gets every notification; logs lie in `home`."""

    engine: Engine
    client: Client
    outputs: dict[str, str]
    token: str
    queue_url: str
    home: Path

    @property
    def api_url(self) -> str:
        return f"{self.engine.url}/api/v2"

    @property
    def table(self) -> str:
        return self.outputs["SessionTableName"]

    def notifications(self, quiet_seconds: float) -> Iterator[Message]:
        """What the topic announces, as it comes, until nothing has come for so long."""
        return queues.receive(self.client, self.queue_url, quiet_seconds)


def bring_up(running: Engine, public_url: str, home: Path, say: Progress, **overrides: str) -> Stack:
    """Builds and deploys to a running engine, and puts the page's agent, session and a listening queue there.

    `overrides` are the template's parameters that shall be other than by default.
    """
    say("Building the functions and their layer")
    deploy.build(home)
    say("Deploying template.yaml with the SAM CLI")
    outputs = deploy.deploy(running, {"PublicUrl": public_url, **overrides}, home)
    say("Creating the page's agent and session, and a queue that listens to the topic")
    client = deploy.clients(running)
    queue_url, _ = queues.subscribe(client, outputs["NotificationTopicArn"], "session-notifications")
    token = seed.log_in(client, outputs, seed.PAGE_AGENT)
    stack = Stack(running, client, outputs, token, queue_url, home)
    if seed.create_session(client, stack.table):
        _await_creation(stack)
    return stack


def start(port: int, home: Path, say: Progress, bridge: str | None = None) -> Engine:
    say(f"Starting the embedded AWS on 127.0.0.1:{port}")
    return engine.start(port, home, bridge)


def write_environment(stack: Stack, path: Path) -> None:
    """Writes the stack's addresses as a file to `source`."""
    values = {
        "AWS_ENDPOINT_URL": stack.engine.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "STACK_NAME": STACK_NAME,
        "API_URL": stack.api_url,
        "API_EXECUTION_ARN": stack.outputs["ApiExecutionArn"],
        "AGENT_TOKEN": stack.token,
        "SESSION_TABLE": stack.table,
        "NOTIFICATION_TOPIC_ARN": stack.outputs["NotificationTopicArn"],
        "NOTIFICATION_QUEUE_URL": stack.queue_url,
    }
    path.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items()))


def write_sam_local(stack: Stack, path: Path) -> None:
    """Writes the variables of the deployed functions: from the template `sam local` can't tell names and addresses."""
    deployed = stack.client("cloudformation").list_stack_resources(StackName=STACK_NAME)["StackResourceSummaries"]
    variables = {
        one["LogicalResourceId"]: _variables(stack, one["PhysicalResourceId"])
        for one in deployed
        if one["ResourceType"] == "AWS::Lambda::Function"
    }
    path.write_text(json.dumps(variables, indent=2))


def _variables(stack: Stack, function: str) -> dict[str, str]:
    """As the function has them, with the embedded AWS at the address at which containers reach it."""
    found = stack.client("lambda").get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    return {**found, "AWS_ENDPOINT_URL": f"http://{containers.host()}:{stack.engine.port}"}


def _await_creation(stack: Stack) -> None:
    """Takes the session's own announcement off the queue, so that the next one is the user's."""
    for _ in stack.notifications(_NOTIFICATION_SECONDS):
        return
    raise Problem("The session's creation was not announced. See the log of the embedded AWS.")
