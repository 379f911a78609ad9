"""The dashboard shows, and the saved queries ask for, what is really there: measured and printed in a run on moto, or
measured by AWS under the names and dimensions of its manual.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from local import seed
from operate.cost.deployment import Deployment
from operate.cost.prices import Prices
from tests.clients import client
from tests.dashboard import QUERIES, Shown, expressions, shown, widgets
from tests.desktops import Desktop
from tests.integration.requests import EVENT
from tests.template import TEMPLATE, of_type
from tests.watch import ALARMS, BROKEN, FUNCTIONS, Feed, Record, Watch

RESOURCES = TEMPLATE["Resources"]
TABLES = {*of_type("AWS::DynamoDB::Table")}
LOGS = {*of_type("AWS::Logs::LogGroup")}

BY_AWS = {
    "AWS/ApiGateway": ({"5XXError", "Count"}, {"ApiName": {"AWS::StackName"}, "Stage": {"api"}}),
    "AWS/Lambda": (
        {"ConcurrentExecutions", "Duration", "Errors", "Invocations", "IteratorAge", "Throttles"},
        {"FunctionName": set(FUNCTIONS)},
    ),
    "AWS/DynamoDB": (
        {"ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"},
        {"TableName": TABLES, "GlobalSecondaryIndexName": {"OpenSessions", "SessionsByState"}},
    ),
    "AWS/SNS": ({"NumberOfMessagesPublished"}, {"TopicName": {"NotificationTopic.TopicName"}}),
    "AWS/Logs": ({"IncomingBytes"}, {"LogGroupName": LOGS}),
}
"""What AWS measures, by its manual, and of what: by which dimensions, and which of their values there are."""


@pytest.fixture
def played(watch: Watch, change: Record) -> Watch:
    """A run in which everything happens that can be seen: what goes well, what is refused, and what fails."""
    refused = EVENT | {"body": json.dumps({"operationName": "SetDisposition"})}
    for event in (EVENT, refused):
        watch.invoke("SessionApiFunction", event)
    desktop = Desktop()
    watch.run("DesktopChannelFunction", desktop.listen)
    for function in ("SessionNotifierFunction", "DesktopNotifierFunction"):
        Feed(watch, function).bring([BROKEN, change], 0)
    watch.invoke("SessionEraserFunction", {"Records": []})
    watch.invoke("UndeliveredGaugeFunction", {})
    for table in ("sessions", "desktops"):
        client("dynamodb").delete_table(TableName=table)
    watch.invoke("SessionApiFunction", EVENT)
    watch.run("DesktopChannelFunction", lambda: Desktop().send("handshake"))
    return watch


# ------------------------------------------------------------------ the dashboard
def test_what_the_functions_measure_is_there(played: Watch) -> None:
    measured = {(one.name, one.dimensions) for one in played.measured if one.namespace == "FacebookSessions"}
    wanted = {(one.name, one.dimensions) for one in shown() if one.namespace == "FacebookSessions"}
    assert wanted <= measured
    assert {name for name, _ in measured} - {name for name, _ in wanted} == {"Erased"}


@pytest.mark.parametrize("one", [one for one in shown() if one.namespace != "FacebookSessions"], ids=str)
def test_what_aws_measures_is_in_its_manual(one: Shown) -> None:
    names, dimensions = BY_AWS[one.namespace]
    assert one.name in names
    assert all(value in dimensions[name] for name, value in one.dimensions)
    further = {"GlobalSecondaryIndexName"}
    assert {name for name, _ in one.dimensions} | further == dimensions.keys() | further


def test_a_period_is_as_long_as_it_takes_until_there_is_a_value() -> None:
    (minutes,) = re.findall(
        r"rate\((\d+) minutes\)", FUNCTIONS["UndeliveredGaugeFunction"]["Events"]["Clock"]["Properties"]["Schedule"]
    )
    of_gauge = [one for one in shown() if ("service", "undelivered_gauge") in one.dimensions]
    assert {one.period for one in of_gauge} == {int(minutes) * 60}
    assert ALARMS["StillUndeliveredAlarm"]["Period"] == int(minutes) * 60
    assert all(one.period >= 60 for one in shown())


def test_every_alarm_is_shown() -> None:
    (widget,) = widgets("alarm")
    assert sorted(widget["alarms"]) == sorted(f"{name}.Arn" for name in ALARMS)


# ------------------------------------------------------------------ what it costs
UNITS = {
    "Count": "api request",
    "Invocations": "lambda request",
    "ConsumedWriteCapacityUnits": "write unit",
    "ConsumedReadCapacityUnits": "read unit",
    "NumberOfMessagesPublished": "publication",
    "IncomingBytes": "logged GB",
    "Duration": "lambda GB-second, arm64",
}
COSTS = [one for one in shown() if one.title == "Dollars an hour"]


@pytest.mark.parametrize("one", COSTS, ids=str)
def test_a_million_of_what_is_measured_costs_what_the_list_says(one: Shown) -> None:
    names = {each.options["id"]: 1_000_000.0 if each is one else 0.0 for each in COSTS}
    dollars = sum(eval(text, {"SUM": sum}, dict(names)) for text in expressions().values())  # noqa: S307 our own
    assert dollars == pytest.approx(Prices.read().dollars[UNITS[one.name]] * amount(one))


def amount(one: Shown) -> float:
    """Of a price's units, in a million of the metric's."""
    if one.name == "IncomingBytes":
        return 1_000_000 / 1024**3
    if one.name == "Duration":
        return 1_000 * Deployment.of(TEMPLATE).megabytes[dict(one.dimensions)["FunctionName"]] / 1_024
    return 1_000_000


def test_all_functions_tables_and_logs_are_paid_for() -> None:
    paid = {(one.name, value) for one in COSTS for _, value in one.dimensions}
    for function in FUNCTIONS:
        assert {("Invocations", function), ("Duration", function)} <= paid
    for table in TABLES:
        assert {("ConsumedWriteCapacityUnits", table), ("ConsumedReadCapacityUnits", table)} <= paid
    for index in ("OpenSessions", "SessionsByState"):
        assert {("ConsumedWriteCapacityUnits", index), ("ConsumedReadCapacityUnits", index)} <= paid
    assert {("IncomingBytes", log) for log in LOGS} <= paid


# ------------------------------------------------------------------ the saved queries
FIELDS = re.compile(r"[A-Za-z_@][\w@.]*")
WORDS = {"fields", "filter", "ispresent", "stats", "count", "as", "by", "sort", "desc", "limit", "not", "like"}


def asked(query: Mapping[str, Any]) -> set[str]:
    """The fields that a query names, without those that it makes."""
    text = re.sub(r'"[^"]*"', "", query["QueryString"])
    made = set(re.findall(r" as (\w+)", text))
    return {name for name in FIELDS.findall(text) if name not in WORDS | made}


def printed(watch: Watch, logs: set[str]) -> set[str]:
    lines = [line for log in logs for line in watch.lines[log]]
    names = {name for line in lines for name in line} | {"@timestamp", "@message"}
    return names | {f"{name}.0" for line in lines for name, one in line.items() if isinstance(one, list)}


@pytest.mark.parametrize("name", QUERIES)
def test_what_a_query_asks_for_is_printed(played: Watch, name: str) -> None:
    query = QUERIES[name]
    logs = set(query["LogGroupNames"])
    assert logs <= LOGS
    if logs == {"SessionApiAccessLog"}:
        form = RESOURCES["SessionApi"]["Properties"]["AccessLogSetting"]["Format"]
        assert asked(query) <= json.loads(form).keys()
    else:
        assert asked(query) <= printed(played, logs)


def test_a_sessions_story_is_in_the_logs_that_are_asked(played: Watch) -> None:
    told = {log for log, lines in played.lines.items() if seed.PAGE_SESSION in json.dumps(lines)}
    assert told == set(QUERIES["StoryQuery"]["LogGroupNames"])


def test_calls_that_failed_are_looked_for_in_every_functions_log(played: Watch) -> None:
    asked_of = set(QUERIES["FaultQuery"]["LogGroupNames"])
    assert asked_of == played.lines.keys()
    failed = {log for log, lines in played.lines.items() if any("level" in line for line in lines)}
    assert {"SessionApiFunctionLog", "DesktopChannelFunctionLog", "SessionNotifierFunctionLog"} <= failed


def test_a_request_leads_to_its_notification(played: Watch) -> None:
    """By the session's id and the number that its change got."""
    change = next(line for line in played.lines["SessionApiFunctionLog"] if line.get("referenceId"))
    told = next(line for line in played.lines["SessionNotifierFunctionLog"] if line.get("eventIds"))
    assert change["requestId"]
    assert told["eventIds"] == [f"{change['sessionId']}#{change['referenceId']}#1"]
