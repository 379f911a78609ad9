"""Looks at a running stack: at all by which one sees whether changes are announced, and what else an operator asks."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from facebook_session.listing import SESSIONS_BY_STATE
from facebook_session.quarantine import PREFIX
from facebook_session.states import OPEN
from facebook_session.undelivered import DISCARDED, arrivals
from operate.condition import Alarm, Condition, Feed, Pile, Traffic
from operate.deployed import Deployed
from operate.metrics import Metric, Metrics
from operate.notifier_log import NotifierLog

_HOUR: Final = timedelta(hours=1)
_AGE: Final = timedelta(minutes=10)
_FUNCTIONS: Final = (
    "SessionApi",
    "SessionNotifier",
    "SessionEraser",
    "DesktopChannel",
    "DesktopNotifier",
    "UndeliveredGauge",
)
_ALIAS: Final = "Aliaslive"
"""Behind a function's name in the template: its alias, as SAM names it. Before 0.2 there is none."""

_TABLES: Final = ("SessionTable", "MessageTable", "SettingTable", "DesktopTable")
_CALLS: Final = ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "BatchGetItem", "BatchWriteItem")
_FEEDS: Final = {
    "SessionNotifierFunctionSessionChange": ("the topic", "Changes are not announced"),
    "DesktopNotifierFunctionSessionChange": ("desktops", "Desktops are not told of changes"),
    "SessionEraserFunctionRemoval": ("the eraser", "Removed sessions are not erased"),
}
"""The mappings: to whom each brings what, and what becomes of it without."""

_HEAR: Final = {"Subscribers": "SessionNotifierFunction", "Desktops": "DesktopNotifierFunction"}
_VERSION: Final = {"httpMethod": "GET", "resource": "/v2/diagnostics/version", "headers": {}, "requestContext": {}}
_VERSIONS: Final = {404: "before 0.2"}
"""What it is, by the status of its answer, where the answer has none."""

Client = Callable[[str], Any]


def look(client: Client, deployed: Deployed, now: datetime) -> Condition:
    """`client` gives a client of a service; raises what these raise."""
    outputs, resources = deployed.outputs, deployed.resources
    metrics = Metrics(client("cloudwatch"), now)
    s3, bucket = client("s3"), outputs["UndeliveredBucketName"]
    return Condition(
        deployed,
        _version(client("lambda"), resources.get(f"SessionApiFunction{_ALIAS}", resources["SessionApiFunction"])),
        [*_traffic(client("lambda"), resources)],
        [*_alarms(client("cloudwatch"), deployed)],
        _subscriptions(client("sns"), outputs["NotificationTopicArn"]),
        [_feed(client("lambda"), resources[name], *purpose) for name, purpose in _FEEDS.items()],
        {whom: _age(metrics, resources[function]) for whom, function in _HEAR.items()},
        NotifierLog(client("logs"), resources["SessionNotifierFunctionLog"]).last(now),
        _pile([*arrivals(s3, bucket, PREFIX)]),
        _pile([*arrivals(s3, bucket, DISCARDED)]),
        _dead_letters(client("sqs"), outputs["RemovalDeadLetterQueueUrl"]),
        _throttled(metrics, resources),
        {str(state): _count(client("dynamodb"), outputs["SessionTableName"], state) for state in OPEN},
    )


def _version(functions: Any, name: str) -> str | None:
    """As a request of nobody gets it; None where the function ends with an error, can't run, or doesn't say."""
    try:
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(_VERSION).encode())
    except functions.exceptions.TooManyRequestsException:
        return None
    if "FunctionError" in answer:
        return None
    given = json.loads(answer["Payload"].read())
    return _VERSIONS.get(given["statusCode"]) or json.loads(given["body"]).get("version")


def _traffic(functions: Any, resources: Mapping[str, str]) -> Iterator[Traffic]:
    """Of the functions that have an alias."""
    for name in _FUNCTIONS:
        if f"{name}Function{_ALIAS}" in resources:
            alias = functions.get_alias(FunctionName=resources[f"{name}Function"], Name="live")
            shifted = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
            yield Traffic(name, alias["FunctionVersion"], shifted)


def _alarms(cloudwatch: Any, deployed: Deployed) -> Iterator[Alarm]:
    """The stack's own that are in ALARM, by their names in the template."""
    names = {deployed.resources[name]: name for name in deployed.alarms}
    found = cloudwatch.describe_alarms(AlarmNames=[*names], StateValue="ALARM") if names else {"MetricAlarms": []}
    for one in found["MetricAlarms"]:
        since = one["StateUpdatedTimestamp"].astimezone(UTC)
        yield Alarm(names[one["AlarmName"]], one.get("AlarmDescription", ""), since)


def _subscriptions(sns: Any, topic: str) -> int | None:
    """How many listen; None where there is no such topic."""
    try:
        return int(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsConfirmed"])
    except sns.exceptions.NotFoundException:
        return None


def _feed(functions: Any, mapping: str, to: str, without: str) -> Feed:
    try:
        found = functions.get_event_source_mapping(UUID=mapping)
    except functions.exceptions.ResourceNotFoundException:
        return Feed(to, without, "deleted", "unknown")
    return Feed(to, without, found["State"], found.get("LastProcessingResult", "unknown"))


def _age(metrics: Metrics, function: str) -> float | None:
    """Of the oldest change that was with the function last, in seconds."""
    milliseconds = metrics.newest(Metric("AWS/Lambda", "IteratorAge", {"FunctionName": function}, "Maximum"), _AGE)
    return None if milliseconds is None else milliseconds / 1_000


def _pile(times: Sequence[datetime]) -> Pile:
    return Pile(len(times), min(times).astimezone(UTC) if times else None)


def _dead_letters(sqs: Any, url: str) -> int:
    name = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])


def _throttled(metrics: Metrics, resources: Mapping[str, str]) -> dict[str, float | None]:
    """Calls in the last hour, by function and by table."""
    wanted = [*_throttles(resources)]
    counts: dict[str, float | None] = dict.fromkeys(name for name, _ in wanted)
    for (name, _), count in zip(wanted, metrics.sums([metric for _, metric in wanted], _HOUR), strict=True):
        if count is not None:
            counts[name] = (counts[name] or 0) + count
    return counts


def _throttles(resources: Mapping[str, str]) -> Iterator[tuple[str, Metric]]:
    for name in (f"{one}Function" for one in _FUNCTIONS):
        yield name, Metric("AWS/Lambda", "Throttles", {"FunctionName": resources[name]}, "Sum")
    for name in _TABLES:
        for call in _CALLS:
            dimensions = {"TableName": resources[name], "Operation": call}
            yield name, Metric("AWS/DynamoDB", "ThrottledRequests", dimensions, "Sum")


def _count(dynamodb: Any, table: str, state: str) -> int:
    """The sessions in a state: a read unit for about 100 of them."""
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table,
        IndexName=SESSIONS_BY_STATE.name,
        KeyConditionExpression="#state = :state",
        ExpressionAttributeNames={"#state": SESSIONS_BY_STATE.attribute},
        ExpressionAttributeValues={":state": {"S": state}},
        Select="COUNT",
    )
    return sum(page["Count"] for page in pages)
