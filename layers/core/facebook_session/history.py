"""The history of a session's dispositions: every value that was set or removed, by whom and when.

A session's item has the entries in `dispositions`, oldest first, and in `dispositionNumbers` the `referenceId` of each:
a write doesn't know its number, but DynamoDB can count it on.
"""

import time
from collections.abc import Mapping
from typing import Any, Final

from facebook_session import user_data
from facebook_session.callers import Caller
from facebook_session.changes import Disposition
from facebook_session.errors import ValueOutOfRange
from facebook_session.expressions import APPEND_INDEX, Write
from facebook_session.messages import formatted

MAX_ENTRIES: Final = 100
MAX_BYTES: Final = 65_536  # as user data counts; 100 of the longest would not fit into an item
NO_HISTORY: Final[Mapping[str, Any]] = {"dispositions": [], "dispositionNumbers": []}

_SYSTEM: Final = "system"


def entry(caller: Caller, disposition: Disposition) -> dict[str, Any]:
    """As it is stored, without its number."""
    value = {} if disposition.is_removed else {"value": disposition.value}
    who = caller.name if caller.is_agent else _SYSTEM
    return {"key": disposition.key, **value, "userName": who, "timestamp": time.time_ns() // 1_000_000}


def begun(system: Caller, disposition: Disposition | None) -> dict[str, Any]:
    """The attributes of a new session's item, which may have a disposition already."""
    if disposition is None:
        return dict(NO_HISTORY)
    size = _size(disposition)
    return {"dispositions": [entry(system, disposition)], "dispositionNumbers": [1], "dispositionBytes": size}


def append(
    write: Write, caller: Caller, disposition: Disposition, first_number: int | None, *, has_limits: bool
) -> None:
    """`first_number` is the change's, where the item has no history yet, as those of earlier versions; otherwise it
    must have one, with room for one more, if it `has_limits`.
    """
    new, size = entry(caller, disposition), _size(disposition)
    total = f"if_not_exists(dispositionBytes, {write.value(0)}) + {write.value(size)}"
    write.do("SET", f"dispositionBytes = {total}")
    if first_number is not None:
        write.only_if("attribute_not_exists(dispositions)")
        write.do("SET", f"dispositions = {write.value([new])}")
        write.do("SET", f"dispositionNumbers = {write.value([first_number])}")
        return
    write.only_if("attribute_exists(dispositions)")
    if has_limits:
        write.only_if(f"size(dispositions) < {write.value(MAX_ENTRIES)}")
        write.only_if(f"NOT dispositionBytes > {write.value(MAX_BYTES - size)}")
    write.do("SET", f"dispositions[{APPEND_INDEX}] = {write.value(new)}")
    write.do("SET", f"dispositionNumbers[{APPEND_INDEX}] = referenceId + {write.value(1)}")


def last_place(image: Mapping[str, Any]) -> int | None:
    """The last entry's, where the history is full."""
    count = len(image["dispositions"]["L"])
    return count - 1 if count >= MAX_ENTRIES else None


def drop(write: Write, disposition: Disposition, place: int) -> None:
    """Takes the last entry out, which is of this disposition and at this place."""
    write.do("REMOVE", f"dispositions[{place}]")
    write.do("REMOVE", f"dispositionNumbers[{place}]")
    write.do("SET", f"dispositionBytes = dispositionBytes - {write.value(_size(disposition))}")


def unchanged(write: Write, disposition: Disposition) -> str:
    """The condition that the session has it already."""
    place = f"userData.{write.name(disposition.key)}"
    if disposition.is_removed:
        return f"attribute_not_exists({place})"
    return f"{place} = {write.value(disposition.value)}"


def demand_room(item: Mapping[str, Any], disposition: Disposition) -> None:
    """Raises ValueOutOfRange where the session, as plain values, has no room for one more."""
    is_full = len(item.get("dispositions", ())) >= MAX_ENTRIES
    if is_full or item.get("dispositionBytes", 0) > MAX_BYTES - _size(disposition):
        raise ValueOutOfRange(f"The session has had {MAX_ENTRIES} dispositions, or {MAX_BYTES} bytes of them.")


def _size(disposition: Disposition) -> int:
    """Texts alone count at once; what else user data can hold, a disposition is without a policy at most."""
    if isinstance(disposition.value, str):
        return len(disposition.key.encode()) + len(disposition.value.encode())
    return user_data.size({disposition.key: disposition.value})


def shown(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The history as clients see it, oldest first; `item` as plain values."""
    stored = zip(item.get("dispositions", ()), item.get("dispositionNumbers", ()), strict=True)
    return [_shown(one, number) for one, number in stored]


def _shown(one: Mapping[str, Any], number: int) -> dict[str, Any]:
    """`timestampSeconds` holds milliseconds, as in messages."""
    return {
        "dispositionKey": one["key"],
        "disposition": one.get("value"),
        "userName": one["userName"],
        "timestamp": formatted(one["timestamp"]),
        "timestampSeconds": one["timestamp"],
        "referenceId": number,
    }
