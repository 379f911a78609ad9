"""JSON whose numbers keep their value: the standard library would write a Decimal as a double or not at all."""

from typing import Any, Final

import simplejson

_COMPACT: Final = {
    sort_keys: simplejson.JSONEncoder(
        separators=(",", ":"), use_decimal=True, sort_keys=sort_keys, namedtuple_as_object=False
    )
    for sort_keys in (False, True)
}
"""Encoders, by `sort_keys`. To look for named tuples, of which there are none, would double the time."""


def dumps(value: Any, *, sort_keys: bool = False) -> str:
    """Compact JSON in ASCII."""
    return _COMPACT[sort_keys].encode(value)
