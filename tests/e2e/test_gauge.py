"""What lies undelivered is counted by a function that the clock calls."""

import json
import time
from typing import Any

from local.deploy import STACK_NAME
from local.stack import Stack
from tests.e2e.functions import name

PATIENCE_SECONDS = 30
KEY = "aws/lambda/mapping/batch"


def test_what_lies_in_the_bucket_is_told(up: Stack) -> None:
    s3, bucket = up.client("s3"), up.outputs["UndeliveredBucketName"]
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"{}")
    since = time.time()
    try:
        called = f"{name(up, 'UndeliveredGaugeFunction')}:live"
        answer = up.client("lambda").invoke(FunctionName=called, Payload=b"{}")
        told = line(up, since)
    finally:
        (version,) = s3.list_object_versions(Bucket=bucket, Prefix=KEY)["Versions"]
        s3.delete_object(Bucket=bucket, Key=KEY, VersionId=version["VersionId"])
    assert "FunctionError" not in answer
    assert (told["service"], told["stack"]) == ("undelivered_gauge", STACK_NAME)
    assert told["Undelivered"] != [0.0]


def test_the_clock_calls_it(up: Stack) -> None:
    events, rule = up.client("events"), name(up, "UndeliveredGaugeFunctionClock")
    assert events.describe_rule(Name=rule)["ScheduleExpression"] == "rate(5 minutes)"
    (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]
    assert target["Arn"].endswith(f":function:{name(up, 'UndeliveredGaugeFunction')}:live")


def line(up: Stack, since: float) -> dict[str, Any]:
    """The function's first one from then on."""
    group, deadline = name(up, "UndeliveredGaugeFunctionLog"), time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = up.client("logs").filter_log_events(
            logGroupName=group, filterPattern='"Undelivered"', startTime=int(since * 1_000)
        )["events"]
        if found:
            return dict(json.loads(found[0]["message"]))
        time.sleep(0.2)
    raise TimeoutError(group)
