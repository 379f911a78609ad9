"""What a policy can't be, and where it says so."""

from typing import Any

import pytest

from facebook_session.errors import InvalidParameter, MissingParameter, SessionError, ValueOutOfRange
from facebook_session.policy_document import MAX_DEPTH, MAX_LATE_HOURS, MAX_QUEUES, Place, PolicyFault, demand_valid

A: dict[str, Any] = {"name": "a", "displayName": "A"}
OLD: dict[str, Any] = {"name": "old", "displayName": "Old", "retired": True}
FOLDER: dict[str, Any] = {"name": "f", "displayName": "F", "children": [{"name": "b", "displayName": "B"}, OLD]}
CODES = [A, FOLDER]


def fault(document: Any) -> tuple[Place, str]:
    with pytest.raises(PolicyFault) as raised:
        demand_valid(document)
    return raised.value.place, raised.value.reason


def nested(depth: int) -> list[dict[str, Any]]:
    codes: list[dict[str, Any]] = [{"name": "deepest", "displayName": "x"}]
    for level in range(depth - 1):
        codes = [{"name": f"level {level}", "displayName": "x", "children": codes}]
    return codes


@pytest.mark.parametrize(
    "document",
    [
        {"codes": []},
        {"codes": CODES},
        {"codes": CODES, "queues": {"q": ["f", "a"], "r": []}, "enforce": True, "mandatory": False},
        {"codes": CODES, "default": None, "lateHours": 0},
        {"codes": CODES, "queues": {"q": ["f"]}, "default": "b", "lateHours": MAX_LATE_HOURS},
        {"codes": [A | {"children": None, "retired": False}]},
        {"codes": [{"name": "n" * 128, "displayName": "d" * 128}]},
        {"codes": [], "queues": {f"{number}": [] for number in range(MAX_QUEUES)}},
        {"codes": nested(MAX_DEPTH)},
    ],
    ids=lambda document: str(document)[:60],
)
def test_a_policy_is_taken(document: Any) -> None:
    demand_valid(document)


@pytest.mark.parametrize(
    ("document", "place", "reason"),
    [
        ({}, ("codes",), "is missing"),
        ({"codes": ["a"]}, ("codes", 0), "must be an object"),
        ({"codes": [A | {"name": 1}]}, ("codes", 0, "name"), "must be text"),
        ({"codes": [], "lateHours": -1}, ("lateHours",), "must be from 0 to 8760"),
        ({"codes": None}, ("codes",), "must be an array"),
        ({"codes": [A, {"name": "x"}]}, ("codes", 1, "displayName"), "is missing"),
        ({"codes": [{"displayName": "x"}]}, ("codes", 0, "name"), "is missing"),
        ({"codes": [A | {"name": ""}]}, ("codes", 0, "name"), "must not be empty"),
        (
            {"codes": [A | {"name": " \t"}]},
            ("codes", 0, "name"),
            "must not be blank",
        ),
        (
            {"codes": [A | {"displayName": "d" * 129}]},
            ("codes", 0, "displayName"),
            "is longer than 128 characters",
        ),
        ({"codes": [A | {"retired": "yes"}]}, ("codes", 0, "retired"), "must be true or false"),
        ({"codes": [A | {"children": [{"name": "x"}]}]}, ("codes", 0, "children", 0, "displayName"), "is missing"),
        ({"codes": [A | {"colour": "red"}]}, ("codes", 0, "colour"), "is no member of a policy"),
        ({"codes": [], "Enforce": True}, ("Enforce",), "is no member of a policy"),
        ({"codes": [], "display_name": "x"}, ("display_name",), "is no member of a policy"),
        ({"codes": [], "enforce": 1}, ("enforce",), "must be true or false"),
        ({"codes": [], "mandatory": None}, ("mandatory",), "must be true or false"),
        ({"codes": [], "queues": []}, ("queues",), "must be an object"),
        ({"codes": [A], "queues": {"q": "a"}}, ("queues", "q"), "must be an array"),
        ({"codes": [A], "queues": {"q": [1]}}, ("queues", "q", 0), "must be text"),
        (
            {"codes": [], "queues": {f"{number}": [] for number in range(MAX_QUEUES + 1)}},
            ("queues",),
            "must have at most 100 entries",
        ),
        (
            {"codes": [], "lateHours": MAX_LATE_HOURS + 1},
            ("lateHours",),
            "must be from 0 to 8760",
        ),
        ({"codes": [], "lateHours": 1.5}, ("lateHours",), "must be a whole number"),
        ({"codes": [], "lateHours": True}, ("lateHours",), "must be a whole number"),
        ({"codes": [A, A]}, ("codes", 1, "name"), "is the name of another code"),
        ({"codes": [*CODES, A | {"name": "b"}]}, ("codes", 2, "name"), "is the name of another code"),
        ({"codes": [*CODES, A | {"name": "old"}]}, ("codes", 2, "name"), "is the name of another code"),
        ({"codes": [A, FOLDER | {"name": "a"}]}, ("codes", 1, "name"), "is the name of another code"),
        (
            {"codes": [A | {"name": "\u00e9"}, A | {"name": "e\u0301"}]},
            ("codes", 1, "name"),
            "is the name of another code",
        ),
        (
            {"codes": nested(MAX_DEPTH + 1)},
            ("codes", *((0, "children") * MAX_DEPTH), 0),
            "is nested more than 8 levels deep",
        ),
        ({"codes": CODES, "queues": {"q": ["a", "A"]}}, ("queues", "q", 1), "is the name of no code"),
        ({"codes": CODES, "default": "x"}, ("default",), "is the name of no code that can be set"),
        ({"codes": CODES, "default": "f"}, ("default",), "is the name of no code that can be set"),
        ({"codes": CODES, "default": "old"}, ("default",), "is the name of no code that can be set"),
        ({"codes": CODES, "default": "A"}, ("default",), "is the name of no code that can be set"),
        ({"codes": CODES, "default": ""}, ("default",), "is the name of no code that can be set"),
        ({"codes": CODES, "queues": {"q": ["f"]}, "default": "a"}, ("default",), "is no code of each queue"),
    ],
    ids=lambda one: str(one)[:50],
)
def test_a_fault_is_told_with_its_place(document: Any, place: Place, reason: str) -> None:
    found, told = fault(document)
    assert found == place
    assert told == reason


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({}, MissingParameter),
        ({"codes": [{"displayName": "x"}]}, MissingParameter),
        ({"codes": [A | {"name": ""}]}, MissingParameter),
        ({"codes": [A | {"name": " "}]}, MissingParameter),
        ({"codes": [A | {"name": "n" * 129}]}, ValueOutOfRange),
        ({"codes": [], "queues": {f"{number}": [] for number in range(MAX_QUEUES + 1)}}, ValueOutOfRange),
        ({"codes": [], "lateHours": -1}, ValueOutOfRange),
        ({"codes": [], "lateHours": MAX_LATE_HOURS + 1}, ValueOutOfRange),
        ({"codes": nested(MAX_DEPTH + 1)}, ValueOutOfRange),
        ({"codes": nested(300)}, ValueOutOfRange),
        ({"codes": [], "lateHours": 1.5}, InvalidParameter),
        ({"codes": None}, InvalidParameter),
        ({"codes": [], "Enforce": True}, InvalidParameter),
        ({"codes": [A, A]}, InvalidParameter),
        ({"codes": CODES, "default": "x"}, InvalidParameter),
    ],
    ids=lambda one: str(one)[:50],
)
def test_a_fault_is_of_the_kind_that_parameters_have(document: Any, error: type[SessionError]) -> None:
    with pytest.raises(PolicyFault) as raised:
        demand_valid(document)
    assert raised.value.error is error


def test_a_default_is_compared_after_nfc() -> None:
    demand_valid({"codes": [A | {"name": "\u00e9"}], "queues": {"q": ["e\u0301"]}, "default": "e\u0301"})


def test_queues_are_compared_after_nfc() -> None:
    spelt, other = "Gr\u00f6\u00dfe", "Gro\u0308\u00dfe"
    queues = {"queues": {spelt: ["a"], other: ["a"]}}
    assert fault({"codes": [A], **queues}) == (("queues", other), "is the name of another queue")
    rules = {"enforce": True, "mandatory": True}
    told = "has no code that can be set, and one is mandatory"
    assert fault({"codes": [A], "queues": {other: []}, **rules}) == (("queues", other), told)


@pytest.mark.parametrize("depth", [300, 100_000])
def test_a_tree_without_a_bottom_is_refused(depth: int) -> None:
    assert fault({"codes": nested(depth)}) == (("codes",), "is nested more than 8 levels deep")
