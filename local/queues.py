"""Queues that listen to the topic, and get each notification as it is, by default without SNS's envelope."""

import contextlib
import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

from local.gaps import Client

Message = dict[str, Any]


def subscribe(client: Client, topic_arn: str, name: str, *, raw: bool = True) -> tuple[str, str]:
    """The URL of the queue of this name, made and subscribed where it isn't yet, and the subscription's ARN.

    What is not `raw` has SNS' envelope, with the time of the publication.
    """
    sqs = client("sqs")
    fifo = topic_arn.endswith(".fifo")
    made = sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"}) if fifo else None
    url = str((made or sqs.create_queue(QueueName=name))["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
        },
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    subscription = client("sns").subscribe(
        TopicArn=topic_arn,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": str(raw).lower()},
        ReturnSubscriptionArn=True,
    )
    return url, str(subscription["SubscriptionArn"])


def receive(client: Client, url: str, quiet_seconds: float) -> Iterator[Message]:
    """A queue's messages as they come, until none has come for so long. Each is taken off the queue."""
    sqs = client("sqs")
    deadline = time.monotonic() + quiet_seconds
    while time.monotonic() < deadline:
        answer = sqs.receive_message(
            QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        for message in answer.get("Messages", ()):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            deadline = time.monotonic() + quiet_seconds
            yield message


@contextlib.contextmanager
def listening(client: Client, topic_arn: str, *, raw: bool = True) -> Iterator[str]:
    """The URL of a queue that listens only as long as the context lasts."""
    url, subscription = subscribe(client, topic_arn, f"listener-{uuid.uuid4()}", raw=raw)
    try:
        yield url
    finally:
        client("sns").unsubscribe(SubscriptionArn=subscription)
        client("sqs").delete_queue(QueueUrl=url)
