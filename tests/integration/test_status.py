"""`make status` on moto: what it sees of topic, bucket, queue, log, metrics and sessions. CloudFormation, which moto
can't do for this template, and Lambda are fakes.
"""

import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from facebook_session.version import VERSION
from local import seed
from operate import __main__ as operate
from session_api import app as api
from tests.clients import client
from tests.system import CONTEXT, System

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LOG = "notifier-log"
STACK = {
    "StackName": "stack",
    "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/stack/51af3dc0",
    "StackStatus": "UPDATE_COMPLETE",
    "CreationTime": NOON,
    "Parameters": [
        {"ParameterKey": "RetentionDays", "ParameterValue": "365"},
        {"ParameterKey": "LogLevel", "ParameterValue": "INFO"},
    ],
}

Run = Callable[[], tuple[int, list[str]]]


class CloudFormation:
    """A stack whose resources have their names in the template as physical ids, save these."""

    def __init__(self, **ids: str) -> None:
        functions = [f"{one}Function{kind}" for one in FUNCTIONS for kind in ("", "Aliaslive")]
        names = [*ids, *functions, *MAPPINGS, "SettingTable"]
        self._listed = [
            {"LogicalResourceId": name, "PhysicalResourceId": ids.get(name, name), "ResourceType": "AWS::Any::Thing"}
            for name in names
        ]
        alarm = {"LogicalResourceId": "ApiErrorAlarm", "PhysicalResourceId": "stack-ApiErrorAlarm-1"}
        self._listed.append(alarm | {"ResourceType": "AWS::CloudWatch::Alarm"})

    def get_paginator(self, name: str) -> Any:
        assert name == "list_stack_resources"
        return SimpleNamespace(paginate=lambda **_: [{"StackResourceSummaries": self._listed}])

    def get_template_summary(self, **_: str) -> dict[str, Any]:
        defaults = {"RetentionDays": "0", "LogLevel": "INFO"}
        return {"Parameters": [{"ParameterKey": key, "DefaultValue": value} for key, value in defaults.items()]}


FUNCTIONS = (
    "SessionApi", "SessionNotifier", "SessionEraser", "DesktopChannel", "DesktopNotifier", "UndeliveredGauge",
)  # fmt: skip
MAPPINGS = (
    "SessionNotifierFunctionSessionChange",
    "DesktopNotifierFunctionSessionChange",
    "SessionEraserFunctionRemoval",
)


class Missing(Exception):
    pass


class Throttled(Exception):
    pass


class Lambda:
    """With the API's function in this process."""

    exceptions = SimpleNamespace(ResourceNotFoundException=Missing, TooManyRequestsException=Throttled)

    def __init__(self) -> None:
        self.mappings: dict[str, dict[str, str]] = {
            name: {"State": "Enabled", "LastProcessingResult": "OK"} for name in MAPPINGS
        }
        self.broken = self.throttled = False
        self.answer: dict[str, Any] | None = None
        self.shifted: dict[str, float] = {}

    def invoke(self, **call: Any) -> dict[str, Any]:
        if self.broken:
            return {"FunctionError": "Unhandled"}
        if self.throttled:
            raise Throttled
        assert call["FunctionName"] == "SessionApiFunctionAliaslive"
        answer = self.answer or api.lambda_handler(json.loads(call["Payload"]), CONTEXT)
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    def get_alias(self, **call: str) -> dict[str, Any]:
        assert call["Name"] == "live"
        alias = {"FunctionVersion": "7"}
        if self.shifted and call["FunctionName"] == "SessionApiFunction":
            return alias | {"RoutingConfig": {"AdditionalVersionWeights": self.shifted}}
        return alias

    def get_event_source_mapping(self, **call: str) -> dict[str, str]:
        if call["UUID"] not in self.mappings:
            raise Missing
        return self.mappings[call["UUID"]]


@pytest.fixture
def functions() -> Lambda:
    return Lambda()


def topic() -> str:
    return str(client("sns").list_topics()["Topics"][0]["TopicArn"])


@pytest.fixture
def run(session: System, functions: Lambda, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command on a system with the page's session, and gives its exit code and what it prints."""
    client("logs").create_log_group(logGroupName=LOG)
    client("logs").create_log_stream(logGroupName=LOG, logStreamName="instance")
    dead_letters = client("sqs").create_queue(QueueName="dead-letters")["QueueUrl"]
    tables = {"SessionTable": "sessions", "MessageTable": "messages", "DesktopTable": "desktops"}
    fakes = {"cloudformation": CloudFormation(SessionNotifierFunctionLog=LOG, **tables), "lambda": functions}
    monkeypatch.setattr("boto3.client", lambda name, **_: fakes.get(name) or client(name))
    outputs = {
        "SessionTableName": session.table,
        "DesktopTableName": "desktops",
        "NotificationTopicArn": topic(),
        "UndeliveredBucketName": "undelivered",
        "RemovalDeadLetterQueueUrl": dead_letters,
    }
    listed = [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()]
    monkeypatch.setattr(operate, "described", lambda _: STACK | {"Outputs": listed})
    monkeypatch.setattr(sys, "argv", ["operate", "status", "stack"])

    def ran() -> tuple[int, list[str]]:
        capsys.readouterr()
        code = operate.main()
        return code, [line for line in capsys.readouterr().out.splitlines() if not line.startswith("{")]

    return ran


def log(*lines: dict[str, Any]) -> None:
    now = int(datetime.now(UTC).timestamp() * 1_000)
    events = [{"timestamp": now - 1_000 + i, "message": json.dumps(line)} for i, line in enumerate(lines)]
    client("logs").put_log_events(logGroupName=LOG, logStreamName="instance", logEvents=events)


STOPPED = {"level": "ERROR", "message": "Publishing stopped", "error": "ClientError", "code": "AuthorizationError"}


def test_a_healthy_stack(run: Run) -> None:
    log(STOPPED, {"RecordsLeft": [2.0]}, {"Published": [2.0], "RecordsLeft": [0.0]})
    code, lines = run()
    assert (code, lines[0], lines[1]) == (0, "All is well.", "")
    assert lines[2] == "stack           stack, 123456789012, us-east-1"
    shown = dict(line.split(maxsplit=1) for line in lines[2:])
    assert shown["version"] == VERSION
    assert shown["parameters"] == "RetentionDays=365"
    assert shown["alarms"] == "0 of 1 in ALARM"
    assert shown["last"].endswith("all announced")
    assert shown["open"] == "sessions   Invited 0, Chatting 1, LeftChat 0"


def test_traffic_while_a_rollout_shifts_it(run: Run, functions: Lambda) -> None:
    others = ", ".join(f"{one} to 7" for one in FUNCTIONS[1:])
    assert f"traffic         SessionApi to 7, {others}" in run()[1]
    functions.shifted = {"8": 0.1}
    assert f"traffic         SessionApi to 7 (10% to 8), {others}" in run()[1]


def test_a_topic_that_is_gone(run: Run) -> None:
    client("sns").delete_topic(TopicArn=topic())
    code, lines = run()
    assert (code, lines[0]) == (1, "Changes are not announced: the topic does not exist.")


def test_a_topic_that_refuses(run: Run) -> None:
    log({"RecordsLeft": [0.0]}, STOPPED, {"RecordsLeft": [2.0]})
    code, lines = run()
    assert code == 1
    assert lines[0].startswith("Changes are not announced: at ")
    assert lines[0].endswith(" 2 could not be: AuthorizationError.")


def test_what_lies_in_the_bucket_and_among_the_dead_letters(run: Run) -> None:
    for key in ("quarantine/a/1.json", "quarantine/a/2.json", "aws/lambda/x"):
        client("s3").put_object(Bucket="undelivered", Key=key, Body=b"{}")
    url = client("sqs").get_queue_url(QueueName="dead-letters")["QueueUrl"]
    client("sqs").send_message(QueueUrl=url, MessageBody="{}")
    code, lines = run()
    assert code == 1
    assert lines[0].startswith("Some changes are not announced: 2 objects since ")
    assert lines[1].startswith("Some changes are not announced: the stream gave up on them, 1 object since ")
    assert lines[2].startswith("Some removed sessions are not erased: 1 among the dead letters.")


def test_mappings_and_the_function(run: Run, functions: Lambda) -> None:
    functions.mappings["SessionNotifierFunctionSessionChange"]["State"] = "Disabled"
    del functions.mappings["DesktopNotifierFunctionSessionChange"]
    functions.broken = True
    code, lines = run()
    assert code == 1
    assert lines[:3] == [
        "Changes are not announced: the mapping is Disabled, its last result OK.",
        "Desktops are not told of changes: the mapping is deleted, its last result unknown.",
        "The API's function does not answer: its log says why.",
    ]


def test_an_api_that_is_throttled_or_fails_does_not_answer(run: Run, functions: Lambda) -> None:
    functions.answer = {"statusCode": 500, "body": '{"statusCode":4,"statusMessage":"Internal error"}'}
    assert run()[1][0] == "The API's function does not answer: its log says why."
    functions.throttled = True
    assert run()[1][0] == "The API's function does not answer: its log says why."


def test_alarms_and_metrics(run: Run) -> None:
    alarm = {"MetricName": "x", "Namespace": "x", "Period": 60, "EvaluationPeriods": 1, "Threshold": 0.0}
    for name in ("stack-ApiErrorAlarm-1", "of-another-stack"):
        client("cloudwatch").put_metric_alarm(
            AlarmName=name, AlarmDescription="It fails", ComparisonOperator="GreaterThanThreshold", **alarm
        )
        client("cloudwatch").set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="x")
    put("AWS/Lambda", "IteratorAge", 90_000, FunctionName="SessionNotifierFunction")
    put("AWS/Lambda", "Throttles", 3, FunctionName="SessionApiFunction")
    put("AWS/DynamoDB", "ThrottledRequests", 4, TableName="messages", Operation="Query")
    put("AWS/DynamoDB", "ThrottledRequests", 1, TableName="messages", Operation="BatchWriteItem")
    code, lines = run()
    assert code == 1
    assert lines[0] == "Subscribers hear of changes late: the oldest waits for 90 s."
    assert lines[1].startswith("ApiErrorAlarm since ")
    assert lines[1].endswith(": It fails.")
    assert lines[2] == ""
    assert "throttled       SessionApiFunction 3, MessageTable 5 in the last hour" in lines


def put(namespace: str, name: str, value: float, **dimensions: str) -> None:
    named = [{"Name": key, "Value": one} for key, one in dimensions.items()]
    now = datetime.now(UTC)
    data = {"MetricName": name, "Dimensions": named, "Value": value, "Timestamp": now.replace(second=0)}
    client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[data])


def test_a_session_that_is_closed_is_none_of_the_open_ones(run: Run, session: System) -> None:
    seed.create_session(client, session.table, "ended", state={"S": "Completed"})
    seed.create_session(client, session.table, "new", state={"S": "Invited"})
    _, lines = run()
    assert lines[-1] == "open sessions   Invited 1, Chatting 1, LeftChat 0"


def test_another_stack_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(operate, "described", lambda _: STACK)
    monkeypatch.setattr(sys, "argv", ["operate", "status", "stack"])
    assert operate.main() == 2
    assert capsys.readouterr().err == "stack is no stack of this API, or one of before 0.2.\n"
