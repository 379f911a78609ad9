"""What HTTP itself asks of the stack: methods, conditions, names of requests, forms of bodies, what caches may keep."""

import codecs
import gzip
import http.client
import json

import pytest
from botocore.credentials import Credentials

from local import demo, seed
from local.http import Answer, signed
from local.stack import Stack
from tests.e2e import published
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import announced, make_session

GOOD = json.dumps(demo.REQUEST).encode()
ROOT = Credentials("test", "test")
ONE = "/me/facebooksessions/{}"
CREATION = json.dumps({"customer": {"nickname": "FirstL"}, "agent": {"userName": "TestName"}}).encode()


def sent(stack: Stack, method: str, path: str, body: bytes | None, *headers: tuple[str, str]) -> Answer:
    """`path` is behind /api/v2; a header can be sent more than once. An answer with a body must be a published one."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.engine.port, timeout=60)
    connection.putrequest(method, f"/api/v2{path}")
    for name, value in (*headers, ("Content-Length", str(len(body or b"")))):
        connection.putheader(name, value)
    connection.endheaders(body)
    given = connection.getresponse()
    answer = Answer(given.status, given.headers, given.read().decode())
    connection.close()
    if answer.text:
        published.check_answer(method, path, answer)
    return answer


def by_agent(stack: Stack, method: str, path: str, body: bytes | None, *headers: tuple[str, str]) -> Answer:
    return sent(stack, method, path, body, ("Authorization", f"Bearer {stack.token}"), *headers)


def by_system(stack: Stack, method: str, path: str, body: bytes | None, *headers: tuple[str, str]) -> Answer:
    signature = signed(method, stack.api_url + path, body or b"", ROOT)
    return sent(stack, method, path, body, *signature.items(), *headers)


def number(stack: Stack, session_id: str) -> int:
    return int(Desktop(stack, stack.token).item(session_id)["referenceId"]["N"])


# ------------------------------------------------------------------ methods
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_path_that_there_is_says_which_methods_it_has(up: Stack, method: str) -> None:
    answer = by_agent(up, method, ONE.format(seed.PAGE_SESSION), GOOD)
    assert (answer.status, answer.code, answer.headers["Allow"]) == (405, 2, "GET, POST, HEAD, OPTIONS")
    answer = by_agent(up, method, "/me/facebooksessions", None)
    assert (answer.status, answer.code, answer.headers["Allow"]) == (405, 2, "GET, HEAD, OPTIONS")


def test_who_is_nobody_learns_no_methods(up: Stack) -> None:
    answer = sent(up, "PUT", ONE.format(seed.PAGE_SESSION), GOOD)
    assert (answer.status, answer.code, answer.headers["Allow"]) == (403, 20, None)


def test_a_systems_path_says_so_to_systems_and_denies_agents(up: Stack) -> None:
    for method, path, allowed in (
        ("DELETE", f"/facebooksessions/{seed.PAGE_SESSION}", "GET, POST, HEAD, OPTIONS"),
        ("PUT", "/facebooksessions", "GET, POST, HEAD, OPTIONS"),
        ("POST", f"/facebooksessions/{seed.PAGE_SESSION}/messages", "GET, HEAD, OPTIONS"),
    ):
        answer = by_system(up, method, path, None)
        assert (answer.status, answer.code, answer.headers["Allow"]) == (405, 2, allowed)
        assert by_agent(up, method, path, None).code == 20


@pytest.mark.parametrize("path", ["", f"/{seed.PAGE_SESSION}", f"/{seed.PAGE_SESSION}/messages", "/missing"])
def test_head_is_get_without_a_body(up: Stack, path: str) -> None:
    got, head = (by_agent(up, method, f"/me/facebooksessions{path}", None) for method in ("GET", "HEAD"))
    assert (head.status, head.text, head.headers["ETag"]) == (got.status, "", got.headers["ETag"])
    assert head.headers["Content-Type"] == got.headers["Content-Type"] == "application/json"


def test_head_is_for_systems_too(up: Stack) -> None:
    path = f"/facebooksessions/{seed.PAGE_SESSION}"
    got, head = (by_system(up, method, path, None) for method in ("GET", "HEAD"))
    assert (head.status, head.text, head.headers["ETag"]) == (200, "", got.headers["ETag"])
    assert (sent(up, "HEAD", path, None).status, by_agent(up, "HEAD", path, None).status) == (403, 403)


# ------------------------------------------------------------------ conditions
@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (['"33"'], 200),
        (['"7", "33", "75"'], 200),
        (['"7"', '"33"'], 200),
        (['W/"7", "33"'], 200),
        (["*"], 200),
        (['"34"'], 412),
        (['W/"33"'], 412),
        (['"033"'], 412),
        (['"7"', 'W/"33"'], 412),
        (["33"], 400),
        (['"33" x'], 400),
        (["*", '"33"'], 400),
        ([""], 400),
    ],
    ids=str,
)
def test_a_write_happens_only_at_a_number_that_it_names(up: Stack, lines: list[str], status: int) -> None:
    session_id = "if-match-" + "".join(one if one.isalnum() else f".{ord(one)}" for one in "_".join(lines))
    make_session(up, session_id)
    answer = by_agent(up, "POST", ONE.format(session_id), GOOD, *(("If-Match", line) for line in lines))
    assert answer.status == status
    assert answer.headers["ETag"] == {200: '"34"', 412: '"33"', 400: None}[status]
    assert number(up, session_id) == (34 if status == 200 else 33)
    announced(up, int(status == 200))


def test_codes_that_a_client_has_seen_are_not_sent_again(up: Stack) -> None:
    got = by_agent(up, "GET", "/settings/dispositions", None)
    for path in ("/settings/dispositions", "/groups?type=dispositions&fields=*"):
        seen = by_agent(up, "GET", path, None, ("If-None-Match", got.headers["ETag"] or ""))
        assert (seen.status, seen.text, seen.headers["ETag"]) == (304, "", got.headers["ETag"])
        assert by_agent(up, "HEAD", path, None).status == 200
        assert by_agent(up, "GET", path, None, ("If-None-Match", '"999"')).status == 200


def test_agents_read_what_systems_put_and_neither_does_the_others(up: Stack) -> None:
    path = "/settings/dispositions"
    assert by_system(up, "GET", path, None).code == by_agent(up, "PUT", path, b'{"codes": []}').code == 20
    assert by_system(up, "PUT", path, b"{}").code == 1
    answer = by_agent(up, "DELETE", path, None)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, PUT, HEAD, OPTIONS")
    assert by_system(up, "DELETE", path, None).status == 403


# ------------------------------------------------------------------ names of requests
@pytest.mark.parametrize("lines", [[""], ["   "], ["a", "b"], ["a", "a"]], ids=str)
def test_a_blank_or_repeated_key_names_no_request(up: Stack, lines: list[str]) -> None:
    keys = [("Idempotency-Key", line) for line in lines]
    for answer in (
        by_agent(up, "POST", ONE.format(seed.PAGE_SESSION), GOOD, *keys),
        by_system(up, "POST", "/facebooksessions", CREATION, *keys),
    ):
        assert (answer.status, answer.code) == (400, 10)


# ------------------------------------------------------------------ forms of bodies
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (codecs.BOM_UTF8 + GOOD, "application/json;charset=UTF-8"),
        (GOOD, "application/json; charset=us-ascii"),
        (GOOD, "text/plain"),
        (GOOD, "application/x-www-form-urlencoded"),
        (GOOD, None),
    ],
    ids=["byte order mark", "ASCII", "text", "curl -d", "no type"],
)
def test_a_body_is_read_whatever_its_type(up: Stack, body: bytes, content_type: str | None) -> None:
    sent_as = [("Content-Type", content_type)] if content_type else []
    answer = by_agent(up, "POST", ONE.format("missing"), body, *sent_as)
    assert (answer.status, answer.code) == (404, 6)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (GOOD.decode().encode("utf-16"), ("Content-Type", "application/json; charset=utf-16")),
        (GOOD, ("Content-Type", "application/json; charset=ISO-8859-1")),
        (gzip.compress(GOOD), ("Content-Encoding", "gzip")),
        (GOOD, ("Content-Encoding", "br")),
    ],
    ids=["UTF-16", "Latin-1", "gzip", "Brotli"],
)
def test_a_body_in_another_form_is_refused_and_told_which_to_send(
    up: Stack, body: bytes, header: tuple[str, str]
) -> None:
    answer = by_agent(up, "POST", ONE.format(seed.PAGE_SESSION), body, header)
    assert (answer.status, answer.code) == (415, 2)
    assert "JSON in UTF-8, without a Content-Encoding" in answer.body["statusMessage"]


# ------------------------------------------------------------------ what caches may keep
@pytest.mark.parametrize("headers", [[], [("Origin", "https://desk.example.com")]], ids=["no page", "a page"])
def test_no_cache_takes_one_pages_answer_for_anothers(up: Stack, headers: list[tuple[str, str]]) -> None:
    path = ONE.format(seed.PAGE_SESSION)
    for answer in (
        by_agent(up, "GET", path, None, *headers),
        by_agent(up, "PUT", path, None, *headers),
        sent(up, "OPTIONS", path, None, *headers),
        sent(up, "GET", path, None, *headers),
    ):
        assert answer.headers["Vary"] == "Origin"


def test_a_browser_is_told_the_paths_methods(up: Stack) -> None:
    answer = sent(up, "OPTIONS", "/me/facebooksessions", None, ("Origin", "https://desk.example.com"))
    assert (answer.status, answer.headers["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
