"""Every operation under every policy with every kind of disposition, as docs/dispositions-table.md has it."""

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from contract import policy_table, samples
from contract.policy_table import COMBINED, CREATION, DEFAULT, KEY, LATE, POLICIES, QUEUE, VALUES, End, Outcome
from facebook_session.callers import Role
from facebook_session.changes import now
from facebook_session.policy import Document
from facebook_session.states import Move, State
from local import seed
from session_api import app as api
from session_api.operations import OPERATIONS
from tests.integration.requests import by_system, creation, operation, put_policy, read_by_system
from tests.system import System

AGENT = "Cy"
CALLS = [(one.__name__, role, one.moves[role]) for one in OPERATIONS for role in Role if role in one.moves]
OTHER = "Another"


def put(document: Document | None) -> None:
    if document is not None:
        assert put_policy(document)[0] == 200


def make(system: System, session_id: str, state: str, disposition: str | None = None) -> None:
    """A session of the queue, with the disposition; where it has ended, just now."""
    data = {} if disposition is None else {KEY: {"S": disposition}}
    ended = {"completedAt": {"S": now()}, "endedBy": {"S": "Complete"}} if state == State.COMPLETED else {}
    system.set_item(
        seed.item(session_id, AGENT)
        | {"state": {"S": state}, "queueName": {"S": QUEUE}, "userData": {"M": data}, "messageCount": {"N": "2"}}
        | {"dispositions": {"L": []}, "dispositionNumbers": {"L": []}}
        | ended
    )


def send(name: str, role: Role, session_id: str, value: str) -> tuple[int, int]:
    """HTTP status and `statusCode`. The parameters are the samples', save for the disposition, with a key beside it."""
    sample = dict(samples.requests(role)[name])
    given = {"disposition": value, "keys": [KEY, OTHER], "userData": {KEY: value, OTHER: 1}}
    sample |= {one: given[one] for one in given.keys() & sample.keys()}
    del sample["operationName"]
    if role is Role.AGENT:
        status, answer, _ = operation(name, session_id, AGENT, **sample)
    else:
        status, answer, _ = by_system(name, session_id, **sample)
    return status, answer["statusCode"]


def create(session_id: str, value: str) -> tuple[int, int]:
    about: Any = {"id": session_id, "customer": {"nickname": "FirstL"}, "agent": {"userName": AGENT}}
    status, answer, _ = creation(**about, queueName=QUEUE, userData={KEY: value})
    return status, answer["statusCode"]


def disposition(system: System, session_id: str) -> Any:
    return system.item(session_id)["userData"]["M"].get(KEY, {}).get("S")


def past(session_id: str) -> list[Any]:
    answer = read_by_system("/v2/facebooksessions/{id}/dispositions", session_id)[1]
    return [one["disposition"] for one in answer["dispositions"]]


def state_for(move: Move, policy: str) -> str:
    return State.COMPLETED if policy == LATE else next(iter(move.leads))


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("policy", POLICIES)
def test_each_operation_does_what_the_table_says(system: System, policy: str, kind: str) -> None:
    value = VALUES[kind]
    for number, (name, _, move) in enumerate(CALLS):
        session_id = f"s-{number}"
        make(system, session_id, state_for(move, policy), None if policy_table.writes(name) else value)
    put(POLICIES[policy])
    wrong = [*differences(system, policy, kind)]
    assert wrong == []


def differences(system: System, policy: str, kind: str) -> Iterator[str]:
    """Where the functions do something else than the table says."""
    for number, (name, role, _) in enumerate(CALLS):
        session_id, wanted = f"s-{number}", policy_table.outcome(name, role, policy, kind)
        before = system.item(session_id)
        status = send(name, role, session_id, VALUES[kind])
        if wanted is Outcome.REFUSED and (status != (400, 2) or system.item(session_id) != before):
            yield f"{name} by {role}: {status}, and not refused without a trace"
        if wanted is not Outcome.REFUSED:
            yield from done(system, session_id, VALUES[kind], wanted, f"{name} by {role}: {status}", status[0] == 200)


def done(system: System, session_id: str, value: str, wanted: Outcome, what: str, is_done: bool) -> Iterator[str]:
    spelt = unicodedata.normalize("NFC", value)
    after: dict[Outcome, tuple[Any, list[Any]]] = {
        Outcome.SET: (value, [value]),
        Outcome.SPELT: (spelt, [spelt]),
        Outcome.REMOVED: (None, [None]),
        Outcome.KEPT: (value, []),
    }
    if not is_done or (disposition(system, session_id), past(session_id)) != after[wanted]:
        yield f"{what}, and not {wanted}: {disposition(system, session_id)}, {past(session_id)}"


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("policy", POLICIES)
def test_a_creation_does_what_the_table_says(system: System, policy: str, kind: str) -> None:
    put(POLICIES[policy])
    wanted = policy_table.outcome(CREATION, Role.SYSTEM, policy, kind)
    status = create("new", VALUES[kind])
    if wanted is Outcome.REFUSED:
        assert status == (400, 2)
        assert read_by_system("/v2/facebooksessions/{id}", "new")[0] == 404
    else:
        assert [*done(system, "new", VALUES[kind], wanted, CREATION, status == (201, 0))] == []


@pytest.mark.parametrize("combined", COMBINED)
def test_each_way_to_end_a_session_does_what_the_table_says(
    system: System, monkeypatch: pytest.MonkeyPatch, combined: str
) -> None:
    monkeypatch.setattr(api.store, "_retention_seconds", 86_400)
    put(COMBINED[combined])
    for number, (one, role) in enumerate(policy_table.ways_to_end()):
        move = one.moves[role]
        for state, to in move.leads.items():
            session_id = f"{number}-{state}"
            make(system, session_id, state)
            status = send(one.__name__, role, session_id, "")
            wanted = policy_table.end(one, role, COMBINED[combined]) if to is State.COMPLETED else End.GOES_ON
            assert after(system, session_id, status) == wanted, (one, role, state)


def after(system: System, session_id: str, status: tuple[int, int]) -> End:
    """What has become of the session, which had no disposition."""
    item = system.item(session_id)
    has_ended = item["state"]["S"] == State.COMPLETED
    assert ("expiresAt" in item) is has_ended
    if status == (400, 2):
        return End.REFUSED
    assert status == (200, 0)
    value = disposition(system, session_id)
    assert past(session_id) == ([] if value is None else [DEFAULT])
    ends = {(False, None): End.GOES_ON, (True, None): End.WITHOUT, (True, DEFAULT): End.DEFAULT}
    return ends[has_ended, value]


def test_the_table_has_every_way_to_end_a_session() -> None:
    ending = {(one, role) for one in OPERATIONS for role, move in one.moves.items() if move.ending}
    ways = {*policy_table.ways_to_end()}
    assert ending < ways
    assert [(one.__name__, role) for one, role in ways - ending] == [("Leave", Role.AGENT)]
