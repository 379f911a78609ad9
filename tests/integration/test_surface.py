"""Ten thousand requests of all kinds, right and wrong, on tables with DynamoDB's own limits: each gets an answer of the
contract, and what is refused leaves nothing behind.

EXAMPLES is their number. Where it isn't set, they are the same each time; otherwise SEED can name the seed.
"""

import json
import os
import pickle
import random
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Rounded
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from boto3.dynamodb.types import DYNAMODB_CONTEXT
from moto.dynamodb.models.dynamo_type import DynamoType

from facebook_session import idempotency
from facebook_session.callers import Role
from session_api import app as api
from session_api.operations import OPERATIONS
from tests import in_play, surface, surface_faults, verdict
from tests.clients import client
from tests.integration.requests import put_policy, read, read_by_system
from tests.limits import Limits, table
from tests.surface import MARK, Play, Request
from tests.system import System

EXAMPLES: Final = int(os.environ.get("EXAMPLES", "10000"))
SEED: Final = os.environ.get("SEED") or (secrets.token_hex(4) if "EXAMPLES" in os.environ else "1")
AT_A_TIME: Final = 100
"""So many requests meet the sessions before these are as at first again."""

SUCCESSES: Final = ((200, 0), (201, 0))
UNCHANGED: Final = (304, None)
FAIR_SHARE: Final = 0.05
SESSIONS: Final = in_play.sessions("")
NO_RECORDS: Final = [b""] * 3
"""Sessions remember few requests here: so they forget within a few, and moto takes a third of the time."""


@dataclass
class World:
    """The tables, and the sessions in them as they were after the last request that changed one."""

    limits: Limits
    table: Any
    known: dict[str, bytes] = field(default_factory=dict)

    def reset(self) -> None:
        """As at first, without the sessions that were created."""
        self.known.clear()
        for hashed in [*table("sessions").items]:
            if hashed.value not in SESSIONS:
                self.table.delete_item(TableName="sessions", Key={"id": {"S": hashed.value}})
        no_records = {name: {"L": [{"B": one} for one in NO_RECORDS]} for name in idempotency.NO_RECORDS}
        for session_id, agent in SESSIONS.items():
            self.table.put_item(TableName="sessions", Item=in_play.item(session_id, agent) | no_records)
            self.known[session_id] = self.now(session_id)

    def now(self, session_id: str) -> bytes:
        """All of a session in the table; empty where there is none of that id."""
        found = table("sessions").get_item(DynamoType({"S": session_id}))
        return pickle.dumps(found.attrs) if found else b""

    @property
    def size(self) -> tuple[int, ...]:
        """How much is in the stream and in the tables."""
        stream = table("sessions").stream_shard
        assert stream
        others = (sum(map(len, table(name).items.values())) for name in ("messages", "settings", "desktops"))
        return len(stream.items), len(table("sessions").items), *others


@pytest.fixture
def world(system: System, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    assert system.table == "sessions"
    # moto would fail on numbers of 126 digits, nearly all of them zeros, which DynamoDB takes
    monkeypatch.setitem(DYNAMODB_CONTEXT.traps, Rounded, False)
    monkeypatch.setattr(idempotency, "NO_RECORDS", dict.fromkeys(idempotency.NO_RECORDS, NO_RECORDS))
    world = World(Limits(api.store._client), client("dynamodb"))
    world.reset()
    yield world
    world.limits.lift()  # the client is other tests' too


def pages() -> Iterator[str]:
    """Tokens of real lists."""
    for agent in in_play.AGENTS:
        for count in ("1", "2"):
            _, body, _ = read("/v2/me/facebooksessions", agent, pageSize=count)
            yield from parse_qs(urlsplit(body["next"]).query)["pageToken"]
    _, body, _ = read_by_system("/v2/facebooksessions", state="Chatting", pageSize="1")
    yield from parse_qs(urlsplit(body["next"]).query)["pageToken"]


def play(world: World, answers: Counter[tuple[int, int | None]]) -> Iterator[tuple[str, str]]:
    """Sends the requests and counts the answers; tells what is wrong, and with which."""
    played = Play(SESSIONS, [*pages()])
    assert put_policy(surface.policy(random.Random(SEED)) | {"enforce": True})[0] == 200
    for number in range(EXAMPLES):
        if number % AT_A_TIME == 0:
            world.reset()
        request = surface_faults.request(random.Random(f"{SEED}-{number}"), played)
        size, refusals = world.size, len(world.limits.refused)
        answer = json.loads(json.dumps(api.lambda_handler(request.event(), None)))
        status, text = answer["statusCode"], answer["body"]
        answers[status, verdict.code(text)] += 1
        wrong = [verdict.complaint(request.method, status, text, MARK), *world.limits.refused[refusals:]]
        wrong += [traces(world, request, size, status)]
        if any(wrong):
            yield "; ".join(filter(None, wrong)), f"{SEED}-{number}: {status} {text[:200]} to {request}"


def traces(world: World, request: Request, size: tuple[int, ...], status: int) -> str:
    """What a refused request left behind; empty: nothing, or it wasn't refused."""
    before, now = world.known.get(request.place), world.now(request.place)
    world.known[request.place] = now
    is_left = world.size == size and now == (before or now)
    return "" if status < 400 or is_left else "refused, and yet something changed"


@pytest.mark.usefixtures("world")
def test_every_call_of_the_api_is_made_and_every_operation_by_each_who_may() -> None:
    played = Play(SESSIONS, [*pages()])
    made = [surface.right(random.Random(f"{SEED}-{number}"), played) for number in range(2_000)]
    assert {(one.method, one.resource) for one in made} == {(route.method, route.path) for route in surface.ROUTES}
    by_role = {(one.caller.is_system, (one.content or {}).get("operationName")) for one in made if "{" in one.resource}
    assert {one for one in by_role if one[1]} == {
        (role is Role.SYSTEM, operation.__name__) for operation in OPERATIONS for role in operation.moves
    }


def test_each_answer_is_the_contracts_and_what_is_refused_leaves_nothing_behind(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: Counter[tuple[int, int | None]] = Counter()
    wrong = [*play(world, answers)]
    capsys.readouterr()
    assert not wrong, summary(wrong)
    assert sum(answers[one] for one in SUCCESSES) > FAIR_SHARE * EXAMPLES, answers
    assert EXAMPLES < 1_000 or answers.keys() >= {*verdict.REFUSALS - verdict.SELDOM, UNCHANGED}, answers
    assert EXAMPLES < 1_000 or api.policies.newest().version > EXAMPLES / 100


def summary(wrong: Iterable[tuple[str, str]]) -> str:
    """Of each kind of fault how often it came, and the shortest request."""
    kinds = defaultdict(list)
    for kind, example in wrong:
        kinds[kind].append(example)
    return "\n".join(f"{len(found)} x {kind}: {min(found, key=len)[:3_000]}" for kind, found in kinds.items())
