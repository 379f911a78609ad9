"""What `make status` says of a stack, by what it saw there."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from operate.condition import Alarm, Condition, Feed, Pile, Traffic
from operate.deployed import Deployed
from operate.notifier_log import Delivery

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ARN = "arn:aws:cloudformation:eu-west-1:123456789012:stack/facebook-sessions/51af3dc0-da77-11e4-872e-1234567db123"
NOTHING = Pile(0, None)
TO_TOPIC = Feed("the topic", "Changes are not announced", "Enabled", "OK")
HEALTHY = Condition(
    deployed=Deployed(ARN, "UPDATE_COMPLETE", NOON, {"RetentionDays": "365"}, {}, {}, frozenset({"ApiErrorAlarm"})),
    version="0.2.0",
    traffic=[Traffic("SessionApi", "7", {"8": 0.1}), Traffic("SessionEraser", "2", {})],
    alarms=[],
    subscriptions=2,
    feeds=[TO_TOPIC],
    ages={"Subscribers": 0.4, "Desktops": None},
    delivery=Delivery(NOON, 0),
    quarantined=NOTHING,
    given_up=NOTHING,
    removals=0,
    throttled={"SessionApiFunction": None, "SessionTable": None},
    open_sessions={"Invited": 1, "Chatting": 1_200},
)


def test_a_healthy_stack() -> None:
    assert [*HEALTHY.lines()] == [
        "All is well.",
        "",
        "stack           facebook-sessions, 123456789012, eu-west-1",
        "version         0.2.0",
        "deployed        2026-11-26 12:00:00 UTC, UPDATE_COMPLETE",
        "traffic         SessionApi to 7 (10% to 8), SessionEraser to 2",
        "parameters      RetentionDays=365",
        "alarms          0 of 1 in ALARM",
        "topic           subscriptions: 2",
        "oldest change   subscribers: 0.4 s, desktops: no metric in ten minutes",
        "last delivery   2026-11-26 12:00:00 UTC, all announced",
        "to the topic    Enabled, last result: OK",
        "undelivered     quarantine: nothing; given up by the stream: nothing",
        "dead letters    none",
        "throttled       no metric in the last hour",
        "open sessions   Invited 1, Chatting 1,200",
    ]


MEND = "Mend what is wrong, then make redrive."


@pytest.mark.parametrize(
    ("seen", "fault"),
    [
        ({"subscriptions": None}, "Changes are not announced: the topic does not exist."),
        (
            {"delivery": Delivery(NOON, 3, "AuthorizationError")},
            "Changes are not announced: at 2026-11-26 12:00:00 UTC 3 could not be: AuthorizationError.",
        ),
        ({"delivery": Delivery(NOON, 3)}, "Changes are not announced: at 2026-11-26 12:00:00 UTC 3 could not be."),
        (
            {"feeds": [replace(TO_TOPIC, state="Disabled")]},
            "Changes are not announced: the mapping is Disabled, its last result OK.",
        ),
        (
            {"feeds": [replace(TO_TOPIC, last_result="PROBLEM: Function call failed")]},
            "Changes are not announced: the mapping is Enabled, its last result PROBLEM: Function call failed.",
        ),
        ({"ages": {"Desktops": 90.0}}, "Desktops hear of changes late: the oldest waits for 90 s."),
        (
            {"quarantined": Pile(2, NOON)},
            f"Some changes are not announced: 2 objects since 2026-11-26 12:00:00 UTC in quarantine. {MEND}",
        ),
        (
            {"given_up": Pile(1, NOON)},
            "Some changes are not announced: the stream gave up on them, 1 object since 2026-11-26 12:00:00 UTC. "
            + MEND,
        ),
        ({"removals": 1}, f"Some removed sessions are not erased: 1 among the dead letters. {MEND}"),
        ({"version": None}, "The API's function does not answer: its log says why."),
        (
            {"deployed": replace(HEALTHY.deployed, status="UPDATE_ROLLBACK_COMPLETE")},
            "The last deployment failed: UPDATE_ROLLBACK_COMPLETE.",
        ),
        (
            {"alarms": [Alarm("ApiErrorAlarm", "The API answers with 500 or 503", NOON)]},
            "ApiErrorAlarm since 2026-11-26 12:00:00 UTC: The API answers with 500 or 503.",
        ),
    ],
)
def test_what_is_wrong_comes_first(seen: dict[str, Any], fault: str) -> None:
    condition = replace(HEALTHY, **seen)
    assert condition.faults() == [fault]
    assert [*condition.lines()][:2] == [fault, ""]


def test_what_keeps_changes_back_comes_before_what_lies_behind() -> None:
    seen = replace(HEALTHY, subscriptions=None, quarantined=Pile(2, NOON), delivery=Delivery(NOON, 3, "NotFound"))
    told = seen.faults()
    assert told[0] == "Changes are not announced: the topic does not exist."
    assert len(told) == 2  # the topic is why the delivery failed


@pytest.mark.parametrize("seen", [{"ages": {"Subscribers": 60.0}}, {"delivery": None}, {"throttled": {"x": 7.0}}])
def test_what_is_no_fault(seen: dict[str, Any]) -> None:
    assert replace(HEALTHY, **seen).faults() == []


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"SessionTable": 1_200.0, "MessageTable": 0.0}, "SessionTable 1,200 in the last hour"),
        ({"SessionTable": 0.0, "MessageTable": None}, "nothing in the last hour"),
    ],
)
def test_throttles(counts: dict[str, float | None], told: str) -> None:
    assert f"throttled       {told}" in replace(HEALTHY, throttled=counts).lines()
