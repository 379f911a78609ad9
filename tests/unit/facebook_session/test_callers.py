"""Who changes a session, and whose words and keys are whose."""

import pytest

from facebook_session.callers import Caller, Role

AGENT = Caller("Anna")
SYSTEM = Caller("arn:aws:iam::123456789012:role/channel", Role.SYSTEM)


def test_who_is_not_said_to_be_a_system_is_an_agent() -> None:
    assert (AGENT.role, AGENT.is_agent) == (Role.AGENT, True)
    assert not SYSTEM.is_agent


def test_an_agent_speaks_in_its_name_and_a_system_for_the_customer() -> None:
    assert AGENT.sender == "Anna"
    assert SYSTEM.sender is None


def test_an_agents_keys_are_where_they_were_before_there_were_systems() -> None:
    assert AGENT.key_space == "Anna"


@pytest.mark.parametrize("name", ["Anna", SYSTEM.name, ""])
def test_a_system_never_meets_the_keys_of_an_agent_of_its_name(name: str) -> None:
    assert Caller(name, Role.SYSTEM).key_space != Caller(name).key_space


def test_two_systems_never_meet_each_others_keys() -> None:
    names = ["arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b", "arn:aws:iam::2:role/a"]
    assert len({Caller(name, Role.SYSTEM).key_space for name in names}) == 3
