"""DynamoDB's attribute values, to and from plain Python values.

boto3 has a converter too, but importing boto3 beside botocore costs a tenth of a cold start.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Context, Decimal, Inexact
from typing import Any, Final

AttributeValue = dict[str, Any]

MAX_DIGITS: Final = 38
_EXPONENTS: Final = range(-130, 126)
_LONG: Final = 10**MAX_DIGITS
_EXACT: Final = Context(prec=MAX_DIGITS, traps=[Inexact])


def plain(image: Mapping[str, Any]) -> dict[str, Any]:
    """An item in DynamoDB's JSON as plain values: whole numbers as int, others as Decimal, string sets as set."""
    return {name: _value(value) for name, value in image.items()}


def part(image: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """As `plain`, but these attributes alone: whatever else the item has is nobody's business there."""
    return plain({name: image[name] for name in names if name in image})


def attribute(value: Any) -> AttributeValue:
    """A plain value, as `plain` gives it, in DynamoDB's JSON. A float would lose what makes numbers exact."""
    return _WRITERS[type(value)](value)


def holds(number: int | Decimal) -> bool:
    """Whether DynamoDB keeps a number as it is: at most 38 digits, of a size from 1E-130 to below 1E126."""
    exact = Decimal(number)
    if not exact:
        return True
    digits = "".join(map(str, exact.as_tuple().digits)).strip("0")
    return len(digits) <= MAX_DIGITS and exact.adjusted() in _EXPONENTS


def same(one: Mapping[str, Any] | None, other: Mapping[str, Any]) -> bool:
    """Whether two attribute values are equal to DynamoDB, which compares numbers by value and never across types."""
    if one is None or one.keys() != other.keys():
        return False
    ((kind, content),) = one.items()
    return _EQUALITIES[kind](content, other[kind]) if kind in _EQUALITIES else bool(content == other[kind])


def _same_numbers(one: str, other: str) -> bool:
    return Decimal(one) == Decimal(other)


def _same_lists(one: Sequence[AttributeValue], other: Sequence[AttributeValue]) -> bool:
    return len(one) == len(other) and all(map(same, one, other))


def _same_maps(one: Mapping[str, AttributeValue], other: Mapping[str, AttributeValue]) -> bool:
    return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)


_EQUALITIES: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "N": _same_numbers,
    "L": _same_lists,
    "M": _same_maps,
}


def _value(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    return _READERS[kind](content)


def _number(text: str) -> int | Decimal:
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def _shortest(number: int | Decimal) -> str:
    """In as few digits as there are: DynamoDB refuses a zero with a large exponent, and zeros by the hundred."""
    return str(_EXACT.normalize(Decimal(number))) if number else "0"


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "S": str,
    "N": _number,
    "BOOL": bool,
    "NULL": lambda _: None,
    "SS": set,
    "B": lambda content: content,
    "L": lambda values: [_value(value) for value in values],
    "M": plain,
}

_WRITERS: Final[Mapping[type, Callable[[Any], AttributeValue]]] = {
    str: lambda text: {"S": text},
    int: lambda number: {"N": str(number) if abs(number) < _LONG else _shortest(number)},
    Decimal: lambda number: {"N": _shortest(number)},
    bool: lambda value: {"BOOL": value},
    type(None): lambda _: {"NULL": True},
    bytes: lambda content: {"B": content},
    set: lambda texts: {"SS": sorted(texts)},
    list: lambda values: {"L": [attribute(value) for value in values]},
    dict: lambda values: {"M": {name: attribute(value) for name, value in values.items()}},
}
