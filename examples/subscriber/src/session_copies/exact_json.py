"""JSON whose numbers keep their value, and as the table takes them: a session's have at most 38 digits."""

import json
from decimal import Context
from typing import Any

_number = Context(prec=38).create_decimal


def loads(text: str | bytes) -> Any:
    """boto3 takes no float, and of `1E40`, which is written with 41 digits, only the Decimal."""
    return json.loads(text, parse_int=_number, parse_float=_number)
