"""However slow DynamoDB is, a desktop is answered before API Gateway gives up on it."""

import json
from dataclasses import replace
from typing import Any, Final

import pytest
from botocore.exceptions import ReadTimeoutError

from desktop_channel import app
from desktop_channel.holds import Holds
from desktop_channel.polls import Polls
from facebook_session.attributes import attribute
from facebook_session.clients import Clients
from facebook_session.mailboxes import Mailboxes
from tests.unit.builders import Values, request

ID: Final = "0123456789abcdef" * 2
API_GATEWAY_SECONDS: Final = 29
HOLD_SECONDS: Final = 25
CLIENT: Final = {
    "userName": "agent1",
    "place": f"client#{ID}",
    "acknowledges": False,
    "connected": True,
    "subscriptions": {"/**"},
    "expiresAt": 10**12,
    "held": 0,  # of the counter of holds, which is read like a client
}
ANSWERS: Final[Values] = {
    "get_item": {"Item": attribute(CLIENT)["M"]},
    "query": {"Items": []},
    "update_item": {"Attributes": {"held": {"N": "1"}}},
    "put_item": {},
    "delete_item": {},
    "batch_write_item": {},
}
KINDS: Final = ("handshake", "connect", "subscribe", "disconnect")


class Slow:
    """The clock, and DynamoDB: each call takes so many seconds, and those that `fail` bring nothing."""

    def __init__(self, seconds: float, *fail: str) -> None:
        self.second = 0.0
        self._seconds = seconds
        self._fail = fail

    def time(self) -> float:
        return self.second

    monotonic = time

    def sleep(self, seconds: float) -> None:
        self.second += seconds

    def __getattr__(self, operation: str) -> Any:
        def call(**_: Any) -> Any:
            self.second += self._seconds
            if operation in self._fail:
                raise ReadTimeoutError(endpoint_url="https://dynamodb")
            return ANSWERS[operation]

        return call


def answered(kind: str, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> Values:
    """The answer to one message."""
    clients, mailboxes = Clients(slow, "desktops"), Mailboxes(slow, "desktops")
    holds = Holds(slow, "desktops", 10, HOLD_SECONDS)
    monkeypatch.setattr(app, "settings", replace(app.settings, hold_seconds=HOLD_SECONDS))
    monkeypatch.setattr(app, "clients", clients)
    monkeypatch.setattr(app, "mailboxes", mailboxes)
    monkeypatch.setattr(app, "polls", Polls(clients, mailboxes, holds, app.terms))
    for module in ("desktop_channel.app", "desktop_channel.polls", "desktop_channel.holds", "facebook_session.clients"):
        monkeypatch.setattr(f"{module}.time", slow)
    monkeypatch.setattr("facebook_session.database.time", slow)
    message = {"id": "1", "channel": f"/meta/{kind}", "subscription": "/**"}
    message |= {} if kind == "handshake" else {"clientId": ID}
    given: Values = app.lambda_handler(request([message], route="POST /v2/notifications"), None)
    return given


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.3, 1, 2, 3])
def test_a_connect_is_held_for_its_time_from_the_requests_beginning_on(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(seconds)
    given = answered("connect", slow, monkeypatch)
    assert given["statusCode"] == 200
    assert json.loads(given["body"])[0]["successful"]
    assert HOLD_SECONDS <= slow.second <= API_GATEWAY_SECONDS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fail", [[*ANSWERS], *([one] for one in ANSWERS)], ids=str)
def test_where_dynamodb_does_not_answer_a_desktop_is_answered_in_time(
    kind: str, fail: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(3, *fail)
    assert answered(kind, slow, monkeypatch)["statusCode"] in (200, 503)
    assert slow.second <= API_GATEWAY_SECONDS
