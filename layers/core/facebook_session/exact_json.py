"""JSON whose numbers keep their value: the standard library would write a Decimal as a double or not at all."""

from typing import Any, Final

import simplejson

_COMPACT: Final[dict[str, Any]] = {"separators": (",", ":"), "use_decimal": True, "namedtuple_as_object": False}
"""To look for named tuples, of which there are none, would double the time."""

_ENCODERS: Final = {sort_keys: simplejson.JSONEncoder(**_COMPACT, sort_keys=sort_keys) for sort_keys in (False, True)}
_UNICODE: Final = simplejson.JSONEncoder(**_COMPACT, ensure_ascii=False)


def dumps(value: Any, *, sort_keys: bool = False) -> str:
    """Compact JSON in ASCII."""
    return _ENCODERS[sort_keys].encode(value)


def unicode(value: Any) -> str:
    """Compact JSON in Unicode, half as large for Chinese as in ASCII. U+FFFE and U+FFFF stay escaped: SQS refuses a
    message that has them.
    """
    return _UNICODE.encode(value).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
