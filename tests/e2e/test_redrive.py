"""On the stack: what can't be announced lies in the bucket, and `python -m operate redrive` announces it."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from facebook_session import quarantine
from local import demo, seed
from local.deploy import STACK_NAME
from local.stack import Stack
from tests.delivered import delivered
from tests.e2e.copies import Subscriber
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import announced, body, everything, make_session
from tests.template import ROOT

DEADLINE_SECONDS = 30.0
GOOD = json.dumps(demo.REQUEST).encode()


def test_a_record_that_can_not_be_announced_lies_in_the_bucket_until_it_is_mended(desktop: Desktop, up: Stack) -> None:
    make_session(up, "poisoned")
    spoil(up, "poisoned")
    key, content = quarantined(up)
    make_session(up, "healthy")
    assert desktop.send("/me/facebooksessions/healthy", GOOD).status == 200
    assert [body(one)["referenceId"] for one in announced(up, 1)] == [34]
    assert redrive(up) == (1, "Records handed to the notifier: 1. Objects that are left: 1.")
    put(up, key, mended(content))
    assert redrive(up) == (0, "Records handed to the notifier: 1. Objects that are left: 0.")
    events = [one["MessageAttributes"]["eventId"]["StringValue"] for one in announced(up, 2)]
    assert events == ["poisoned#34#1", "poisoned#34#2"]


def test_after_a_dead_topic_and_a_poison_the_copies_are_exact_and_the_bucket_empty(
    desktop: Desktop, up: Stack, subscriber: Subscriber
) -> None:
    make_session(up, "revived")
    subscriber.await_exact("revived")
    with dead_topic(up):
        for number in range(5):
            desktop.set_disposition("revived", disposition=str(number))
            desktop.operate("SendMessage", "revived", text=str(number))
        spoil(up, "revived")
        key, content = quarantined(up)
        give_up(up, "revived")
    assert everything(up) == []
    assert subscriber.copies()["revived"] == (33, {})
    put(up, key, mended(content))
    assert redrive(up) == (0, "Records handed to the notifier: 11. Objects that are left: 0.")
    subscriber.await_exact("revived")
    assert subscriber.copies()["revived"] == (44, {"DispositionCode": "4", "Spoilt": "x"})
    announced(up, 12)


@contextlib.contextmanager
def dead_topic(up: Stack) -> Iterator[None]:
    """A topic that takes nothing from anybody."""
    sns, topic = up.client("sns"), up.outputs["NotificationTopicArn"]
    before = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    nobody = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic}
    dead = json.dumps({"Version": "2012-10-17", "Statement": [nobody]})
    try:
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=dead)
        yield
    finally:
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=before)


def give_up(up: Stack, session_id: str) -> None:
    """Puts a session's last ten changes that could be built into the bucket, as Lambda does after 23 hours."""
    found = [one for one in records(up) if one["dynamodb"]["Keys"]["id"]["S"] == session_id]
    body = {"version": "1.0", "payload": json.dumps({"Records": delivered(found[-11:-1])})}
    put(up, "aws/lambda/given-up", json.dumps(body))


def records(up: Stack) -> list[dict[str, Any]]:
    """All of the table's stream, as far back as the emulator keeps them."""
    arn = up.client("dynamodb").describe_table(TableName=up.table)["Table"]["LatestStreamArn"]
    streams = up.client("dynamodbstreams")
    found: list[dict[str, Any]] = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while iterator:
            answer = streams.get_records(ShardIterator=iterator)
            found += answer["Records"]
            iterator = answer.get("NextShardIterator") if answer["Records"] else None
    return found


def spoil(up: Stack, session_id: str) -> None:
    """A change that no operation makes, with a message from nobody who takes part."""
    message = {"type": {"S": "TypingStarted"}, "timestamp": {"N": "1389261492035"}, "userName": {"S": "Nobody"}}
    up.client("dynamodb").update_item(
        TableName=up.table,
        Key={"id": {"S": session_id}},
        UpdateExpression="SET newMessages = :new, userData.Spoilt = :x, referenceId = referenceId + :one",
        ExpressionAttributeValues={":new": {"L": [{"M": message}]}, ":x": {"S": "x"}, ":one": {"N": "1"}},
    )


def mended(content: Any) -> str:
    return json.dumps(content).replace('"Nobody"', f'"{seed.PAGE_AGENT}"')


def quarantined(up: Stack) -> tuple[str, Any]:
    """The one object that lies in quarantine."""
    s3, bucket = up.client("s3"), up.outputs["UndeliveredBucketName"]
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        found = s3.list_objects_v2(Bucket=bucket, Prefix=quarantine.PREFIX).get("Contents", ())
        if found:
            (one,) = found
            return one["Key"], json.loads(s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read())
        time.sleep(0.2)
    raise AssertionError("Nothing lies in quarantine.")


def put(up: Stack, key: str, content: str) -> None:
    up.client("s3").put_object(Bucket=up.outputs["UndeliveredBucketName"], Key=key, Body=content.encode())


def environment(up: Stack) -> dict[str, str]:
    """Of a command that works on the stack."""
    return os.environ | {"AWS_ENDPOINT_URL": up.engine.url, "PYTHONPATH": "functions:layers/core"}


def redrive(up: Stack) -> tuple[int, str]:
    return operate(up, "redrive")


def operate(up: Stack, command: str, *arguments: str) -> tuple[int, str]:
    """Exit status and output of the command."""
    run = subprocess.run(
        [sys.executable, "-m", "operate", command, STACK_NAME, *arguments],
        cwd=ROOT,
        env=environment(up),
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, run.stdout.strip() or run.stderr
