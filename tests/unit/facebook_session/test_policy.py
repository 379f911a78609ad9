"""Which codes can be set under a policy, and in which queues."""

import unicodedata
from typing import Any

import pytest

from facebook_session.policy import NO_POLICY, Policy, normal

CODES: list[dict[str, Any]] = [
    {"name": "a", "displayName": "A"},
    {
        "name": "folder",
        "displayName": "Folder",
        "children": [
            {"name": "b", "displayName": "B"},
            {"name": "inner", "displayName": "Inner", "children": [{"name": "c", "displayName": "C"}]},
            {"name": "old", "displayName": "Old", "retired": True},
        ],
    },
]


def of(**members: Any) -> Policy:
    return Policy.of(1, {"codes": CODES, **members})


def test_the_leaves_of_the_tree_can_be_set_but_for_what_is_retired() -> None:
    assert of().codes == {"a": [], "b": [], "c": []}


def test_what_is_in_a_retired_folder_is_retired() -> None:
    codes = [CODES[0], CODES[1] | {"retired": True}]
    assert Policy.of(1, {"codes": codes}).codes == {"a": []}


def test_a_folder_can_be_empty() -> None:
    assert Policy.of(1, {"codes": [{"name": "f", "displayName": "F", "children": []}]}).codes == {}


@pytest.mark.parametrize(
    ("listed", "has"),
    [
        (["a"], "a"),
        (["folder"], "bc"),
        (["inner"], "c"),
        (["a", "inner"], "ac"),
        (["folder", "b"], "bc"),
        (["old"], ""),
        ([], ""),
    ],
    ids=str,
)
def test_a_queue_has_what_is_listed_and_what_is_in_listed_folders(listed: list[str], has: str) -> None:
    codes = of(queues={"q": listed}).codes
    assert {name for name, lacking in codes.items() if "q" not in lacking} == {*has}


def test_queues_lack_codes_each_by_itself() -> None:
    assert of(queues={"q": ["a"], "r": ["b"]}).codes == {"a": ["r"], "b": ["q"], "c": ["q", "r"]}


def test_names_are_compared_after_nfc() -> None:
    spelt, other = "Gr\u00f6\u00dfe", unicodedata.normalize("NFD", "Gr\u00f6\u00dfe")
    assert normal(other) == spelt != other
    document = {"codes": [{"name": other, "displayName": "x"}], "queues": {"q": [spelt]}, "default": other}
    policy = Policy.of(1, document)
    assert (policy.codes, policy.default) == ({spelt: []}, spelt)


def test_queues_are_compared_after_nfc() -> None:
    assert of(queues={"Gro\u0308\u00dfe": ["a"]}).codes["b"] == ["Gr\u00f6\u00dfe"]


def test_compatible_characters_are_other_names() -> None:
    assert normal("\ufb01") != normal("fi")


def test_what_is_not_said_is_not_demanded() -> None:
    for policy in (of(), NO_POLICY):
        assert (policy.enforce, policy.mandatory, policy.default, policy.late_hours) == (False, False, None, 0)
    assert NO_POLICY.version == 0


def test_what_is_said_is_demanded() -> None:
    policy = of(enforce=True, mandatory=True, default="a", lateHours=7)
    assert (policy.enforce, policy.mandatory, policy.default, policy.late_hours) == (True, True, "a", 7)
