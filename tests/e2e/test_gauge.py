"""What lies undelivered is counted by a function that the clock calls."""

import json
import time
from typing import Any

from local.deploy import STACK_NAME
from local.stack import Stack

PATIENCE_SECONDS = 30
KEY = "aws/lambda/mapping/batch"


def test_what_lies_in_the_bucket_is_told(up: Stack) -> None:
    s3, bucket = up.client("s3"), up.outputs["UndeliveredBucketName"]
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"{}")
    try:
        answer = up.client("lambda").invoke(FunctionName=physical(up, "UndeliveredGaugeFunction"), Payload=b"{}")
        told = line_of_something(up)
    finally:
        (version,) = s3.list_object_versions(Bucket=bucket, Prefix=KEY)["Versions"]
        s3.delete_object(Bucket=bucket, Key=KEY, VersionId=version["VersionId"])
    assert "FunctionError" not in answer
    assert (told["service"], told["stack"]) == ("undelivered_gauge", STACK_NAME)


def test_the_clock_calls_it(up: Stack) -> None:
    events, rule = up.client("events"), physical(up, "UndeliveredGaugeFunctionClock")
    assert events.describe_rule(Name=rule)["ScheduleExpression"] == "rate(5 minutes)"
    (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]
    assert f":function:{physical(up, 'UndeliveredGaugeFunction')}" in target["Arn"]


def line_of_something(up: Stack) -> dict[str, Any]:
    """The first line of the function's log by which something lies there."""
    group = physical(up, "UndeliveredGaugeFunctionLog")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = up.client("logs").filter_log_events(logGroupName=group, filterPattern='"Undelivered"')["events"]
        for line in (json.loads(one["message"]) for one in found):
            if line["Undelivered"] != [0.0]:
                return dict(line)
        time.sleep(0.2)
    raise TimeoutError(group)


def physical(up: Stack, name: str) -> str:
    found = up.client("cloudformation").describe_stack_resource(StackName=STACK_NAME, LogicalResourceId=name)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])
