"""JSON whose numbers keep their value: the standard library would write a Decimal as a double or not at all."""

from typing import Any

import simplejson


def dumps(value: Any, *, sort_keys: bool = False) -> str:
    """Compact JSON in ASCII."""
    return simplejson.dumps(value, separators=(",", ":"), use_decimal=True, sort_keys=sort_keys)
