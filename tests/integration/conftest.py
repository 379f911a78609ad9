"""Both functions on moto: the table as the template has it, a topic, and a queue that listens to it."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from facebook_session import aws
from facebook_session.store import SessionStore
from facebook_session.transcript import Transcript
from local import queues, seed
from session_api import app as api
from session_notifier import app as notifier
from session_notifier.publisher import Publisher
from session_notifier.quarantine import Quarantine
from tests.pool import agents
from tests.system import System
from tests.template import table_schema


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    with mock_aws():
        created = boto3.client("dynamodb").create_table(TableName="sessions", **table_schema("SessionTable"))
        boto3.client("dynamodb").create_table(TableName="messages", **table_schema("MessageTable"))
        topic = boto3.client("sns").create_topic(Name="notifications")["TopicArn"]
        queue_url, _ = queues.subscribe(boto3.client, topic, "subscriber")
        dynamodb = aws.client("dynamodb", 2)
        monkeypatch.setattr(api, "store", SessionStore(dynamodb, "sessions"))
        monkeypatch.setattr(api, "transcript", Transcript(dynamodb, "messages"))
        monkeypatch.setattr(notifier, "transcript", lambda: Transcript(dynamodb, "messages"))
        monkeypatch.setattr(notifier, "publisher", Publisher(aws.client("sns", 2), topic))
        boto3.client("s3").create_bucket(Bucket="undelivered")
        monkeypatch.setattr(notifier, "quarantine", lambda: Quarantine(aws.client("s3", 2), "undelivered"))
        pool = agents("Anna", "Ben", "Cy", seed.PAGE_AGENT)
        monkeypatch.setattr(api, "agent_pool", lambda: pool)
        yield System("sessions", created["TableDescription"]["LatestStreamArn"], queue_url)


@pytest.fixture
def session(system: System) -> System:
    """The system with the page's session, its creation announced already."""
    seed.create_session(boto3.client, system.table)
    system.deliver(system.records())
    system.notifications()
    return system
