"""The functions on moto: the tables as the template has them, a topic, a queue that listens to it, and the bucket."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from desktop_channel import app as channel
from desktop_channel.holds import Holds
from desktop_channel.polls import Polls
from desktop_notifier import app as desktop_notifier
from facebook_session.clients import Clients
from facebook_session.mailboxes import Mailboxes
from facebook_session.policies import Policies
from facebook_session.quarantine import Quarantine
from facebook_session.store import SessionStore
from facebook_session.transcript import Transcript
from local import queues, seed
from session_api import app as api
from session_api.contact_center import ContactCenterSessions
from session_eraser import app as eraser
from session_notifier import app as notifier
from session_notifier.publisher import Publisher
from session_notifier.removals import Removals
from tests.clients import client, of_functions
from tests.integration.requests import operation
from tests.pool import agents
from tests.system import System
from tests.template import table_schema
from tests.watch import Record, Watch
from undelivered_gauge import app as gauge


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    with mock_aws():
        created = client("dynamodb").create_table(TableName="sessions", **table_schema("SessionTable"))
        client("dynamodb").create_table(TableName="messages", **table_schema("MessageTable"))
        client("dynamodb").create_table(TableName="settings", **table_schema("SettingTable"))
        client("dynamodb").create_table(TableName="desktops", **table_schema("DesktopTable"))
        topic = client("sns").create_topic(Name="notifications")["TopicArn"]
        queue_url, _ = queues.subscribe(client, topic, "subscriber")
        dynamodb = of_functions("dynamodb", 2)
        monkeypatch.setattr(api, "store", SessionStore(dynamodb, "sessions"))
        monkeypatch.setattr(api, "transcript", Transcript(dynamodb, "messages"))
        monkeypatch.setattr(api, "policies", Policies(dynamodb, "settings"))
        monkeypatch.setattr(api, "contact_center_sessions", ContactCenterSessions(dynamodb, "desktops"))
        monkeypatch.setattr(notifier, "transcript", lambda: Transcript(dynamodb, "messages"))
        monkeypatch.setattr(notifier, "publisher", Publisher(of_functions("sns", 2), topic))
        client("s3").create_bucket(Bucket="undelivered")
        pool = agents("Anna", "Ben", "Cy", seed.PAGE_AGENT)
        monkeypatch.setattr(api, "agent_pool", lambda: pool)
        quarantine = Quarantine(of_functions("s3", 2), "undelivered")
        monkeypatch.setattr(notifier, "quarantine", lambda: quarantine)
        monkeypatch.setattr(eraser, "quarantine", quarantine)
        monkeypatch.setattr(eraser, "transcript", Transcript(dynamodb, "messages"))
        removals_url = client("sqs").create_queue(QueueName="removals")["QueueUrl"]
        monkeypatch.setattr(notifier, "removals", lambda: Removals(of_functions("sqs", 2), removals_url))
        yield System("sessions", created["TableDescription"]["LatestStreamArn"], queue_url, removals_url)


@pytest.fixture
def session(system: System) -> System:
    """The system with the page's session, its creation announced already."""
    seed.create_session(client, system.table)
    system.deliver(system.records())
    system.notifications()
    return system


@pytest.fixture
def watch(session: System, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Over the session's system. Nothing waits in it."""
    dynamodb = of_functions("dynamodb", 2)
    clients, mailboxes = Clients(dynamodb, "desktops"), Mailboxes(dynamodb, "desktops")
    holds = Holds(dynamodb, "desktops", 10, 0)
    polls = Polls(clients, mailboxes, holds, channel.terms)
    for name, one in {"clients": clients, "mailboxes": mailboxes, "holds": holds, "polls": polls}.items():
        monkeypatch.setattr(channel, name, one)
    monkeypatch.setattr(desktop_notifier, "clients", clients)
    monkeypatch.setattr(desktop_notifier, "mailboxes", mailboxes)
    monkeypatch.setattr(gauge, "s3", of_functions("s3", 2))
    monkeypatch.setattr("session_notifier.publisher.time.sleep", lambda _seconds: None)
    for place in ("facebook_session.database.wait", "facebook_session.store.wait"):
        monkeypatch.setattr(place, lambda _seconds: None)
    return Watch(session, monkeypatch)


@pytest.fixture
def change(session: System) -> Record:
    """The page's disposition, as the stream tells of it."""
    assert operation("SetDisposition", disposition="IssueResolved")[0] == 200
    return session.records()[-1]
