"""Each alarm is made to ring: the fault is made, and what is measured then is held against the alarm's definition.

A test has the alarm's name; docs/runbook.md says in its section how the fault was made.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from facebook_session.changes import formatted
from facebook_session.removal import Removal
from session_api import app as api
from session_notifier import app as notifier
from tests.clients import client
from tests.desktops import Desktop
from tests.integration.requests import EVENT
from tests.system import System
from tests.template import TEMPLATE
from tests.watch import ALARMS, BROKEN, Feed, Record, Watch


def delete_topic() -> None:
    (topic,) = client("sns").list_topics()["Topics"]
    client("sns").delete_topic(TopicArn=topic["TopicArn"])


def delete_table(name: str) -> None:
    client("dynamodb").delete_table(TableName=name)


def delete_bucket() -> None:
    s3 = client("s3")
    for one in s3.list_objects_v2(Bucket="undelivered").get("Contents", ()):
        s3.delete_object(Bucket="undelivered", Key=one["Key"])
    s3.delete_bucket(Bucket="undelivered")


def ask(watch: Watch) -> None:
    """The page's request, answered by API Gateway."""
    answer = watch.invoke("SessionApiFunction", EVENT)
    watch.answer(answer["statusCode"] if answer else 502)


# ------------------------------------------------------------------ all is well
def test_where_all_is_well_no_alarm_is_on(watch: Watch, session: System) -> None:
    desktop = Desktop()
    watch.run("DesktopChannelFunction", desktop.listen)
    ask(watch)
    for function in ("SessionNotifierFunction", "DesktopNotifierFunction"):
        Feed(watch, function).bring([session.records()[-1]], 60)
    watch.invoke("SessionEraserFunction", {"Records": []})
    watch.invoke("UndeliveredGaugeFunction", {})
    watch.run("DesktopChannelFunction", desktop.connect)
    assert {name: watch.state(name) for name in ALARMS} == dict.fromkeys(ALARMS, "OK")


# ------------------------------------------------------------------ the API
def test_api_error_alarm(watch: Watch) -> None:
    delete_table("sessions")
    ask(watch)
    assert watch.state("ApiErrorAlarm") == "ALARM"


def test_api_function_error_alarm(watch: Watch) -> None:
    watch.begin_without("SessionApiFunction", "SESSION_TABLE")
    assert watch.state("ApiFunctionErrorAlarm") == "ALARM"


def test_api_throttle_alarm(watch: Watch) -> None:
    watch.throttle("SessionApiFunction", at_once=10, free=10)
    assert watch.state("ApiThrottleAlarm") == "OK"
    watch.throttle("SessionApiFunction", at_once=11, free=10)
    assert watch.state("ApiThrottleAlarm") == "ALARM"


def test_api_gateway_error_alarm(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(api, "ROUTES")
    ask(watch)
    assert watch.state("ApiGatewayErrorAlarm") == "ALARM"
    assert watch.state("ApiErrorAlarm") == "OK"  # which hears of answers alone


# ------------------------------------------------------------------ announcing
def test_stream_age_alarm(watch: Watch, change: Record) -> None:
    delete_topic()
    feed = Feed(watch, "SessionNotifierFunction")
    feed.bring([change], 60)
    assert watch.state("StreamAgeAlarm") == "OK"
    feed.bring([change], 300)
    assert watch.state("StreamAgeAlarm") == "ALARM"


@pytest.mark.parametrize(("seconds", "expected"), [(10, "OK"), (11, "ALARM")])
def test_announced_late_alarm(
    watch: Watch, change: Record, seconds: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    monkeypatch.setattr(notifier, "datetime", SimpleNamespace(now=lambda _zone: now))
    change["dynamodb"]["NewImage"]["updatedAt"]["S"] = formatted(now - timedelta(seconds=seconds))
    for _ in range(3):
        Feed(watch, "SessionNotifierFunction").bring([change], 0)
    assert watch.state("AnnouncedLateAlarm") == expected


def test_notifier_error_alarm(watch: Watch) -> None:
    watch.begin_without("SessionNotifierFunction", "NOTIFICATION_TOPIC_ARN")
    assert watch.state("NotifierErrorAlarm") == "ALARM"


def test_quarantine_alarm(watch: Watch) -> None:
    Feed(watch, "SessionNotifierFunction").bring([BROKEN], 60)
    assert watch.state("QuarantineAlarm") == "ALARM"


def give_up(watch: Watch, change: Record) -> None:
    """The topic is gone for a day."""
    delete_topic()
    Feed(watch, "SessionNotifierFunction").bring([change], 86_400, every=3_600)


def test_undelivered_alarm(watch: Watch, change: Record) -> None:
    give_up(watch, change)
    assert watch.state("UndeliveredAlarm") == "ALARM"


def test_still_undelivered_alarm(watch: Watch, change: Record) -> None:
    give_up(watch, change)
    for _ in range(12):
        watch.second += 300
        watch.invoke("UndeliveredGaugeFunction", {})
        assert watch.state("StillUndeliveredAlarm") == "ALARM"
    assert watch.state("UndeliveredAlarm") == "OK"
    watch.second += 1_500  # in which nobody counted, longer than CloudWatch looks back
    assert watch.state("StillUndeliveredAlarm") == "ALARM"
    client("s3").delete_object(Bucket="undelivered", Key="aws/lambda/mapping/batch")
    watch.second += 300
    watch.invoke("UndeliveredGaugeFunction", {})
    assert watch.state("StillUndeliveredAlarm") == "OK"


def test_gauge_error_alarm(watch: Watch) -> None:
    delete_bucket()
    watch.invoke("UndeliveredGaugeFunction", {})
    assert watch.state("GaugeErrorAlarm") == "ALARM"


def test_dropped_alarm(watch: Watch, change: Record) -> None:
    delete_bucket()
    give_up(watch, change)
    assert watch.state("DroppedAlarm") == "ALARM"


# ------------------------------------------------------------------ erasing
def test_erasure_alarm(watch: Watch, session: System) -> None:
    sqs, queue = client("sqs"), TEMPLATE["Resources"]["RemovalQueue"]["Properties"]
    dead_letters = sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
    attempts = queue["RedrivePolicy"]["maxReceiveCount"]
    policy = {"deadLetterTargetArn": attribute_of(dead_letters, "QueueArn"), "maxReceiveCount": attempts}
    attributes = {"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "0"}
    sqs.set_queue_attributes(QueueUrl=session.removals_url, Attributes=attributes)
    sqs.send_message(QueueUrl=session.removals_url, MessageBody=Removal("s", "t", "1").to_json())
    delete_table("messages")
    assert len(watch.run("SessionEraserFunction", session.erase)) == attempts
    lie = int(attribute_of(dead_letters, "ApproximateNumberOfMessages"))
    watch.measure("AWS/SQS", "ApproximateNumberOfMessagesVisible", lie, QueueName="RemovalDeadLetterQueue.QueueName")
    assert watch.state("ErasureAlarm") == "ALARM"


def test_eraser_error_alarm(watch: Watch) -> None:
    watch.begin_without("SessionEraserFunction", "MESSAGE_TABLE")
    assert watch.state("EraserErrorAlarm") == "ALARM"


def attribute_of(queue: str, name: str) -> str:
    return str(client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=[name])["Attributes"][name])


# ------------------------------------------------------------------ desktops
def test_desktop_channel_error_alarm(watch: Watch) -> None:
    delete_table("desktops")
    watch.run("DesktopChannelFunction", lambda: Desktop().send("handshake"))
    assert watch.state("DesktopChannelErrorAlarm") == "ALARM"


def test_desktop_channel_function_error_alarm(watch: Watch) -> None:
    watch.begin_without("DesktopChannelFunction", "HOLD_SECONDS")
    assert watch.state("DesktopChannelFunctionErrorAlarm") == "ALARM"


def test_desktop_channel_throttle_alarm(watch: Watch) -> None:
    held = TEMPLATE["Parameters"]["HeldConnects"]["Default"]
    watch.throttle("DesktopChannelFunction", at_once=held + 1, free=held)
    assert watch.state("DesktopChannelThrottleAlarm") == "ALARM"


def test_desktop_age_alarm(watch: Watch, change: Record) -> None:
    delete_table("desktops")
    Feed(watch, "DesktopNotifierFunction").bring([change], 240)
    assert watch.state("DesktopAgeAlarm") == "ALARM"
    assert watch.state("DesktopDroppedAlarm") == "OK"


def test_desktop_error_alarm(watch: Watch) -> None:
    watch.begin_without("DesktopNotifierFunction", "DESKTOP_TABLE")
    assert watch.state("DesktopErrorAlarm") == "ALARM"


def test_desktop_dropped_alarm(watch: Watch, change: Record) -> None:
    delete_table("desktops")
    Feed(watch, "DesktopNotifierFunction").bring([change], 600)
    assert watch.state("DesktopDroppedAlarm") == "ALARM"


def test_desktop_untold_alarm(watch: Watch) -> None:
    Feed(watch, "DesktopNotifierFunction").bring([BROKEN], 60)
    assert watch.state("DesktopUntoldAlarm") == "ALARM"


def test_each_alarm_is_made_to_ring() -> None:
    tried = {name for name in globals() if name.startswith("test_") and name.endswith("_alarm")}
    assert tried == {f"test_{snake(name)}" for name in ALARMS}


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
