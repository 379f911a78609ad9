"""`make status` on a stack that is well, and on one whose topic refuses."""

import json
import time
from datetime import UTC, datetime

from local.deploy import STACK_NAME
from local.stack import Stack
from operate.condition import Condition
from operate.deployed import Deployed
from operate.status import look
from tests.e2e.subscriber import everything, make_session

PATIENCE_SECONDS = 30


def test_a_topic_that_refuses_is_told_and_forgotten_once_it_is_mended(up: Stack) -> None:
    make_session(up, "status-1")
    assert seen(up).faults() == []
    sns, topic = up.client("sns"), up.outputs["NotificationTopicArn"]
    policy = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    refusal = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic}
    closed = json.loads(policy)
    closed["Statement"].append(refusal)
    try:
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(closed))
        change(up, "1")
        (fault,) = eventually(up, wrong=True).faults()
        assert fault.startswith("Changes are not announced: at ")
        assert fault.endswith(" 1 could not be: AuthorizationError.")
    finally:
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    change(up, "2")
    assert eventually(up, wrong=False).version
    everything(up)


def seen(up: Stack) -> Condition:
    (stack,) = up.client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"]
    return look(up.client, Deployed.read(up.client("cloudformation"), stack), datetime.now(UTC))


def eventually(up: Stack, *, wrong: bool) -> Condition:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while bool((condition := seen(up)).faults()) != wrong:
        assert time.monotonic() < deadline, condition.faults()
        time.sleep(0.5)
    return condition


def change(up: Stack, comment: str) -> None:
    up.client("dynamodb").update_item(
        TableName=up.table,
        Key={"id": {"S": "status-1"}},
        UpdateExpression="SET #comment = :comment ADD referenceId :one",
        ExpressionAttributeNames={"#comment": "comment"},
        ExpressionAttributeValues={":comment": {"S": comment}, ":one": {"N": "1"}},
    )
