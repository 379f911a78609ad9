"""The user as its desktop reads it: in Genesys' shape, with what there is of its sessions."""

import json
from typing import Any

import pytest

from facebook_session.policy import NO_POLICY, Policy
from session_api import user
from session_api.operations import Transfer
from session_api.reads import Listed

URL = "https://chat.example.com/api/v2"
MANDATORY = Policy.of(1, {"codes": [], "mandatory": True})


def shown(name: str = "Anna", state: str = "Ended", policy: Policy = NO_POLICY) -> Any:
    return user.shown(name, state, user.workspace("Business Result", policy), URL)


def test_a_user_has_what_a_desktop_asks_of_it() -> None:
    assert json.loads(user.body(shown(), None)) == {
        "statusCode": 0,
        "user": {
            "id": "Anna",
            "userName": "Anna",
            "roles": ["ROLE_AGENT"],
            "features": ["api-multimedia"],
            "settings": {
                "interaction-workspace": {
                    "interaction.disposition.key-name": "Business Result",
                    "interaction.disposition.is-mandatory": False,
                    "interaction.disposition.value-business-attribute": "DispositionCode",
                }
            },
            "contactCenterSession": {"state": "Ended"},
            "uri": f"{URL}/users/Anna",
            "path": "/users/Anna",
        },
    }


def test_whether_a_disposition_is_mandatory_is_the_policys() -> None:
    workspace = shown(policy=MANDATORY)["settings"]["interaction-workspace"]
    assert workspace["interaction.disposition.is-mandatory"] is True


@pytest.mark.parametrize("name", ["Anna", "anna@example.com", "Zo\u00eb", "50%", "a?b#c"])
def test_a_session_can_be_transferred_to_the_path_and_to_the_address(name: str) -> None:
    one = shown(name)
    for parameters in ({"targetPath": one["path"]}, {"targetUri": one["uri"]}):
        assert Transfer.model_validate({"operationName": "Transfer"} | parameters)._target() == name


def test_the_sessions_are_the_users_and_the_link_is_the_answers() -> None:
    whole = json.loads(user.body(shown(), Listed(['{"id":"a"}', '{"id":"b"}'], f"{URL}/next")))
    assert whole == {
        "statusCode": 0,
        "user": {**shown(), "facebooksessions": [{"id": "a"}, {"id": "b"}]},
        "next": f"{URL}/next",
    }


def test_who_has_no_session_has_an_empty_list_and_no_link() -> None:
    assert json.loads(user.body(shown(), Listed([], None))) == {
        "statusCode": 0,
        "user": {**shown(), "facebooksessions": []},
    }
