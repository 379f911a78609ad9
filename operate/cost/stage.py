"""The functions of this repository on moto, with the template's defaults, for a meter."""

import contextlib
import importlib
import io
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final

import boto3
from moto import mock_aws

from facebook_session import aws
from operate.cost.meter import Meter
from tests.delivered import delivered
from tests.template import TEMPLATE, of_type, table_schema

_CONTEXT: Final = SimpleNamespace(get_remaining_time_in_millis=lambda: 120_000)
_TABLES: Final = {
    "SESSION_TABLE": "SessionTable",
    "MESSAGE_TABLE": "MessageTable",
    "SETTING_TABLE": "SettingTable",
    "DESKTOP_TABLE": "DesktopTable",
}
_PARAMETERS: Final = {
    "POWERTOOLS_LOG_LEVEL": "LogLevel",
    "ALLOWED_ORIGINS": "AllowedOrigins",
    "DISPOSITION_KEY": "DispositionKey",
    "PERSONAL_DATA": "PersonalData",
    "RETENTION_DAYS": "RetentionDays",
    "HOLD_SECONDS": "HoldSeconds",
    "HELD_CONNECTS": "HeldConnects",
}
_OTHERS: Final = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",  # moto doesn't know the endpoints that carry an account's id
    "AGENT_POOL": "us-east-1_agents",
    "API_DOMAIN": "execute-api.us-east-1.amazonaws.com",
    "PUBLIC_URL": "https://0123456789.execute-api.us-east-1.amazonaws.com/api/v2",
    "POWERTOOLS_METRICS_NAMESPACE": "FacebookSessions",
    "STACK_NAME": "facebook-sessions",
    "POWERTOOLS_SERVICE_NAME": "session_notifier",
    "UNDELIVERED_BUCKET": "undelivered",
}

Event = Mapping[str, Any]


@dataclass
class Stage:
    """`deliver` brings what the stream has to both notifiers, each change by itself. What is played is played so many
    `rounds`.
    """

    rounds: int
    meter: Meter
    raw: Any
    queue_url: str
    _stream: str
    _apps: Mapping[str, Any]
    _iterator: str | None = None

    def call(self, function: str, event: Event) -> Any:
        return self.meter.invoke(function, self._apps[function].lambda_handler, event, _CONTEXT)

    def deliver(self) -> None:
        for record in self._records():
            for function in ("SessionNotifierFunction", "DesktopNotifierFunction"):
                assert self.call(function, {"Records": [record]}) == {"batchItemFailures": []}

    def hold_time(self) -> contextlib.AbstractContextManager[None]:
        """Within it nobody really waits: the clock of held connects goes on by what they would have waited, and by
        nothing else, so that a slow machine looks as often as a fast one.
        """
        return _clock_of(self.meter)

    def _records(self) -> list[Event]:
        """New ones of the stream."""
        found = boto3.client("dynamodbstreams").get_records(ShardIterator=self._iterator or self._first())
        self._iterator = found["NextShardIterator"]
        new: list[Event] = delivered(found["Records"])
        return new

    def _first(self) -> str:
        streams = boto3.client("dynamodbstreams")
        (shard,) = streams.describe_stream(StreamArn=self._stream)["StreamDescription"]["Shards"]
        place = {"StreamArn": self._stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        return str(streams.get_shard_iterator(**place)["ShardIterator"])


@contextlib.contextmanager
def staged(rounds: int) -> Iterator[Stage]:
    """The environment is changed, and the functions are imported, so once in a process."""
    os.environ.pop("AWS_ENDPOINT_URL", None)
    parameters = {name: str(TEMPLATE["Parameters"][one]["Default"]) for name, one in _PARAMETERS.items()}
    os.environ.update(_OTHERS | parameters | {name: table.lower() for name, table in _TABLES.items()})
    with mock_aws():
        raw = boto3.client("dynamodb")
        made = {one: raw.create_table(TableName=one.lower(), **table_schema(one)) for one in _TABLES.values()}
        os.environ["NOTIFICATION_TOPIC_ARN"] = boto3.client("sns").create_topic(Name="notifications")["TopicArn"]
        os.environ["REMOVAL_QUEUE_URL"] = boto3.client("sqs").create_queue(QueueName="removals")["QueueUrl"]
        boto3.client("s3").create_bucket(Bucket="undelivered")
        written = io.StringIO()
        keys = {name.lower(): [one["AttributeName"] for one in table_schema(name)["KeySchema"]] for name in made}
        meter = Meter(raw, written, keys, "sessiontable")
        with contextlib.redirect_stdout(written):
            stream = made["SessionTable"]["TableDescription"]["LatestStreamArn"]
            yield Stage(rounds, meter, raw, os.environ["REMOVAL_QUEUE_URL"], stream, _functions(meter))


def _functions(meter: Meter) -> dict[str, Any]:
    """By their names in the template. Whatever clients they make are counted."""
    make = aws.client
    aws.client = lambda *arguments, **more: meter.listen(make(*arguments, **more))
    found = of_type("AWS::Serverless::Function").items()
    packages = {name: properties["Handler"].split(".")[0] for name, properties in found}
    return {name: importlib.import_module(f"{package}.app") for name, package in packages.items()}


@contextlib.contextmanager
def _clock_of(meter: Meter) -> Iterator[None]:
    modules: list[Any] = [importlib.import_module(f"desktop_channel.{name}") for name in ("app", "polls", "holds")]
    now = time.time()

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        meter.waits(seconds)

    clock = SimpleNamespace(sleep=sleep, time=lambda: now)
    for module in modules:
        module.time = clock
    try:
        yield
    finally:
        for module in modules:
            module.time = time


def message(queue_url: str) -> Event:
    """What the eraser gets of the queue."""
    (one,) = boto3.client("sqs").receive_message(QueueUrl=queue_url, MaxNumberOfMessages=1)["Messages"]
    boto3.client("sqs").delete_message(QueueUrl=queue_url, ReceiptHandle=one["ReceiptHandle"])
    return {"Records": [{"messageId": one["MessageId"], "body": one["Body"]}]}


def json_body(answer: Mapping[str, Any]) -> Any:
    return json.loads(answer["body"])
