"""A transfer's target is an agent who can take the session: the user pool knows."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from facebook_session.errors import Unavailable
from session_api.agents import AgentPool
from tests.pool import FakeCognito
from tests.unit.builders import client_error


class Answering:
    """Gives, or raises, the same each time."""

    def __init__(self, outcome: Any) -> None:
        self._outcome = outcome

    def admin_list_groups_for_user(self, **_: str) -> Any:
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


@pytest.mark.parametrize(
    ("user_name", "can"),
    [("Anna", True), ("Ben", False), ("Cy", False), ("Nobody", False), ("Dora", True)],
)
def test_an_agent_is_in_the_pool_and_has_the_feature(user_name: str, can: bool) -> None:
    groups = {"Anna": ["api-multimedia"], "Ben": ["api-voice"], "Cy": [], "Dora": ["a", "b", "api-multimedia", "c"]}
    assert AgentPool(FakeCognito(groups), "pool").can_take_sessions(user_name) == can


def test_it_is_one_call() -> None:
    cognito = FakeCognito({"Anna": ["api-multimedia", "api-voice"]})
    AgentPool(cognito, "pool").can_take_sessions("Anna")
    assert cognito.calls == 1


def test_a_name_that_the_pool_does_not_take_is_nobodys() -> None:
    assert not AgentPool(Answering(client_error("InvalidParameterException")), "pool").can_take_sessions("x")


@pytest.mark.parametrize(
    "outcome",
    [
        client_error("TooManyRequestsException"),
        client_error("InternalErrorException", 500),
        ConnectTimeoutError(endpoint_url="https://cognito-idp"),
        {},
    ],
    ids=str,
)
def test_a_pool_that_does_not_say_is_unavailable(outcome: Any) -> None:
    with pytest.raises(Unavailable):
        AgentPool(Answering(outcome), "pool").can_take_sessions("Anna")


def test_what_is_our_own_fault_stays_what_it_is() -> None:
    error = client_error("AccessDeniedException")
    with pytest.raises(type(error)) as raised:
        AgentPool(Answering(error), "pool").can_take_sessions("Anna")
    assert raised.value is error


SUB = "3f8a1c52-0f6f-4d0e-9f43-1d7f8a2b6c11"


def test_an_agents_sub_is_no_user_name_though_the_pool_knows_them_by_it() -> None:
    pool = AgentPool(FakeCognito({"Anna": ["api-multimedia"]}, Anna=SUB), "pool")
    assert not pool.can_take_sessions(SUB)
    assert pool.can_take_sessions("Anna")


def test_a_user_name_can_look_like_a_sub() -> None:
    assert AgentPool(FakeCognito({SUB: ["api-multimedia"]}), "pool").can_take_sessions(SUB)


def test_where_the_pool_does_not_say_whose_a_sub_is_it_is_nobodys() -> None:
    cognito = FakeCognito({SUB: ["api-multimedia"]})
    cognito.admin_get_user = lambda **_: {}  # type: ignore[method-assign]
    assert not AgentPool(cognito, "pool").can_take_sessions(SUB)
