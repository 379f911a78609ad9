"""DynamoDB's JSON becomes plain values, and what it can't read is an error."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facebook_session.attributes import plain
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


def test_a_kind_that_no_session_holds_is_an_error() -> None:
    with pytest.raises(KeyError):
        plain({"name": {"B": "AA=="}})


def test_an_attribute_of_two_kinds_is_an_error() -> None:
    with pytest.raises(ValueError, match="too many values"):
        plain({"name": {"S": "1", "N": "1"}})
