"""Clients give up before their caller does, and cost no more to import than they must."""

import subprocess
import sys
import zlib
from types import SimpleNamespace
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import HTTPClientError

from facebook_session import aws


@pytest.fixture(scope="module")
def dynamodb() -> Any:
    return aws.client("dynamodb", 2.5)


def test_a_client_waits_a_second_to_connect_and_as_long_as_it_is_told_to_read(dynamodb: Any) -> None:
    config = dynamodb.meta.config
    assert (config.connect_timeout, config.read_timeout) == (1, 2.5)


def test_a_client_makes_three_attempts_with_pauses_in_between(dynamodb: Any) -> None:
    assert dynamodb.meta.config.retries == {"mode": "standard", "total_max_attempts": 3}


def test_a_client_keeps_its_connections_alive(dynamodb: Any) -> None:
    assert dynamodb.meta.config.tcp_keepalive


def test_a_client_trusts_the_code_with_its_parameters(dynamodb: Any) -> None:
    answer = SimpleNamespace(status_code=200), {"answered": True}
    dynamodb.meta.events.register_first("before-call.dynamodb.GetItem", lambda **_: answer)
    assert dynamodb.get_item() == {"answered": True}


def test_a_client_does_not_put_its_user_agent_together_for_each_call(dynamodb: Any) -> None:
    assert dynamodb.meta.config.user_agent == botocore.session.get_session().user_agent()
    assert dynamodb.meta.config.user_agent.startswith("Botocore/")


class Sent(Exception):
    """Instead of a call."""


def sent(client: Any, message: str) -> Any:
    """The request that would go to SNS."""
    requests: list[Any] = []

    def keep(request: Any, **_: Any) -> None:
        requests.append(request)
        raise Sent

    client.meta.events.register("before-send.sns", keep)
    entry = {"Id": "0", "Message": message, "MessageAttributes": {"a": {"DataType": "String", "StringValue": message}}}
    with pytest.raises(Sent):
        client.publish_batch(TopicArn="topic", PublishBatchRequestEntries=[entry])
    return requests[0]


@pytest.mark.parametrize("message", ["", "a b", '{"a+b":"1 & 2 = 3 %"}', "é語👋", "~-_.*", "\n\r\t\0"])
def test_a_call_of_sns_is_sent_as_botocore_would_send_it(message: str) -> None:
    plain = sent(botocore.session.get_session().create_client("sns"), message)
    ours = sent(aws.client("sns", 2), message)
    assert ours.body == plain.body.encode()
    names = ("Content-Length", "Content-Type")
    assert [ours.headers[name] for name in names] == [plain.headers[name] for name in names]


def test_a_call_of_sns_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.awsrequest.urlencode", lambda *_, **__: pytest.fail("again"))
    assert b"Message=a+b" in sent(aws.client("sns", 2), "a b").body


def test_a_client_speaks_to_the_service_that_it_is_for(dynamodb: Any) -> None:
    assert dynamodb.meta.service_model.service_name == "dynamodb"


WHOLE = b'{"Item":{"id":{"S":"x"}}}'
CHECKSUM = {"x-amz-crc32": str(zlib.crc32(WHOLE))}
LENGTH = {"content-length": str(len(WHOLE))}


def answered(body: bytes, headers: dict[str, str], status: int = 200) -> Any:
    """What a client makes of this answer of DynamoDB."""
    client = aws.client("dynamodb", 2.5, attempts=1)
    answer = AWSResponse("", status, HTTPHeaders.from_dict(headers), SimpleNamespace(stream=lambda: [body]))
    client.meta.events.register("before-send.dynamodb", lambda **_: answer)
    return client.get_item(TableName="sessions", Key={"id": {"S": "x"}})


@pytest.mark.parametrize("headers", [CHECKSUM, LENGTH, CHECKSUM | LENGTH])
def test_a_whole_answer_of_dynamodb_comes_through(headers: dict[str, str]) -> None:
    assert answered(WHOLE, headers)["Item"] == {"id": {"S": "x"}}


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (WHOLE[:-1], CHECKSUM | LENGTH),
        (WHOLE[:-1], LENGTH),
        (b"", CHECKSUM),
        (b"", {}),
        (WHOLE.replace(b"x", b"y"), CHECKSUM | LENGTH),
    ],
)
def test_an_answer_of_dynamodb_that_is_not_whole_is_none(body: bytes, headers: dict[str, str], status: int) -> None:
    with pytest.raises(HTTPClientError):
        answered(body, headers, status)


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [
        ("session_api.handler", {"boto3", "aws_xray_sdk", "requests"}),
        ("session_notifier.handler", {"boto3", "aws_xray_sdk", "requests", "pydantic"}),
        ("session_eraser.handler", {"boto3", "aws_xray_sdk", "requests", "pydantic"}),
    ],
)
def test_a_function_imports_nothing_that_would_slow_its_cold_start(module: str, unwanted: set[str]) -> None:
    program = f"import sys; sys.path[:0] = {sys.path!r}; import {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert module in run.stdout.split()
    assert unwanted.isdisjoint(run.stdout.split())
