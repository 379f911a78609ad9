"""DynamoDB's JSON becomes plain values, and what it can't read is an error."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facebook_session.attributes import attribute, holds, part, plain, same
from tests.unit.builders import image, session

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**37), 10**37) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ({"S": ""}, ""),
        ({"S": "Grüße 👋"}, "Grüße 👋"),
        ({"N": "34"}, 34),
        ({"N": "-1"}, -1),
        ({"N": "1.0"}, 1),
        ({"N": "1E+2"}, 100),
        ({"N": "99999999999999999999999999999999999999"}, 99999999999999999999999999999999999999),
        ({"N": "0.1"}, Decimal("0.1")),
        ({"N": "1.2345678901234567890123456789012345678"}, Decimal("1.2345678901234567890123456789012345678")),
        ({"BOOL": False}, False),
        ({"NULL": True}, None),
        ({"SS": ["b", "a"]}, {"a", "b"}),
        ({"L": []}, []),
        ({"L": [{"N": "1"}, {"M": {"a": {"NULL": True}}}]}, [1, {"a": None}]),
        ({"M": {}}, {}),
    ],
    ids=str,
)
def test_an_attribute_is_read_as_the_value_that_it_stands_for(attribute: dict[str, Any], value: object) -> None:
    read = plain({"name": attribute})["name"]
    assert (read, type(read)) == (value, type(value))


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_what_boto3_writes_is_read_back_as_it_was(values: dict[str, Any]) -> None:
    assert plain(image(values)) == values


def test_a_whole_session_is_read_back_as_it_was() -> None:
    assert plain(image(session())) == session()


def test_of_an_item_a_part_is_read_and_the_rest_may_be_anything() -> None:
    stored = {"id": {"S": "a"}, "number": {"N": "1"}, "other": {"BS": "AA=="}}
    assert part(stored, ("id", "number", "missing")) == {"id": "a", "number": 1}
    assert part(stored, iter(())) == {}
    with pytest.raises(KeyError):
        part(stored, ("other",))


def test_a_kind_that_no_session_holds_is_an_error() -> None:
    with pytest.raises(KeyError):
        plain({"name": {"BS": "AA=="}})


def test_an_attribute_of_two_kinds_is_an_error() -> None:
    with pytest.raises(ValueError, match="too many values"):
        plain({"name": {"S": "1", "N": "1"}})


@given(VALUES)
def test_a_value_comes_back_as_it_was_written(value: object) -> None:
    assert plain({"": attribute(value)}) == {"": value}


@pytest.mark.parametrize(
    "number", [0, 1, -1, 10**37, 9 * 10**125, Decimal("1E-130"), Decimal("0.10"), Decimal("0E+999")]
)
def test_dynamodb_holds_38_digits(number: int | Decimal) -> None:
    assert holds(number)


@pytest.mark.parametrize("number", [10**38 + 1, 10**126, Decimal("1E-131"), Decimal("0." + "1" * 39)])
def test_dynamodb_does_not_hold_what_is_longer_larger_or_smaller(number: int | Decimal) -> None:
    assert not holds(number)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (34, "34"),
        (-100, "-100"),
        (10**38 - 1, "9" * 38),
        (9 * 10**125, "9E+125"),
        (Decimal("0e-200"), "0"),
        (Decimal("0E+200"), "0"),
        (Decimal("-0.0e500"), "0"),
        (Decimal("19.95"), "19.95"),
        (Decimal("1E-130"), "1E-130"),
        (Decimal("-1.5" + "0" * 60_000), "-1.5"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_number_is_written_with_no_more_digits_than_it_has(number: int | Decimal, text: str) -> None:
    """DynamoDB refuses others, though it would hold the value."""
    assert holds(number)
    assert attribute(number) == {"N": text}


def test_a_number_with_more_digits_than_dynamodb_holds_is_not_cut_off() -> None:
    with pytest.raises(ArithmeticError):
        attribute(Decimal("1." + "1" * 38))


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ({"N": "100"}, {"N": "1E+2"}, True),
        ({"N": "1"}, {"N": "2"}, False),
        ({"N": "1"}, {"S": "1"}, False),
        ({"N": "1"}, {"BOOL": True}, False),
        ({"S": "a"}, {"S": "a"}, True),
        ({"NULL": True}, {"NULL": True}, True),
        (None, {"NULL": True}, False),
        ({"L": [{"N": "1"}, {"S": "a"}]}, {"L": [{"N": "1.0"}, {"S": "a"}]}, True),
        ({"L": [{"N": "1"}, {"S": "a"}]}, {"L": [{"S": "a"}, {"N": "1"}]}, False),
        ({"L": [{"N": "1"}]}, {"L": [{"N": "1"}, {"N": "1"}]}, False),
        ({"M": {"a": {"N": "1"}, "b": {"L": []}}}, {"M": {"b": {"L": []}, "a": {"N": "1E0"}}}, True),
        ({"M": {"a": {"N": "1"}}}, {"M": {"a": {"BOOL": True}}}, False),
        ({"M": {"a": {"N": "1"}}}, {"M": {"a": {"N": "1"}, "b": {"NULL": True}}}, False),
        ({"M": {}}, {"L": []}, False),
    ],
)
def test_values_are_the_same_as_dynamodb_has_it(one: Any, other: Any, verdict: bool) -> None:
    assert same(one, other) is verdict
