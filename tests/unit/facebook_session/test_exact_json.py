"""JSON in which a number is what it was."""

from decimal import Decimal

import pytest

from facebook_session import exact_json


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.1"), "0.1"),
        (Decimal("3.0000000000000000000000000000001"), "3.0000000000000000000000000000001"),
        (10**37, "1" + "0" * 37),
        (True, "true"),
        (None, "null"),
        ({"a": [1, "ä"]}, '{"a":[1,"\\u00e4"]}'),
    ],
)
def test_a_value_is_written_exactly_and_in_ascii(value: object, text: str) -> None:
    assert exact_json.dumps(value) == text


def test_keys_can_be_put_in_order() -> None:
    assert exact_json.dumps({"b": 1, "a": 2}, sort_keys=True) == '{"a":2,"b":1}'


def test_text_can_stay_as_it_is_save_for_what_sqs_refuses() -> None:
    assert exact_json.unicode({"é": "語😀\n\x01\ufffe\uffff", "n": Decimal("0.10")}) == (
        '{"é":"語😀\\n\\u0001\\ufffe\\uffff","n":0.10}'
    )
