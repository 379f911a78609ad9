"""The part of a write that is about dispositions: what the policy demands of the session, and its history."""

from typing import Final

from facebook_session import history, user_data
from facebook_session.assumptions import Assumptions
from facebook_session.callers import Caller, Role
from facebook_session.changes import Change, Closing, Disposition
from facebook_session.expressions import Write
from facebook_session.write_data import add_size

_NOBODY: Final = Caller("", Role.SYSTEM)
"""Who sets a default: whoever ends the session hasn't chosen it."""


def close(write: Write, closing: Closing, assumed: Assumptions) -> None:
    """What has a disposition keeps it. What has none gets the default, if it may end without one."""
    place = f"userData.{write.name(closing.key)}"
    has_one = f"(attribute_type({place}, {write.value('S')}) AND size({place}) > {write.value(0)})"
    if closing.mandatory or assumed.has_disposition:
        write.only_if(has_one)
        return
    write.only_if(f"NOT {has_one}")
    if closing.default is not None:
        write.do("SET", f"{place} = {write.value(closing.default)}")
        if assumed.bytes_after is None:
            write.only_if("attribute_exists(userDataBytes)")
        add_size(write, user_data.size({closing.key: closing.default}), assumed)
        default = Disposition(closing.key, closing.default)
        history.append(write, _NOBODY, default, assumed.history_from, has_limits=False)
        write.do("SET", f"defaultedKey = {write.value(closing.key)}")


def take_back(write: Write, assumed: Assumptions) -> None:
    """The default that the ending has set, where a session is opened again: nobody has chosen it."""
    if assumed.default is None:
        write.only_if("attribute_not_exists(defaultedKey)")
        return
    write.do("REMOVE", f"userData.{write.name(assumed.default.key)}")
    write.do("REMOVE", "defaultedKey")
    if assumed.last_entry is not None:
        history.drop(write, assumed.default, assumed.last_entry)
        return
    removed = Disposition(assumed.default.key, None, is_removed=True)
    history.append(write, _NOBODY, removed, assumed.history_from, has_limits=False)


def keep_disposition(
    write: Write, caller: Caller, change: Change, disposition: Disposition, assumed: Assumptions
) -> None:
    """In the session's history, where it alters, and only in a queue that has the code."""
    _require_queue(write, disposition)
    if not assumed.disposition_alters:
        write.only_if(history.unchanged(write, disposition))
        return
    if len(change.user_data) + len(change.removed_keys) > 1:  # otherwise it alters, or nothing does
        write.only_if(f"NOT {history.unchanged(write, disposition)}")
    history.append(write, caller, disposition, assumed.history_from, has_limits=True)


def _require_queue(write: Write, disposition: Disposition) -> None:
    if disposition.refused_in:
        queues = ", ".join(map(write.value, disposition.refused_in))
        write.only_if(f"NOT queueName IN ({queues})")
