"""Both functions on moto: the table as the template has it, a topic, and a queue that listens to it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from facebook_session import aws
from facebook_session.store import SessionStore
from local import queues
from session_api import app as api
from session_notifier import app as notifier
from session_notifier.publisher import Publisher
from tests.system import System
from tests.template import TEMPLATE


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    with mock_aws():
        created = boto3.client("dynamodb").create_table(TableName="sessions", **_schema())["TableDescription"]
        topic = boto3.client("sns").create_topic(Name="notifications")["TopicArn"]
        queue_url, _ = queues.subscribe(boto3.client, topic, "subscriber")
        monkeypatch.setattr(api, "store", SessionStore(aws.client("dynamodb", 2), "sessions"))
        monkeypatch.setattr(notifier, "publisher", Publisher(aws.client("sns", 2), topic))
        yield System("sessions", created["LatestStreamArn"], queue_url)


def _schema() -> dict[str, Any]:
    properties = TEMPLATE["Resources"]["SessionTable"]["Properties"]
    return {
        "AttributeDefinitions": properties["AttributeDefinitions"],
        "KeySchema": properties["KeySchema"],
        "BillingMode": properties["BillingMode"],
        "StreamSpecification": {"StreamEnabled": True, **properties["StreamSpecification"]},
    }
