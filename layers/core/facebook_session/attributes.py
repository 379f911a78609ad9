"""DynamoDB's attribute values as plain Python values.

boto3 has a reader too, but importing boto3 beside botocore costs a tenth of a cold start.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final


def plain(image: Mapping[str, Any]) -> dict[str, Any]:
    """An item in DynamoDB's JSON as plain values: whole numbers as int, others as Decimal, string sets as set."""
    return {name: _value(value) for name, value in image.items()}


def _value(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    return _READERS[kind](content)


def _number(text: str) -> int | Decimal:
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "S": str,
    "N": _number,
    "BOOL": bool,
    "NULL": lambda _: None,
    "SS": set,
    "L": lambda values: [_value(value) for value in values],
    "M": plain,
}
