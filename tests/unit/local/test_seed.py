"""What the seed says again, since it runs without the functions' packages."""

from types import SimpleNamespace
from typing import Any

import pytest

from facebook_session.attributes import plain
from facebook_session.history import NO_HISTORY
from facebook_session.idempotency import NO_RECORDS
from local import seed
from local.problem import Problem
from rest_api.requests import FEATURE


def test_the_seeded_session_is_one_that_nothing_has_changed_yet() -> None:
    item = plain(seed.item("session-1", "agent1"))
    for attributes in (NO_RECORDS, NO_HISTORY):
        assert {name: item[name] for name in attributes} == attributes


def test_a_seeded_agent_has_the_feature_that_the_api_asks_for() -> None:
    assert seed.FEATURE == FEATURE


@pytest.mark.parametrize("challenge", ["MFA_SETUP", "SOFTWARE_TOKEN_MFA"])
def test_a_pool_that_wants_a_second_factor_is_told(challenge: str) -> None:
    """As Cognito answers where `Mfa` is ON; the embedded AWS lets in who has no authenticator app yet."""

    def called(**_: Any) -> dict[str, str]:
        return {"ChallengeName": challenge, "Session": "s"}

    calls = ("admin_create_user", "admin_add_user_to_group", "admin_set_user_password", "admin_initiate_auth")
    cognito = SimpleNamespace(
        **dict.fromkeys(calls, called), exceptions=SimpleNamespace(UsernameExistsException=OSError)
    )
    with pytest.raises(Problem) as told:
        seed.log_in(lambda _: cognito, {"AgentPoolId": "pool", "AgentPoolClientId": "client"}, "Anna")
    assert challenge in str(told.value)
    assert "Mfa=OFF" in str(told.value)
