"""A page of an allowed origin may send requests and see the answers; others get the same answers without leave."""

import os
from typing import Any

import pytest

from rest_api import cors
from session_api import app
from session_api.settings import Settings
from tests.unit.builders import request

ORIGIN = "https://desk.example.com"


@pytest.fixture(autouse=True)
def _allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "settings", Settings.read({**os.environ, "ALLOWED_ORIGINS": ORIGIN}))


def answered(event: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer: dict[str, Any] = app.lambda_handler(event | {"headers": headers}, None)
    return answer


@pytest.mark.parametrize("header", ["Origin", "origin"])
def test_a_page_of_an_allowed_origin_may_see_answers_errors_too(header: str) -> None:
    headers = answered(request(claims=None), **{header: ORIGIN})["headers"]
    assert (headers["Access-Control-Allow-Origin"], headers["Vary"]) == (ORIGIN, "Origin")
    assert "ETag" in headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://other.example.com"}])
def test_other_pages_get_no_leave(headers: dict[str, str]) -> None:
    assert not [name for name in answered(request(claims=None), **headers)["headers"] if name.startswith("Access")]


ROUTES = ["POST /v2/me/facebooksessions/{id}", "OPTIONS /v2/me/facebooksessions/{id}", "PUT /v2/facebooksessions"]


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://other.example.com"}, {"Origin": ORIGIN}], ids=str)
@pytest.mark.parametrize("route", [*ROUTES, "GET /v2/nothing"])
def test_no_cache_takes_one_pages_answer_for_anothers(route: str, headers: dict[str, str]) -> None:
    assert answered(request(claims=None, route=route), **headers)["headers"]["Vary"] == "Origin"


def test_where_no_page_is_allowed_all_answers_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "settings", Settings.read({**os.environ, "ALLOWED_ORIGINS": ""}))
    assert "Vary" not in answered(request(claims=None), Origin=ORIGIN)["headers"]


@pytest.mark.parametrize("origin", ["\ud800", "https://é.example.com", "a b", "a\nb"], ids=ascii)
def test_what_no_browser_sends_is_no_origin_even_where_all_are_allowed(
    monkeypatch: pytest.MonkeyPatch, origin: str
) -> None:
    monkeypatch.setattr(app, "settings", Settings.read({**os.environ, "ALLOWED_ORIGINS": "*"}))
    assert answered(request(claims=None), Origin=ORIGIN)["headers"]["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Origin" not in answered(request(claims=None), Origin=origin)["headers"]


def test_a_browser_may_ask_without_a_token() -> None:
    answer = answered(request(None, claims=None, route="OPTIONS /v2/me/facebooksessions/{id}"), Origin=ORIGIN)
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert answer["headers"]["Access-Control-Allow-Origin"] == ORIGIN
    assert answer["headers"]["Access-Control-Allow-Methods"] == "GET, POST, HEAD, OPTIONS"
    allowed = "Authorization,Content-Type,Idempotency-Key,If-Match,If-None-Match"
    assert answer["headers"]["Access-Control-Allow-Headers"] == allowed


def test_a_browser_is_told_the_methods_of_the_path_that_it_asks_for() -> None:
    answer = answered(request(None, claims=None, route="OPTIONS /v2/me/facebooksessions"), Origin=ORIGIN)
    assert answer["headers"]["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_an_event_without_headers_has_no_origin() -> None:
    assert cors.with_headers({"headers": {}}, {"headers": None}, app.settings.origins) == {
        "headers": {"Vary": "Origin"}
    }


@pytest.mark.parametrize(
    ("allowed", "origin", "verdict"),
    [
        ("", "https://a.example", False),
        ("", "", False),
        ("*", "https://a.example", True),
        ("*", "", False),
        ("https://a.example,https://b.example", "https://b.example", True),
        ("https://a.example", "https://a.example.org", False),
        ("https://a.example", "*", False),
    ],
)
def test_an_origin_is_allowed_by_its_whole_name(allowed: str, origin: str, verdict: bool) -> None:
    assert cors.Origins(allowed).allow(origin) is verdict


@pytest.mark.parametrize(
    ("origins", "leave"),
    [
        (cors.Origins(ORIGIN, credentials=True), (ORIGIN, "true")),
        (cors.Origins("*", credentials=True), (ORIGIN, "true")),
        (cors.Origins(ORIGIN), (ORIGIN, None)),
        (cors.Origins("https://other.example.com", credentials=True), (None, None)),
        (cors.Origins("", credentials=True), (None, None)),
    ],
    ids=str,
)
def test_credentials_may_be_sent_where_they_are_to_and_by_allowed_pages_alone(
    origins: cors.Origins, leave: tuple[str | None, str | None]
) -> None:
    answer = cors.with_headers({"headers": {}}, {"headers": {"Origin": ORIGIN}}, origins)["headers"]
    names = ("Access-Control-Allow-Origin", "Access-Control-Allow-Credentials")
    assert tuple(answer.get(name) for name in names) == leave
