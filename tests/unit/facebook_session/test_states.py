"""Who may move a session from which state to which."""

import pytest

from facebook_session import states
from facebook_session.callers import Role
from facebook_session.states import Ending, Move, Moves, State

MOVES: dict[str, Moves] = {
    name: value for name, value in vars(states).items() if name.isupper() and Role.AGENT in value
}
ALL = [pytest.param(move, id=f"{name} by {role}") for name, moves in MOVES.items() for role, move in moves.items()]


def test_the_moves_are_found() -> None:
    data = {"SET_DATA", "SET_DISPOSITION"}
    assert {"SPEAK", *data, "LOOK", "ACCEPT", "REJECT", "LEAVE", "TRANSFER", "COMPLETE"} == MOVES.keys()


@pytest.mark.parametrize("move", ALL)
def test_what_can_end_a_session_says_how_it_then_ended(move: Move) -> None:
    assert (State.COMPLETED in move.leads.values()) is (move.ending is not None)


@pytest.mark.parametrize("move", ALL)
def test_out_of_completed_leads_only_what_says_of_which_ending(move: Move) -> None:
    assert (State.COMPLETED in move.leads) is (move.reopens is not None)


def test_only_a_system_opens_a_session_again_and_only_one_that_was_rejected() -> None:
    reopening = [(name, role, move.reopens) for name, moves in MOVES.items() for role, move in moves.items()]
    assert [one for one in reopening if one[2]] == [("TRANSFER", Role.SYSTEM, Ending.REJECT)]


def test_only_an_agents_disposition_comes_late() -> None:
    late = [(name, role) for name, moves in MOVES.items() for role, move in moves.items() if move.is_late]
    assert late == [("SET_DISPOSITION", Role.AGENT)]
    assert states.SET_DISPOSITION[Role.AGENT].leads == states.SET_DATA[Role.AGENT].leads
    assert states.SET_DISPOSITION[Role.SYSTEM] == states.SET_DATA[Role.SYSTEM]


@pytest.mark.parametrize(
    ("move", "always"),
    [
        (states.ACCEPT[Role.AGENT], True),
        (states.TRANSFER[Role.AGENT], True),
        (states.TRANSFER[Role.SYSTEM], False),  # whom it goes to can be invited already
        (states.COMPLETE[Role.SYSTEM], True),
        (states.LEAVE[Role.SYSTEM], True),
        (states.SPEAK[Role.SYSTEM], False),
    ],
)
def test_some_moves_lead_to_another_state_in_any_case(move: Move, always: bool) -> None:
    assert move.always_moves is always
