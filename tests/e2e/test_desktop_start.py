"""A desktop starts, works and ends, over HTTP."""

import json

import pytest

from local import http, seed
from local.stack import Stack
from tests.e2e import published
from tests.e2e.desktop import Desktop
from tests.e2e.signer import Signer
from tests.e2e.subscriber import make_session

PREFLIGHT = {"Origin": "https://desk.example.com", "Access-Control-Request-Method": "POST"}


@pytest.fixture(scope="module")
def starter(up: Stack) -> Desktop:
    """The desktop of an agent whom no other test knows."""
    return Desktop(up, seed.log_in(up.client, up.outputs, "Starter"))


def says(desktop: Desktop, name: str) -> None:
    body = {"operationName": f"{name}ContactCenterSession", "channels": ["multimedia"]}
    assert desktop.send("/me", json.dumps(body).encode()).text == '{"statusCode":0}'


def test_a_desktop_starts_reads_its_sessions_and_ends(up: Stack, starter: Desktop) -> None:
    make_session(up, "at-the-start", agent="Starter")
    says(starter, "Start")
    user = starter.send("/me?subresources=*&fields=*", None, "GET").body["user"]
    assert (user["id"], user["path"], user["contactCenterSession"]) == (
        "Starter",
        "/users/Starter",
        {"state": "Started"},
    )
    (one,) = user["facebooksessions"]
    assert one == starter.read("/at-the-start").body["facebooksession"]
    says(starter, "End")
    user = starter.send("/me", None, "GET").body["user"]
    assert user["contactCenterSession"] == {"state": "Ended"}
    assert "facebooksessions" not in user
    refused = starter.send("/me", b'{"operationName": "Pause"}')
    assert (refused.status, refused.code) == (400, 2)


def test_the_user_is_for_agents_alone(up: Stack) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = published.send(up, method, "/me", None, {})
        assert (answer.status, answer.code) == (403, 20)
    assert Signer(up).send("GET /v2/me").code == 20


def test_a_browser_may_ask_and_another_method_is_told_which_there_are(up: Stack, starter: Desktop) -> None:
    asked = http.send("OPTIONS", f"{up.api_url}/me", None, PREFLIGHT)
    assert (asked.status, asked.headers["Access-Control-Allow-Methods"]) == (204, "GET, POST, HEAD, OPTIONS")
    refused = starter.send("/me", b"{}", "PUT")
    assert (refused.status, refused.code, refused.headers["Allow"]) == (405, 2, "GET, POST, HEAD, OPTIONS")


def test_anybody_reads_the_version(up: Stack, starter: Desktop) -> None:
    path = "/diagnostics/version"
    by_nobody = published.send(up, "GET", path, None, {})
    assert (by_nobody.status, by_nobody.body.keys()) == (200, {"statusCode", "version"})
    assert starter.send(path, None, "GET").text == by_nobody.text
    asked = http.send("OPTIONS", f"{up.api_url}{path}", None, PREFLIGHT)
    assert (asked.status, asked.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")
    refused = published.send(up, "POST", path, b"{}", {})
    assert (refused.status, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
