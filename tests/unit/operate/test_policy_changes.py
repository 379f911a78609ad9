"""What becomes of codes and rules where one policy follows another."""

from typing import Any

import pytest

from operate.open_sessions import Count
from operate.policy_changes import PolicyChanges, between
from operate.proposal import Proposal

NOTHING = PolicyChanges([], [], [], [], [], [])


def code(name: str, display_name: str = "", **more: Any) -> dict[str, Any]:
    return {"name": name, "displayName": display_name or name, **more}


def folder(name: str, *codes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return code(name, children=[*codes], **more)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ([code("a")], [code("a")], {}),
        ([], [code("a"), folder("f", code("b"))], {"new": ["a", "f/", "b"]}),
        ([code("a"), code("b")], [code("b")], {"removed": ["a"]}),
        ([code("a", "A")], [code("a", "B")], {"renamed": ["a (A → B)"]}),
        ([folder("f", code("a"))], [code("a"), folder("f")], {}),
        ([code("o\u0308")], [code("\u00f6")], {"renamed": ["\u00f6 (o\u0308 → \u00f6)"]}),
        ([code("a")], [code("a", retired=True)], {"retired": ["a"]}),
        ([code("a", retired=True)], [code("a")], {"restored": ["a"]}),
        ([folder("f", code("a"))], [folder("f", code("a"), retired=True)], {"retired": ["f/", "a"]}),
        ([], [code("a", retired=True)], {"retired": ["a"]}),
        ([code("a")], [folder("a", code("b"))], {"new": ["a/", "b"], "removed": ["a"]}),
    ],
)
def test_codes_are_told_apart_by_their_names(before: Any, after: Any, changes: dict[str, list[str]]) -> None:
    found = between({"codes": before}, {"codes": after})
    assert {name: getattr(found, name) for name in PolicyChanges.__slots__ if getattr(found, name)} == changes


def test_rules_and_queues_are_told_too() -> None:
    old = {"codes": [], "queues": {"q": ["a"], "r": ["a", "b"], "gone": []}, "default": "a", "lateHours": 0}
    new: dict[str, Any] = {
        "codes": [],
        "queues": {"q": ["b"], "r": ["b", "a"], "s": []},
        "default": None,
        "enforce": True,
    }
    changes = ["enforce (false → true)", 'default ("a" → null)', "queues (q, gone, s)"]
    assert between(old, new).rules == changes
    assert between(new, new).rules == []


def test_a_queue_is_the_same_in_another_spelling() -> None:
    old, new = ({"codes": [], "queues": {queue: ["a"]}} for queue in ("Gr\u00f6\u00dfe", "Gro\u0308\u00dfe"))
    assert between(old, new) == NOTHING


def test_what_is_left_out_is_as_it_is_by_default() -> None:
    rules = {"queues": {}, "enforce": False, "mandatory": False, "default": None, "lateHours": 0}
    assert between({}, {"codes": [], **rules}) == NOTHING


def test_long_lists_are_broken_between_names() -> None:
    names = [f"DC_Reason {number}" for number in range(20)]
    proposal = Proposal(3, {}, PolicyChanges(names, [], [], [], ["a"], []), Count(0, 1200))
    lines = [*proposal.whole()]
    assert lines[0] == "Version 3 is in force."
    assert lines[1].startswith("  new         20  DC_Reason 0, DC_Reason 1,")
    assert [line[18:] for line in lines[1:4]] == [
        ", ".join(names[start : start + 7]) + "," * (start < 14) for start in (0, 7, 14)
    ]
    assert lines[-2:] == ["  rules        0", "Open sessions: 0 of 1,200 have a disposition that would be refused."]


def test_a_name_is_no_command_to_a_terminal() -> None:
    proposal = Proposal(0, {}, PolicyChanges(["\x1b[2J\u202e"], [], [], [], [], []), Count(0, 0))
    assert [*proposal.whole()][:2] == ["No version is in force.", "  new          1  \\x1b[2J\\u202e"]
