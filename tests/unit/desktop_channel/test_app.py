"""The desktops' channel as API Gateway sees it: Bayeux in, an array of Bayeux out, or the contract's refusal."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_channel import app
from desktop_channel.settings import Settings
from facebook_session.channels import Client
from facebook_session.clients import Kept
from facebook_session.errors import Unavailable
from tests.template import ROOT
from tests.unit.builders import CLAIMS, Values, request
from tests.unit.desktop_channel.test_bayeux import JSON, MESSAGES

ID: Final = "0123456789abcdef" * 2
ROUTE: Final = "POST /v2/notifications"
HANDSHAKE: Final = {"id": "1", "channel": "/meta/handshake", "supportedConnectionTypes": ["long-polling"]}
SUBSCRIBE: Final = {"id": "3", "channel": "/meta/subscribe", "subscription": "/**", "clientId": ID}
CONNECT: Final = {"id": "4", "channel": "/meta/connect", "connectionType": "long-polling", "clientId": ID}
DISCONNECT: Final = {"id": "5", "channel": "/meta/disconnect", "clientId": ID}
STRANGER: Final = {"cognito:username": "agent1", "cognito:groups": "api-voice"}
ORIGIN: Final = "https://desk.example.com"


class FakeClients:
    """Those that are kept, by user and client id. `leaves` says that a client disconnects while it is answered."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Client] = {}
        self.failure: Exception | None = None
        self.leaves = False

    def add(self, user_name: str, client: Client) -> None:
        self.kept[user_name, client.client_id] = client

    def find(self, user_name: str, client_id: str) -> Kept | None:
        if self.failure:
            raise self.failure
        found = self.kept.get((user_name, client_id))
        return Kept(found, poll="poll-1") if found else None

    def keep(self, user_name: str, before: Client, after: Client) -> bool:
        assert self.kept[user_name, before.client_id] == before
        self.kept[user_name, after.client_id] = after
        return not self.leaves

    def remove(self, user_name: str, client_id: str) -> None:
        del self.kept[user_name, client_id]


class FakeMailboxes:
    def __init__(self) -> None:
        self.woken: list[tuple[str, ...]] = []

    def wake(self, *woken: str) -> None:
        self.woken.append(woken)


class FakePolls:
    """Each brings one event."""

    def __init__(self) -> None:
        self.polled: list[Any] = []

    def messages(self, *polled: Any) -> list[str]:
        self.polled.append(polled)
        return ['{"channel":"/v2/me/facebooksession","data":{}}', json.dumps(polled[3])]


@pytest.fixture(autouse=True)
def clients(monkeypatch: pytest.MonkeyPatch) -> FakeClients:
    fake = FakeClients()
    monkeypatch.setattr(app, "clients", fake)
    fake.add("agent1", Client(ID))
    return fake


@pytest.fixture(autouse=True)
def mailboxes(monkeypatch: pytest.MonkeyPatch) -> FakeMailboxes:
    fake = FakeMailboxes()
    monkeypatch.setattr(app, "mailboxes", fake)
    return fake


@pytest.fixture(autouse=True)
def polls(monkeypatch: pytest.MonkeyPatch) -> FakePolls:
    fake = FakePolls()
    monkeypatch.setattr(app, "polls", fake)
    return fake


def answer(body: object, route: str = ROUTE, **event: Any) -> Values:
    given: Values = app.lambda_handler(request(body, route=route, **event), None)
    assert given["headers"]["Content-Type"] == "application/json"
    return given


def messages(body: object, **event: Any) -> list[Values]:
    given = answer(body, **event)
    assert given["statusCode"] == 200
    assert given["headers"]["Cache-Control"] == "no-store"
    answers: list[Values] = json.loads(given["body"])
    assert isinstance(answers, list)
    assert answers
    return answers


# ------------------------------------------------------------------ an array in, an array out
@pytest.mark.parametrize("meta", ["", "/{meta}"])
def test_a_handshake_is_answered_and_its_client_kept_under_the_users_name(clients: FakeClients, meta: str) -> None:
    (given,) = messages([HANDSHAKE], route=ROUTE + meta)
    assert (given["successful"], given["id"]) == (True, "1")
    assert given["supportedConnectionTypes"] == ["long-polling"]
    assert given["advice"] == {"reconnect": "retry", "interval": 0, "timeout": 1_000}
    assert clients.kept["agent1", given["clientId"]] == Client(given["clientId"])


def test_a_message_alone_is_answered_by_an_array_too() -> None:
    (given,) = messages(HANDSHAKE)
    assert given["successful"]


def test_a_client_id_is_unknown_to_whoever_else_sends_it(clients: FakeClients) -> None:
    (given,) = messages([CONNECT], claims={**CLAIMS, "cognito:username": "agent2"})
    assert given["error"] == "402::session_unknown"
    assert given["advice"] == {"reconnect": "handshake", "interval": 0}
    assert [*clients.kept] == [("agent1", ID)]


def test_what_a_client_subscribed_to_is_kept(clients: FakeClients) -> None:
    assert messages([SUBSCRIBE]) == [
        {"id": "3", "channel": "/meta/subscribe", "successful": True, "subscription": "/**"}
    ]
    assert clients.kept["agent1", ID] == Client(ID, frozenset({"/**"}))


def test_a_connect_brings_what_waits_in_front_of_its_answer(polls: FakePolls) -> None:
    event, given = messages([CONNECT])
    assert "successful" not in event
    assert (given["id"], given["successful"]) == ("4", True)
    ((user, kept, connect, *_),) = polls.polled
    assert (user, kept, connect.may_be_held) == ("agent1", Kept(Client(ID), poll="poll-1"), False)


def test_of_several_connects_in_a_request_the_last_one_brings_it(polls: FakePolls) -> None:
    given = messages([CONNECT, SUBSCRIBE, CONNECT | {"id": "6"}])
    assert [one.get("id") for one in given] == ["4", "3", None, "6"]
    assert len(polls.polled) == 1


def test_a_disconnect_removes_the_client_and_wakes_its_poll(
    clients: FakeClients, mailboxes: FakeMailboxes, polls: FakePolls
) -> None:
    given = messages([CONNECT, DISCONNECT])
    assert [one["successful"] for one in given] == [True, True]
    assert (clients.kept, mailboxes.woken, polls.polled) == ({}, [("agent1", ID, "poll-1")], [])


def test_who_disconnects_while_it_is_answered_is_unknown(clients: FakeClients, polls: FakePolls) -> None:
    clients.leaves = True
    given = messages([SUBSCRIBE, CONNECT])
    assert [one["error"] for one in given] == ["402::session_unknown"] * 2
    assert polls.polled == []


def test_a_number_that_a_client_took_for_an_id_keeps_its_value() -> None:
    body = '[{"id":1.10,"channel":"/x"},{"id":123456789012345678901234567890.5,"channel":"/x"}]'
    assert '"id":1.10,' in answer(body)["body"]
    assert '"id":123456789012345678901234567890.5,' in answer(body)["body"]


@given(st.lists(MESSAGES, min_size=1, max_size=4))
def test_whatever_clients_send_is_answered_in_its_order(sent: list[Values]) -> None:
    answers = [one for one in messages(sent) if "successful" in one]
    assert [one.get("id") for one in answers] == [one.get("id") for one in sent]


# ------------------------------------------------------------------ refusals
@given(JSON)
def test_json_that_is_no_messages_is_refused(body: object) -> None:
    given = answer(json.dumps(body))
    told = json.loads(given["body"])
    many = body if isinstance(body, list) else [body]
    if many and all(isinstance(one, dict) for one in many):
        assert (given["statusCode"], len(told)) == (200, len(many))
    else:
        assert (given["statusCode"], told["statusCode"]) == (400, 2)


@pytest.mark.parametrize(
    ("event", "status", "status_code"),
    [
        (request("SECRET", route=ROUTE), 400, 2),
        (request(None, route=ROUTE), 400, 2),
        (request("[{]", route=ROUTE), 400, 2),
        (request('[{"SECRET":1,"SECRET":2}]', route=ROUTE), 400, 2),
        (request([], route=ROUTE), 400, 2),
        (request(["SECRET"], route=ROUTE), 400, 2),
        (request([HANDSHAKE, None], route=ROUTE), 400, 2),
        (request([[HANDSHAKE]], route=ROUTE), 400, 2),
        (request('"SECRET"', route=ROUTE), 400, 2),
        (request([HANDSHAKE | {"SECRET": "x" * 65_536}], route=ROUTE), 413, 10),
        (request([HANDSHAKE], route=ROUTE) | {"headers": {"Content-Encoding": "gzip"}}, 415, 2),
        (request([HANDSHAKE], route=ROUTE, claims=None), 403, 20),
        (request([HANDSHAKE], route=ROUTE, claims=STRANGER), 403, 5),
        (request(None, route="GET /v2/notifications"), 405, 2),
        (request([HANDSHAKE], route="PUT /v2/notifications/{meta}"), 405, 2),
        (request([HANDSHAKE], route="POST /v2/notifications/SECRET/x"), 404, 6),
    ],
    ids=lambda value: f"{value['httpMethod']} {value['body']}"[:50] if isinstance(value, dict) else "",
)
def test_what_is_no_request_of_an_agents_desktop_is_refused_in_the_contracts_shape(
    clients: FakeClients, event: Values, status: int, status_code: int
) -> None:
    given = app.lambda_handler(event, None)
    body = json.loads(given["body"])
    assert body.keys() == {"statusCode", "statusMessage"}
    assert (given["statusCode"], body["statusCode"]) == (status, status_code)
    assert "SECRET" not in given["body"]
    assert len(clients.kept) == 1


def test_a_body_of_65_536_bytes_is_read() -> None:
    body = json.dumps([HANDSHAKE])
    assert messages(body.ljust(65_536))
    assert answer(body.ljust(65_537))["statusCode"] == 413


def test_a_path_says_its_methods() -> None:
    for route in ("GET /v2/notifications", "HEAD /v2/notifications/{meta}"):
        assert answer(None, route=route)["headers"]["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize("failing", ["clients", "polls"])
def test_where_dynamodb_throttles_the_desktop_is_to_come_again(
    failing: str, clients: FakeClients, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> list[str]:
        raise Unavailable

    if failing == "clients":
        clients.failure = Unavailable()
    else:
        monkeypatch.setattr(app.polls, "messages", unavailable)
    given = answer([CONNECT])
    assert (given["statusCode"], json.loads(given["body"])["statusCode"]) == (503, 4)
    assert given["headers"]["Retry-After"] == "1"


# ------------------------------------------------------------------ pages in a browser
@pytest.fixture
def _allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "settings", Settings.read({**os.environ, "ALLOWED_ORIGINS": ORIGIN}))


@pytest.mark.usefixtures("_allowed")
@pytest.mark.parametrize("body", [[HANDSHAKE], "SECRET"], ids=["answer", "refusal"])
def test_a_page_of_an_allowed_origin_may_send_credentials_and_see_answers(body: object) -> None:
    headers = app.lambda_handler(request(body, route=ROUTE) | {"headers": {"Origin": ORIGIN}}, None)["headers"]
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert headers["Vary"] == "Origin"


@pytest.mark.usefixtures("_allowed")
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://other.example.com"}, {"Origin": f"{ORIGIN}.evil"}])
def test_another_page_gets_no_leave(headers: dict[str, str]) -> None:
    given = app.lambda_handler(request([HANDSHAKE], route=ROUTE) | {"headers": headers}, None)["headers"]
    assert not [name for name in given if name.startswith("Access")]


def test_where_all_pages_are_allowed_each_gets_its_own_origin_since_a_star_takes_no_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app, "settings", Settings.read({**os.environ, "ALLOWED_ORIGINS": "*"}))
    headers = app.lambda_handler(request([HANDSHAKE], route=ROUTE) | {"headers": {"Origin": ORIGIN}}, None)["headers"]
    assert headers["Access-Control-Allow-Origin"] == ORIGIN


@pytest.mark.usefixtures("_allowed")
@pytest.mark.parametrize("path", ["/v2/notifications", "/v2/notifications/{meta}"])
def test_a_browser_may_ask_without_a_token(path: str) -> None:
    event = request(None, claims=None, route=f"OPTIONS {path}") | {"headers": {"Origin": ORIGIN}}
    given = app.lambda_handler(event, None)
    assert (given["statusCode"], given["body"]) == (204, "")
    assert given["headers"]["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert given["headers"]["Access-Control-Allow-Credentials"] == "true"
    assert "Authorization" in given["headers"]["Access-Control-Allow-Headers"]


# ------------------------------------------------------------------ what is written to the log
def test_the_log_has_ids_and_kinds_of_messages_and_nothing_that_a_client_wrote(output: Callable[[], str]) -> None:
    claims = {**CLAIMS, "sub": "f3a1-sub"}
    secret = {"id": "SECRET", "channel": "/SECRET", "data": "SECRET", "clientId": ID}
    for body in ([secret, SUBSCRIBE | {"subscription": "/SECRET"}, CONNECT], "SECRET", [HANDSHAKE | {"SECRET": 1}]):
        answer(body, claims=claims)
    written = output()
    assert "SECRET" not in written
    assert ID not in written
    lines = [json.loads(line) for line in written.splitlines()]
    assert [line["channels"] for line in lines if "channels" in line] == [
        ["/meta/connect", "/meta/subscribe"],
        ["/meta/handshake"],
    ]
    assert [line["status"] for line in lines] == [200, 400, 200]
    assert {(line["requestId"], line["caller"]) for line in lines} == {("request-1", "f3a1-sub")}
    assert [line.get("Status2xx") or line["Status4xx"] for line in lines] == [[1.0]] * 3


_FAULT: Final = """
import tests.conftest
from desktop_channel import app
from tests.unit.builders import request
app._kept = lambda *_: {}["SECRET"]
app.lambda_handler(request([{}], route="POST /v2/notifications"), None)
"""


def test_a_fault_of_ours_is_a_500_that_the_log_explains() -> None:
    """In a process of its own: in this one other functions have their loggers too."""
    path = os.pathsep.join(["functions", "layers/core", "."])
    command = [sys.executable, "-c", _FAULT]
    run = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    assert "SECRET" not in run.stdout + run.stderr
    fault, counted = (json.loads(line) for line in run.stdout.splitlines())
    assert (fault["message"], fault["error"], fault["level"]) == ("Unhandled error", "KeyError", "ERROR")
    assert counted["Status5xx"] == [1.0]


# ------------------------------------------------------------------ how it is wired
def test_the_client_of_dynamodb_repeats_nothing_itself() -> None:
    config = app._dynamodb.meta.config
    assert (config.retries["total_max_attempts"], config.read_timeout) == (1, 2)


def test_clients_are_told_how_long_a_connect_is_held() -> None:
    assert app.terms.timeout_milliseconds == app.settings.hold_seconds * 1_000
