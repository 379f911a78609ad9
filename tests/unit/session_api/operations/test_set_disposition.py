"""SetDisposition puts the disposition into the session's user data."""

import pytest

from facebook_session.callers import Caller, Role
from facebook_session.changes import Change
from facebook_session.errors import MissingParameter
from facebook_session.policy import NO_POLICY
from session_api.operations import requested
from session_api.operations.set_disposition import SetDisposition
from session_api.rules import Rules

RULES = Rules("Business Result", lambda: NO_POLICY)


def change(**parameters: str) -> Change:
    return requested({"operationName": "SetDisposition"} | parameters).change(Caller("agent1"), RULES)


def test_the_disposition_goes_under_the_key_that_the_request_names() -> None:
    assert change(disposition="IssueResolved", dispositionKey="Code").user_data == {"Code": "IssueResolved"}


def test_without_a_key_it_goes_under_the_one_that_is_configured() -> None:
    assert change(disposition="IssueResolved").user_data == {"Business Result": "IssueResolved"}


def test_a_disposition_can_be_set_while_the_agent_chats_and_after() -> None:
    assert SetDisposition.moves[Role.AGENT].leads == {"Chatting": None, "LeftChat": None}


@pytest.mark.parametrize("disposition", ["x", " x ", "\0", "x" * 4_096, "👋" * 4_096, "userData.#k0 = :v0"])
def test_a_disposition_is_any_text_of_up_to_4_096_characters(disposition: str) -> None:
    assert [*change(disposition=disposition).user_data.values()] == [disposition]


@pytest.mark.parametrize("disposition", ["", " ", " \t\r\n", "\u00a0\u2003\u3000"])
def test_a_disposition_that_is_blank_is_missing(disposition: str) -> None:
    with pytest.raises(MissingParameter, match=r"^The parameter disposition must not be"):
        change(disposition=disposition)


@pytest.mark.parametrize("key", ["a", " ", ".", "A-Z_a.z 9", "x" * 128])
def test_a_key_is_1_to_128_characters_of_the_alphabet(key: str) -> None:
    assert [*change(disposition="x", dispositionKey=key).user_data] == [key]
