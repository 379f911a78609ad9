"""Each way to end a session, and what it does to the disposition: docs/dispositions.md has it as a table."""

import itertools
from collections.abc import Iterator
from typing import Any, Final

import pytest

from facebook_session.callers import Role
from facebook_session.states import State
from session_api.operations import OPERATIONS
from tests.integration.requests import by_system, creation, operation, put_policy, read_by_system
from tests.system import System
from tests.template import ROOT

ENDS: Final = [
    (one.__name__, role, [state for state, to in move.leads.items() if to is State.COMPLETED])
    for one in OPERATIONS
    for role, move in one.moves.items()
    if State.COMPLETED in move.leads.values()
]
DEFAULT: Final = "DC_NoAnswer"
POLICIES: Final[list[dict[str, Any]]] = [
    {"codes": [{"name": DEFAULT, "displayName": "x"}, {"name": "DC_Own", "displayName": "y"}], "enforce": True, **rules}
    for rules in ({}, {"default": DEFAULT}, {"mandatory": True}, {"mandatory": True, "default": DEFAULT})
]
HEADER: Final = "| the end | by | in | neither | `default` | `mandatory` | both |"

pytestmark = pytest.mark.usefixtures("system")
numbers = itertools.count()


def make(state: State, **user_data: str) -> str:
    """A session in a state; its id."""
    session_id = f"s{next(numbers)}"
    people = {"customer": {"nickname": "x"}, "agent": {"userName": "Anna"}}
    assert creation(id=session_id, userData=user_data, **people)[0] == 201
    if state is not State.INVITED:
        assert operation("Accept", session_id, "Anna", nickname="Anna")[0] == 200
    if state is State.LEFT_CHAT:
        assert operation("Leave", session_id, "Anna")[0] == 200
    return session_id


def end(name: str, role: Role, session_id: str) -> int:
    status: int = (operation(name, session_id, "Anna") if role is Role.AGENT else by_system(name, session_id))[0]
    return status


def of(session_id: str) -> tuple[str, Any]:
    """The session's state and disposition."""
    session = read_by_system("/v2/facebooksessions/{id}", session_id)[1]["facebooksession"]
    return session["state"], session["userData"].get("DispositionCode")


def outcome(name: str, role: Role, state: State) -> str:
    """Of the end of a session that has no disposition."""
    session_id = make(state)
    if end(name, role, session_id) == 400:
        assert of(session_id) == (state, None)
        return "refused"
    return {("Completed", None): "none", ("Completed", DEFAULT): "the default"}[of(session_id)]


def rows() -> Iterator[str]:
    for name, role, states in ENDS:
        told = []
        for policy in POLICIES:
            assert put_policy(policy)[0] == 200
            (one,) = {outcome(name, role, state) for state in states}
            told.append(one)
        who = "an agent" if role is Role.AGENT else "a system"
        yield f"| {' | '.join([f'`{name}`', who, ', '.join(states), *told])} |"


def test_the_docs_have_what_each_end_does() -> None:
    shown = (ROOT / "docs/dispositions.md").read_text().split(f"{HEADER}\n")[1].split("\n\n")[0].splitlines()
    assert shown[1:] == [*rows()]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(("name", "role", "states"), ENDS)
def test_whatever_ends_a_session_leaves_it_the_disposition_that_it_has(
    policy: Any, name: str, role: Role, states: list[State]
) -> None:
    assert put_policy(policy)[0] == 200
    for state in states:
        session_id = make(state, DispositionCode="DC_Own")
        assert end(name, role, session_id) == 200
        assert of(session_id) == ("Completed", "DC_Own")


def test_only_a_session_that_has_ended_expires(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """So expiry is no end of its own."""
    from session_api import app

    monkeypatch.setattr(app.store, "_retention_seconds", 86_400)
    for state in (State.INVITED, State.CHATTING, State.LEFT_CHAT):
        assert "expiresAt" not in system.item(make(state))
    session_id = make(State.CHATTING)
    assert end("Complete", Role.AGENT, session_id) == 200
    assert "expiresAt" in system.item(session_id)


def test_a_code_that_is_retired_later_stays_and_is_enough_to_end_with() -> None:
    assert put_policy(POLICIES[3])[0] == 200
    session_id = make(State.CHATTING, DispositionCode="DC_Own")
    codes = [POLICIES[3]["codes"][0], {**POLICIES[3]["codes"][1], "retired": True}]
    assert put_policy(POLICIES[3] | {"codes": codes})[0] == 200
    assert operation("SetDisposition", session_id, "Anna", disposition="DC_Own")[0] == 400
    assert operation("Complete", session_id, "Anna")[0] == 200
    assert of(session_id) == ("Completed", "DC_Own")


def test_a_default_is_set_though_the_history_is_full(system: System) -> None:
    assert put_policy({"codes": POLICIES[1]["codes"], "default": DEFAULT})[0] == 200
    session_id = make(State.CHATTING)
    for number in range(50):
        assert operation("SetDisposition", session_id, "Anna", disposition=f"{number}")[0] == 200
        assert operation("DeleteUserData", session_id, "Anna", keys=["DispositionCode"])[0] == 200
    assert operation("SetDisposition", session_id, "Anna", disposition="one more")[1]["statusCode"] == 10
    assert end("Complete", Role.AGENT, session_id) == 200
    assert of(session_id) == ("Completed", DEFAULT)
    assert len(system.item(session_id)["dispositions"]["L"]) == 101


def test_what_is_no_text_is_no_disposition() -> None:
    session_ids = [make(State.CHATTING) for _ in POLICIES]
    for session_id in session_ids:
        assert operation("AttachUserData", session_id, "Anna", userData={"DispositionCode": 1})[0] == 200
    found = []
    for policy, session_id in zip(POLICIES, session_ids, strict=True):
        assert put_policy(policy)[0] == 200
        found.append((end("Complete", Role.AGENT, session_id), of(session_id)[1]))
    assert found == [(200, 1), (200, DEFAULT), (400, 1), (400, 1)]
