"""A thousand requests of all kinds, right and wrong, over the wire and side by side: each gets an answer of the
contract, and what is refused neither changes a session nor is announced.

EXAMPLES is their number. Where it isn't set, they are the same each time; otherwise SEED can name the seed.
"""

import json
import os
import random
import secrets
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from http.client import HTTPResponse
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.credentials import Credentials

from local import http, seed
from local.stack import Stack
from tests import in_play, surface_faults, verdict
from tests.e2e import policy, published
from tests.e2e.subscriber import everything
from tests.surface import FEATURE, MARK, Caller, Play, Request

EXAMPLES: Final = int(os.environ.get("EXAMPLES", "1000"))
SEED: Final = os.environ.get("SEED") or (secrets.token_hex(4) if "EXAMPLES" in os.environ else "1")
AT_A_TIME: Final = 100
"""So many requests meet the same sessions."""

AT_ONCE: Final = 8
PATIENCE_SECONDS: Final = 60
SUCCESSES: Final = ((200, 0), (201, 0))
FAIR_SHARE: Final = 0.05
SYSTEM: Final = Credentials("test", "test")

Item = dict[str, Any]


class Sent(NamedTuple):
    """A request with its answer; `number` is that of the ETag, 0 without one."""

    request: Request
    status: int
    text: str
    number: int


@dataclass(frozen=True)
class Client:
    """Sends requests as they are, also such as a library would refuse to send."""

    stack: Stack
    tokens: Mapping[str, str]

    def send(self, request: Request) -> Sent:
        with socket.create_connection(("127.0.0.1", self.stack.engine.port), PATIENCE_SECONDS) as connection:
            connection.sendall(self._message(request))
            with HTTPResponse(connection, method=request.method) as response:
                response.begin()
                number = int((response.headers["ETag"] or "0").strip('"'))
                return Sent(request, response.status, response.read().decode(), number)

    def _message(self, request: Request) -> bytes:
        host = ("Host", f"127.0.0.1:{self.stack.engine.port}")
        length = ("Content-Length", str(len(request.body)))
        headers = [host, ("Connection", "close"), length, *self._authorization(request), *request.headers]
        lines = [f"{request.method} /api{request.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        return "\r\n".join([*lines, "\r\n"]).encode() + request.body

    def _authorization(self, request: Request) -> Iterator[tuple[str, str]]:
        caller = request.caller
        if caller.is_system:
            url = f"{self.stack.engine.url}/api{request.target}"
            signed = http.signed(request.method, url, request.body, SYSTEM)
            yield from ((name, value) for name, value in signed.items() if name != "Content-Type")
        elif caller.user is not None:
            yield "Authorization", f"Bearer {self._token(caller)}"

    def _token(self, caller: Caller) -> str:
        name = caller.user if caller.groups == FEATURE else "Featureless"
        return self.tokens.get(str(name), MARK)


@pytest.fixture(scope="module")
def client(up: Stack) -> Client:
    stack = replace(up, client=cache(up.client))
    tokens = {name: seed.log_in(stack.client, up.outputs, name) for name in (*in_play.AGENTS, "Dora", "Stranger")}
    return Client(stack, tokens | {"Featureless": seed.log_in(stack.client, up.outputs, "Featureless", groups=())})


@pytest.fixture(scope="module")
def sent(client: Client) -> Iterator[list[Sent]]:
    """All requests, in blocks that have sessions of their own; they put policies too."""
    found: list[Sent] = []
    for start in range(0, EXAMPLES, AT_A_TIME):
        for session_id, agent in sessions(start).items():
            client.stack.client("dynamodb").put_item(TableName=client.stack.table, Item=in_play.item(session_id, agent))
        play = Play(sessions(start), [*pages(client)])
        made = [surface_faults.request(random.Random(f"{SEED}-{start + one}"), play) for one in range(AT_A_TIME)]
        with ThreadPoolExecutor(AT_ONCE) as clients:
            found += clients.map(client.send, made)
    yield found
    policy.lift(client.stack)


def sessions(start: int) -> Mapping[str, str]:
    return in_play.sessions(f"{MARK}-{start}-")


def pages(client: Client) -> Iterator[str]:
    """Tokens of real lists."""
    lists = [Request("GET", "/v2/me/facebooksessions", "", Caller(agent)) for agent in in_play.AGENTS]
    waiting = Request("GET", "/v2/facebooksessions", "", Caller(is_system=True), query=[("state", "Chatting")])
    for request in (*lists, waiting):
        request.query.append(("pageSize", "1"))
        link = urlsplit(json.loads(client.send(request).text)["next"])
        yield from parse_qs(link.query)["pageToken"]


def test_each_answer_is_the_contracts(sent: list[Sent]) -> None:
    wrong = [
        f"{complaint}: {one.status} {one.text[:200]} to {one.request}"
        for one in sent
        if (complaint := verdict.complaint(one.request.method, one.status, one.text, MARK))
    ]
    assert not wrong, "\n".join([f"{len(wrong)} of {len(sent)}", *sorted(wrong, key=len)[:10]])


def test_many_succeed_and_all_refusals_come(sent: list[Sent]) -> None:
    answers = Counter((one.status, verdict.code(one.text)) for one in sent)
    assert sum(answers[one] for one in SUCCESSES) > FAIR_SHARE * EXAMPLES, answers
    assert EXAMPLES < 1_000 or answers.keys() >= verdict.REFUSALS - verdict.SELDOM, answers


def test_what_is_refused_neither_changes_a_session_nor_is_announced(client: Client, sent: list[Sent]) -> None:
    first = {name: in_play.item(name, agent) for name, agent in all_sessions().items()}
    now = {item["id"]["S"]: item for item in scanned(client.stack)}
    numbers = changed(sent)
    untouched = first.keys() - numbers
    assert untouched
    assert {name: now[name] for name in untouched} == {name: first[name] for name in untouched}
    assert {name: int(now[name]["referenceId"]["N"]) for name in numbers} == numbers
    for name, number in announced(client.stack).items():
        assert name not in first or number <= numbers.get(name, seed.PAGE_REFERENCE_ID)


def all_sessions() -> Mapping[str, str]:
    return {name: agent for start in range(0, EXAMPLES, AT_A_TIME) for name, agent in sessions(start).items()}


def changed(sent: list[Sent]) -> dict[str, int]:
    """The sessions in which an operation succeeded, with the highest number that one got."""
    numbers: dict[str, int] = {}
    for one in sent:
        if one.request.method == "POST" and "{id}" in one.request.resource and one.status == 200:
            numbers[one.request.place] = max(one.number, numbers.get(one.request.place, 0))
    return numbers


def announced(stack: Stack) -> dict[str, int]:
    """The highest number of each session that was announced."""
    numbers: dict[str, int] = {}
    for message in everything(stack):
        about = published.attributes(message)
        numbers[about["sessionId"]] = max(about["referenceId"], numbers.get(about["sessionId"], 0))
    return numbers


def scanned(stack: Stack) -> Iterator[Item]:
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.table, ConsistentRead=True)
    return (item for page in pages for item in page["Items"])
