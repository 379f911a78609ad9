"""The previous release's stack, with sessions that were made by its own API, and this release over it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml

from local import deploy, gaps, http, queues, seed
from local.demo import PUBLIC_URL
from local.deploy import STACK_NAME
from local.engine import Engine
from local.gaps import Client
from local.http import Answer
from local.queues import Message
from local.stack import Stack
from tests.e2e import published
from tests.e2e.signer import ROOT

AGENT: Final = seed.PAGE_AGENT
PASSWORD: Final = "Aa1-from-before"
TALKED_IN, WAITING, ENDED = "talked-in", "waiting", "ended"
MINE: Final = "/me/facebooksessions"

DISPOSITION: Final = {"operationName": "SetDisposition", "disposition": "FollowUp"}
MESSAGE: Final = {"operationName": "SendMessage", "text": "Grüße"}
KEYS: Final = {"set-before": DISPOSITION, "sent-before": MESSAGE}
"""Requests with an `Idempotency-Key`, which come again after the upgrade."""

_HISTORY: Final[dict[str, tuple[Mapping[str, Any], ...]]] = {
    TALKED_IN: (
        {"operationName": "Accept", "nickname": "Tessa"},
        MESSAGE,
        {"operationName": "SendStartTypingNotification"},
        {"operationName": "AttachUserData", "userData": {"Total": 19.95, "Gift": None, "Language": "de"}},
        {"operationName": "SendUrl", "url": "https://example.com/"},
        {"operationName": "AddComment", "comment": "Called back."},
        DISPOSITION,
    ),
    WAITING: (),
    ENDED: (
        {"operationName": "Accept", "nickname": "Tessa"},
        {"operationName": "SetDisposition", "disposition": "Spam"},
        {"operationName": "Complete", "queueName": "Returns"},
    ),
}
_PATIENCE_SECONDS: Final = 60

# Run by that release's own code, in its folder.
_BRING_UP: Final = """
import sys
from pathlib import Path
from local import stack
from local.engine import Engine
pid, port, public_url, home = sys.argv[1:]
stack.bring_up(Engine(int(pid), int(port)), public_url, Path(home), print)
"""


@dataclass(frozen=True)
class State:
    """A stack and what it holds: physical ids by types and logical ids, the topic's subscriptions, the stream of the
    sessions' table, and by id the sessions as their agent reads them, their numbers and their transcripts.
    """

    stack: Stack
    resources: dict[str, str]
    subscriptions: list[dict[str, str]]
    stream: str
    read: dict[str, dict[str, Any]]
    numbers: dict[str, int]
    messages: dict[str, list[dict[str, Any]]]


def bring_up_previous(running: Engine, tree: Path, home: Path) -> Stack:
    """That release, built and deployed by itself from the folder `tree`, with a queue that listens."""
    (tree / ".tools").symlink_to(deploy.ROOT / ".tools")
    command = [sys.executable, "-c", _BRING_UP, str(running.pid), str(running.port), PUBLIC_URL, str(home)]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    client = deploy.clients(running)
    outputs = deploy.outputs(running)
    url = client("sqs").get_queue_url(QueueName="session-notifications")["QueueUrl"]
    client("cognito-idp").admin_set_user_password(
        UserPoolId=outputs["AgentPoolId"], Username=AGENT, Password=PASSWORD, Permanent=True
    )
    return Stack(running, client, outputs, log_in(client, outputs), url, home)


def upgrade(stack: Stack) -> Stack:
    """This release over it, as `make build` and `make deploy` do it. The token is that of before."""
    deploy.build(stack.home)
    return replace(stack, outputs=deploy.deploy(stack.engine, {}, stack.home))


def change_topic_type(stack: Stack, topic_type: str) -> Stack:
    """What `make deploy` does with another TopicType in samconfig.toml."""
    cloudformation = stack.client("cloudformation")
    chosen = {"ParameterKey": "TopicType", "ParameterValue": topic_type}
    others = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]["Parameters"]
    kept = [{"ParameterKey": one["ParameterKey"], "UsePreviousValue": True} for one in others]
    cloudformation.update_stack(
        StackName=STACK_NAME,
        UsePreviousTemplate=True,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[chosen, *(one for one in kept if one["ParameterKey"] != "TopicType")],
    )
    cloudformation.get_waiter("stack_update_complete").wait(
        StackName=STACK_NAME, WaiterConfig={"Delay": 1, "MaxAttempts": _PATIENCE_SECONDS}
    )
    gaps.close(stack.client, STACK_NAME, yaml.safe_load(deploy.BUILT_TEMPLATE.read_text()))
    return replace(stack, outputs=deploy.outputs(stack.engine))


def log_in(client: Client, outputs: Mapping[str, str]) -> str:
    """The agent's token, by the password of before."""
    answer = client("cognito-idp").admin_initiate_auth(
        UserPoolId=outputs["AgentPoolId"],
        ClientId=outputs["AgentPoolClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": AGENT, "PASSWORD": PASSWORD},
    )
    return str(answer["AuthenticationResult"]["IdToken"])


def live(stack: Stack) -> None:
    """Sessions in three states, made by the API of before."""
    keys = {json.dumps(request): key for key, request in KEYS.items()}
    for session_id, requests in _HISTORY.items():
        _create(stack, session_id)
        for request in requests:
            key = keys.get(json.dumps(request)) if session_id == TALKED_IN else None
            answer = operate(stack, session_id, request, key)
            assert answer.status == 200, answer.text


def operate(stack: Stack, session_id: str, request: Mapping[str, Any], key: str | None = None) -> Answer:
    """An agent's request, to whichever release."""
    headers = http.bearer(stack.token) | ({"Idempotency-Key": key} if key else {})
    return http.send("POST", f"{stack.api_url}{MINE}/{session_id}", json.dumps(request).encode(), headers)


def look(stack: Stack) -> State:
    answers = {one: read(stack, f"/{one}") for one in _HISTORY}
    return State(
        stack,
        resources(stack),
        subscriptions(stack, stack.outputs["NotificationTopicArn"]),
        stack.client("dynamodb").describe_table(TableName=stack.table)["Table"]["LatestStreamArn"],
        {one: answer.body["facebooksession"] for one, answer in answers.items()},
        {one: answer.number for one, answer in answers.items()},
        {one: read(stack, f"/{one}/messages").body["messages"] for one in _HISTORY},
    )


def resources(stack: Stack) -> dict[str, str]:
    """The physical ids, by types and logical ids: "AWS::SNS::Topic NotificationTopic"."""
    pages = stack.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
    found = [one for page in pages for one in page["StackResourceSummaries"]]
    return {f"{one['ResourceType']} {one['LogicalResourceId']}": one["PhysicalResourceId"] for one in found}


def subscriptions(stack: Stack, topic_arn: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = stack.client("sns").list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]
    return found


def read(stack: Stack, path: str) -> Answer:
    """`path` is behind /api/v2/me/facebooksessions."""
    answer = http.send("GET", stack.api_url + MINE + path, None, http.bearer(stack.token))
    assert answer.status == 200, answer.text
    return answer


def hear(stack: Stack, until: Mapping[str, int], url: str | None = None) -> dict[str, list[int]]:
    """The numbers of each session's notifications in order, from what a queue has until it has these ones."""
    numbers: dict[str, list[int]] = {session_id: [] for session_id in until}
    for message in queues.receive(stack.client, url or stack.queue_url, _PATIENCE_SECONDS):
        session_id, number = source(message)
        numbers.setdefault(session_id, []).append(number)
        if all(last in numbers[session_id] for session_id, last in until.items()):
            return numbers
    raise AssertionError(f"of {until} there came {numbers}")


def source(message: Message) -> tuple[str, int]:
    """The session and the number of a notification."""
    attributes = published.attributes(message)
    return attributes["sessionId"], attributes["referenceId"]


def _create(stack: Stack, session_id: str) -> None:
    content = {"id": session_id, "customer": {"nickname": "FirstL"}, "agent": {"userName": AGENT}}
    url, sent = f"{stack.api_url}/facebooksessions", json.dumps(content).encode()
    answer = http.send("POST", url, sent, http.signed("POST", url, sent, ROOT))
    assert answer.status == 201, answer.text
