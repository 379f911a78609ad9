"""User data takes what the field's desktops and routing write, within the contract's limits."""

import re
from decimal import Decimal
from typing import Any

import pytest

from facebook_session import user_data
from facebook_session.errors import ValueOutOfRange
from facebook_session.session import MAX_TEXT_LENGTH

CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]


def nested(depth: int) -> Any:
    """A value with so many objects and arrays around it."""
    value: Any = "x"
    for level in range(depth):
        value = [value] if level % 2 else {"k": value}
    return value


@pytest.mark.parametrize("code", [*range(0x180), 0x2028, 0xD7FF, 0xE000, 0xFFFE, 0xFFFF, 0x1F600, 0x10FFFF])
def test_a_key_is_any_text_but_control_characters(code: int) -> None:
    allowed = code not in CONTROLS
    for key in (chr(code), f"a{chr(code)}b", f"a{chr(code)}"):
        assert (re.fullmatch(user_data.KEY, key) is not None) == allowed


@pytest.mark.parametrize(
    "key",
    [
        "PegAG?:Customer_Service > 1",
        "RTargetRequested",
        "DispositionCode.Label",
        "WWE_PARTY_1002",
        "Kundennummer für Größe",
        "é" * 128,
        "😀" * 128,
        " ",
        "#k0",
    ],
)
def test_keys_of_the_field_are_taken(key: str) -> None:
    assert re.fullmatch(user_data.KEY, key)
    assert user_data.checked({key: 1}) == {key: 1}


@pytest.mark.parametrize("key", ["", "x" * 129, "a\n", "\0", "\x85"])
def test_other_keys_are_refused_wherever_they_are(key: str) -> None:
    assert not re.fullmatch(user_data.KEY, key)
    for value in ({key: 1}, [{key: 1}], {"a": {key: 1}}):
        with pytest.raises(ValueOutOfRange, match=r"^A key in the parameter userData must be 1 to 128 characters"):
            user_data.checked(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x" * MAX_TEXT_LENGTH,
        "\x00\u202e\uffff",
        None,
        True,
        -(10**37),
        Decimal("0.1"),
        {},
        [],
        {"username": "a", "path": "/users/1", "roles": ["x", {"y": None}]},
        nested(user_data.MAX_DEPTH),
    ],
    ids=lambda value: str(value)[:20],
)
def test_values_are_taken_as_they_are(value: Any) -> None:
    assert user_data.checked(value) is value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("x" * (MAX_TEXT_LENGTH + 1), "longer than 4096 characters"),
        (10**38 + 1, "more than 38 digits"),
        (Decimal("1E+126"), "too large or small"),
        (nested(user_data.MAX_DEPTH + 1), "more than 8 levels deep"),
    ],
    ids=["long", "digits", "large", "deep"],
)
def test_what_is_too_much_is_too_much_inside_too(value: Any, message: str) -> None:
    for one in (value, [value], {"a": value}):
        with pytest.raises(ValueOutOfRange, match=message):
            user_data.checked(one)


def test_the_limits_are_the_contracts() -> None:
    assert (user_data.MAX_KEYS, user_data.MAX_REQUEST_KEYS, user_data.MAX_BYTES) == (200, 50, 128 * 1024)
    assert (user_data.MAX_DEPTH, MAX_TEXT_LENGTH) == (8, 4_096)


def test_size_is_that_of_the_json_and_adds_up() -> None:
    one, other = {"é": "\x01"}, {"b": [1, {"c": Decimal("0.1")}], "d": None}
    assert user_data.size(one) == len('"é":"\\u0001",'.encode())
    assert user_data.size(one) + user_data.size(other) == user_data.size(one | other)
    assert user_data.size({}) == 0


@pytest.mark.parametrize(
    ("number", "digits"), [(Decimal("1E+125"), 126), (Decimal("1.50000"), 3), (Decimal("0E+99"), 1)]
)
def test_a_number_counts_as_it_comes_back(number: Decimal, digits: int) -> None:
    assert user_data.size({"a": [number]}) == len('"a":[],') + digits
