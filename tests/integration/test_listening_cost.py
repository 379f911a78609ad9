"""What an agent who listens for an hour costs: the calls that a poll really makes, at list prices, and that
docs/desktop.md has these figures.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Final

import pytest
from moto import mock_aws

from desktop_channel import app as channel
from desktop_channel.holds import Holds
from desktop_channel.polls import Polls
from facebook_session.channels import SESSION_CHANNELS
from facebook_session.clients import Clients
from facebook_session.mailboxes import Mailboxes
from tests.clients import client, of_functions
from tests.desktops import Clock
from tests.template import ROOT, TEMPLATE, table_schema
from tests.unit.builders import CLAIMS, request

PER_GB_SECOND: Final = 0.0000133334  # Lambda on arm64
PER_EXECUTION: Final = 0.20 / 1e6
PER_REQUEST: Final = 3.50 / 1e6  # of a REST API
PER_READ_UNIT: Final = 0.125 / 1e6  # DynamoDB, on demand
PER_WRITE_UNIT: Final = 0.625 / 1e6
"""In dollars: us-east-1, as listed in November 2026."""

HOLD_SECONDS: Final = int(TEMPLATE["Parameters"]["HoldSeconds"]["Default"])
GB: Final = TEMPLATE["Resources"]["DesktopChannelFunction"]["Properties"]["MemorySize"] / 1024
COMING_BACK_SECONDS: Final = 1
ANSWERED_SECONDS: Final = 0.1
"""Of a poll that isn't held: taken for granted, and not measured."""

Calls = Counter[str]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    """Those of AWS so far, by kind, of the function that desktops listen to."""
    made: Calls = Counter()

    def count(params: dict[str, Any], model: Any, **_: Any) -> None:
        made[model.name + (" consistent" if params.get("ConsistentRead") else "")] += 1

    with mock_aws():
        client("dynamodb").create_table(TableName="desktops", **table_schema("DesktopTable"))
        dynamodb, clock = of_functions("dynamodb", 2), Clock()
        clock.now += 0.3
        monkeypatch.setattr(channel, "settings", replace(channel.settings, hold_seconds=HOLD_SECONDS))
        monkeypatch.setattr(channel, "LAST_CALL_SECONDS", 60)  # by the machine's clock, which is another one here
        for module in ("desktop_channel.app", "desktop_channel.polls", "desktop_channel.holds"):
            monkeypatch.setattr(f"{module}.time", clock)
        monkeypatch.setattr(channel, "clients", Clients(dynamodb, "desktops"))
        monkeypatch.setattr(channel, "mailboxes", Mailboxes(dynamodb, "desktops"))
        hold(monkeypatch, limit=1)
        dynamodb.meta.events.register("provide-client-params.dynamodb.*", count)
        yield made
        dynamodb.meta.events.unregister("provide-client-params.dynamodb.*", count)


def hold(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    holds = Holds(of_functions("dynamodb", 2), "desktops", limit, HOLD_SECONDS)
    monkeypatch.setattr(channel, "polls", Polls(channel.clients, channel.mailboxes, holds, channel.terms))


def listening() -> str:
    """The id of a client that has subscribed and connected once."""
    (shaken,) = send({"channel": "/meta/handshake", "supportedConnectionTypes": ["long-polling"]})
    client_id = str(shaken["clientId"])
    send({"channel": "/meta/subscribe", "clientId": client_id, "subscription": SESSION_CHANNELS[0]})
    poll(client_id)
    return client_id


def poll(client_id: str) -> dict[str, Any]:
    (answer,) = send({"channel": "/meta/connect", "clientId": client_id, "connectionType": "long-polling"})
    return answer


def send(message: dict[str, Any]) -> list[dict[str, Any]]:
    event = request([message], claims=CLAIMS, route="POST /v2/notifications/{meta}")
    answers: list[dict[str, Any]] = json.loads(channel.lambda_handler(event, SimpleNamespace())["body"])
    return answers


def units(calls: Calls) -> tuple[float, float]:
    """Read units and write units: what is read is below 4 KB, and what is written below 1 KB."""
    reads = sum(count * (1 if "consistent" in kind else 0.5) for kind, count in calls.items() if is_read(kind))
    return reads, sum(count for kind, count in calls.items() if not is_read(kind))


def is_read(kind: str) -> bool:
    return kind.startswith(("Query", "GetItem"))


def an_hour(calls: Calls, polls: int, seconds: float) -> list[float]:
    """Dollars: Lambda's time, its executions, API Gateway, reads, writes."""
    reads, writes = units(calls)
    each = (seconds * GB * PER_GB_SECOND, PER_EXECUTION, PER_REQUEST, reads * PER_READ_UNIT, writes * PER_WRITE_UNIT)
    return [polls * one for one in each]


def test_a_poll_that_is_held_for_its_whole_time_makes_these_calls(calls: Calls) -> None:
    client_id = listening()
    poll(client_id)
    calls.clear()
    assert poll(client_id)["advice"]["interval"] == 0
    assert calls == {
        "GetItem consistent": 1,  # the client
        "Query": 1 + 1 + 4 * HOLD_SECONDS,  # whether too much waits, a look at first, and one each quarter of a second
        "UpdateItem": 1 + 1 + 2,  # that the client is here, and is held; that one more is held, and no longer
        "GetItem": 1,  # how many are held from before
    }
    parts = an_hour(calls, 3_600 // HOLD_SECONDS, HOLD_SECONDS)
    assert_is_told(f"| held, {3_600 // HOLD_SECONDS} polls an hour |", calls, parts)
    readme = (ROOT / "README.md").read_text()
    assert f"${sum(parts):.4f}" in readme


def test_a_poll_for_which_there_is_no_room_makes_these_calls(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    client_id = listening()
    hold(monkeypatch, limit=1)
    channel.polls.holds.begin()
    poll(client_id)
    calls.clear()
    assert poll(client_id)["advice"]["interval"] == COMING_BACK_SECONDS * 1_000
    assert calls == {"GetItem consistent": 1, "Query": 2, "UpdateItem": 3, "GetItem": 1}
    parts = an_hour(calls, 3_600 // COMING_BACK_SECONDS, ANSWERED_SECONDS)
    assert_is_told(f"| not held, {3_600 // COMING_BACK_SECONDS:,} polls an hour |", calls, parts)


def assert_is_told(row: str, calls: Calls, parts: list[float]) -> None:
    """In docs/desktop.md: units of a poll, dollars of an hour, and their sum."""
    reads, writes = units(calls)
    told = [f"{reads:g}, {writes:g}", *(f"${one:.4f}" for one in parts), f"**${sum(parts):.4f}**"]
    assert f"{row} {' | '.join(told)} |" in (ROOT / "docs/desktop.md").read_text()
