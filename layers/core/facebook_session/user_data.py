"""User data: which keys and values it takes, how many, and how much."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from facebook_session import exact_json
from facebook_session.attributes import MAX_DIGITS, attribute, holds, plain
from facebook_session.errors import ValueOutOfRange
from facebook_session.session import MAX_NAME_LENGTH, MAX_TEXT_LENGTH

MAX_KEYS: Final = 200
MAX_REQUEST_KEYS: Final = 50
MAX_BYTES: Final = 131_072
MAX_DEPTH: Final = 8
KEY: Final = rf"^[^\x00-\x1f\x7f-\x9f]{{1,{MAX_NAME_LENGTH}}}$"
"""Any text, as the field's desktops and routing write them: `PegAG?:Customer_Service > 1`. No control character."""

KEYS_ARE: Final = f"must be 1 to {MAX_NAME_LENGTH} characters, none of them a control character"

_KEY: Final = re.compile(KEY)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a session's user data may hold: `keys`, and `bytes` as `size` counts them."""

    keys: int
    bytes: int


USUAL_LIMITS: Final = Limits(MAX_KEYS, MAX_BYTES)
DISPOSITION_LIMITS: Final = Limits(MAX_KEYS + 1, MAX_BYTES + 32_768)
"""Where the user data is full there is room for a disposition, the largest of which has 25 KB."""


def size(user_data: Mapping[str, Any]) -> int:
    """In bytes: keys and values as notifications have them, in JSON and UTF-8, with a comma behind each value.

    Numbers count as they come back from DynamoDB, which has no exponents and no zeros at the end.
    """
    return len(exact_json.unicode(plain(attribute(user_data)["M"])).encode()) - 1 if user_data else 0


def checked(value: Any, depth: int = 0) -> Any:
    """The value, if user data takes it: a string, number, boolean or None, or a list or dict of such, keys included.

    Raises ValueOutOfRange, which doesn't tell the value.
    """
    if depth > MAX_DEPTH:
        raise ValueOutOfRange(f"A value in the parameter userData is nested more than {MAX_DEPTH} levels deep.")
    if isinstance(value, str) and len(value) > MAX_TEXT_LENGTH:
        raise ValueOutOfRange(f"A value in the parameter userData is longer than {MAX_TEXT_LENGTH} characters.")
    if isinstance(value, int | Decimal) and not holds(value):
        raise ValueOutOfRange(
            f"A number in the parameter userData has more than {MAX_DIGITS} digits, or is too large or small."
        )
    for inner in _inside(value):
        checked(inner, depth + 1)
    return value


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        if not all(map(_KEY.fullmatch, value)):
            raise ValueOutOfRange(f"A key in the parameter userData {KEYS_ARE}.")
        return value.values()
    return value if isinstance(value, list) else ()
