"""DynamoDB's request units, by the sizes of items. Source: the Developer Guide, "DynamoDB item sizes and formats", and
"Capacity unit consumption for read and write operations".
"""

import base64
import math
from collections.abc import Mapping
from typing import Any, Final

Item = Mapping[str, Mapping[str, Any]]

_WRITTEN: Final = 1_024
_READ: Final = 4_096


def item_bytes(item: Item | None) -> int:
    """Of an item in DynamoDB's JSON; 0 for none."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in (item or {}).items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _number_bytes(content)
        case "B":
            return len(content if isinstance(content, bytes) else base64.b64decode(content))
        case "M":
            return 3 + item_bytes(content) + len(content)
        case "L":
            return 3 + sum(map(_value_bytes, content)) + len(content)
        case "SS" | "NS" | "BS":
            return sum(_value_bytes({kind[0]: one}) for one in content)
    return 1  # BOOL and NULL


def _number_bytes(digits: str) -> int:
    """About one for two digits, and one more."""
    return math.ceil(len(digits.lstrip("-").replace(".", "").strip("0")) / 2) + 1


def written(before: Item | None, after: Item | None) -> int:
    """Units of a write, by the larger of both; one where it was refused and there is no item."""
    return max(1, math.ceil(max(item_bytes(before), item_bytes(after)) / _WRITTEN))


def indexed(before: Item | None, after: Item | None, key: str) -> int:
    """Units of an index of keys alone, whose hash key is this: one to take an entry away, and one to put one."""
    old, new = ((one or {}).get(key) for one in (before, after))
    return 0 if old == new else (old is not None) + (new is not None)


def read(size: int, *, consistent: bool) -> float:
    """Units of what is read in one: an item, or all that a query finds."""
    return max(1, math.ceil(size / _READ)) * (1 if consistent else 0.5)
