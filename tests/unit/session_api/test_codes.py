"""The codes as desktops read them: flat, and by their folders."""

import json
from typing import Any

from facebook_session.policy import NO_POLICY, Policy
from session_api import codes

URL = "https://example.com/api/v2"
POLICY = Policy.of(
    3,
    {
        "codes": [
            {"name": "DC_Resolved", "displayName": "Resolved"},
            {"name": "DC_Old", "displayName": "Old", "retired": True},
            {
                "name": "Re/turns \u00e4",
                "displayName": "Returned goods",
                "children": [
                    {"name": "DC_Refund", "displayName": "Refund"},
                    {"name": "DC_Swap", "displayName": "Swap", "retired": True},
                    {"name": "Late", "displayName": "Too late", "children": [{"name": "DC_Late", "displayName": "L"}]},
                ],
            },
            {
                "name": "Gone",
                "displayName": "Gone",
                "retired": True,
                "children": [{"name": "DC_Gone", "displayName": "Gone"}],
            },
        ]
    },
)


def shown(body: str) -> Any:
    return json.loads(body)


def test_the_flat_list_has_each_code_that_can_be_set_and_no_other() -> None:
    answer = shown(codes.settings(POLICY))
    assert (answer["statusCode"], answer["key"]) == (0, "name")
    assert answer["settings"] == [
        {"name": "DC_Resolved", "displayName": "Resolved"},
        {"name": "DC_Refund", "displayName": "Refund"},
        {"name": "DC_Late", "displayName": "L"},
    ]
    assert [one["name"] for one in answer["settings"]] == [*POLICY.codes]


def test_the_groups_are_the_root_and_the_folders_each_with_its_own_codes() -> None:
    top, returns, late = shown(codes.groups(POLICY, URL))["groups"]
    assert top == {
        "id": "dispositions:",
        "name": "Dispositions",
        "type": "dispositions",
        "contains": ["dispositions"],
        "defaultGroup": True,
        "dispositions": [{"name": "DC_Resolved", "displayName": "Resolved"}],
        "uri": f"{URL}/groups/dispositions:",
        "path": "/groups/dispositions:",
    }
    assert (returns["name"], returns["id"], returns["defaultGroup"]) == ("Returned goods", "Re%2Fturns%20%C3%A4", False)
    assert returns["uri"] == f"{URL}/groups/Re%2Fturns%20%C3%A4"
    assert returns["parentUri"] == top["uri"]
    assert [one["name"] for one in returns["dispositions"]] == ["DC_Refund"]
    assert (late["name"], late["parentUri"]) == ("Too late", returns["uri"])


def test_no_folder_has_the_id_of_the_root() -> None:
    folder = {"name": "dispositions:", "displayName": "x", "children": []}
    ids = [one["id"] for one in shown(codes.groups(Policy.of(1, {"codes": [folder]}), URL))["groups"]]
    assert len(ids) == len({*ids}) == 2


def test_without_a_policy_there_is_none_of_either() -> None:
    assert shown(codes.settings(NO_POLICY)) == {"statusCode": 0, "key": "name", "settings": []}
    assert shown(codes.groups(NO_POLICY, URL)) == {"statusCode": 0, "groups": []}
