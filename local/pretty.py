"""JSON to read: a line for each field, also of the session in a notification, and the rest on one line."""

import json
from typing import Any


def pretty(value: Any, depth: int = 2) -> str:
    """Objects and arrays open up to `depth` levels."""
    return _opened(value, depth, "")


def _opened(value: Any, depth: int, indent: str) -> str:
    if not depth or not value or not isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    inner = indent + "  "
    if isinstance(value, list):
        parts = [_opened(one, depth - 1, inner) for one in value]
        opening, closing = "[", "]"
    else:
        parts = [f"{json.dumps(name)}: {_opened(one, depth - 1, inner)}" for name, one in value.items()]
        opening, closing = "{", "}"
    return opening + "\n" + ",\n".join(inner + part for part in parts) + f"\n{indent}{closing}"
