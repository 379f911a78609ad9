"""The part of a write that sets user data and the session's own attributes, and sees to it that they have room."""

from facebook_session import user_data
from facebook_session.assumptions import Assumptions
from facebook_session.changes import Change
from facebook_session.expressions import Write


def set_data(write: Write, change: Change) -> None:
    keys = {key: f"userData.{write.name(key)}" for key in [*change.user_data, *change.removed_keys]}
    for key, value in change.user_data.items():
        write.sets(keys[key], write.value(value))
    for name, text in change.attributes.items():
        write.sets(write.name(name), write.value(text))
    for key in change.removed_keys:
        write.removes(keys[key])


def require_room(write: Write, change: Change, assumed: Assumptions) -> None:
    """That the user data has room. DynamoDB can't count how many of the keys are new, nor add sizes up.

    So all are taken for new, and the item keeps in `userDataBytes` what its user data has at most. Where that is too
    much, the refused write brings the old item, and the next one has the exact size, for the number of that item.
    """
    added = user_data.size(change.user_data)
    add_size(write, added, assumed)
    if assumed.bytes_after is not None:
        return
    write.only_if(f"size(userData) <= {write.value(change.limits.keys - len(change.user_data))}")
    write.only_if(f"userDataBytes <= {write.value(change.limits.bytes - added)}")


def add_size(write: Write, added: int, assumed: Assumptions) -> None:
    exact = assumed.bytes_after
    bound = f"userDataBytes + {write.value(added)}" if exact is None else write.value(exact)
    write.do("SET", f"userDataBytes = {bound}")
