"""Why a write was refused, as the item tells that came back: what the request is answered with, or what the next write
must assume.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from facebook_session import history, idempotency, user_data
from facebook_session.assumptions import Assumptions
from facebook_session.attributes import attribute, plain, same
from facebook_session.callers import Caller
from facebook_session.changes import Change, Closing, Disposition, always_alters
from facebook_session.errors import (
    InvalidParameter,
    PreconditionFailed,
    RefusedByPolicy,
    SessionNotFound,
    Unavailable,
    ValueOutOfRange,
)
from facebook_session.idempotency import Request
from facebook_session.states import Move, State
from facebook_session.write import is_recorded

Image = Mapping[str, Any]


def existing(image: Image | None) -> Image:
    """The session; raises SessionNotFound where there is none."""
    if image is None:
        raise SessionNotFound
    return image


def takes_part(image: Image, user_name: str) -> bool:
    return user_name in image.get("agents", {}).get("SS", ())


def own(image: Image, user_name: str) -> Image:
    """The session, if the user takes part in it. A user who doesn't learns nothing else of it."""
    if not takes_part(image, user_name):
        raise SessionNotFound
    return image


def demand(old: Image, request: Request, move: Move, change: Change) -> int:
    """The session's number, where the request is one for this session as it is now.

    Raises SessionNotFound, PreconditionFailed, and InvalidParameter for the state.
    """
    late = _is_late(old, request, change)
    if request.caller.is_agent and not late:
        own(old, request.caller.name)
    current = _number(old)
    if request.if_match is not None and current not in request.if_match:
        raise PreconditionFailed(current)
    if not (late or _allows(old, move)):
        raise InvalidParameter("The parameter operationName is not valid in the session's state.")
    _demand_policy(old, change)
    return current


def _demand_policy(old: Image, change: Change) -> None:
    """Raises RefusedByPolicy where the policy of dispositions refuses the change in this session."""
    disposition, closing = change.disposition, change.closing
    if disposition and old.get("queueName", {}).get("S") in disposition.refused_in:
        raise RefusedByPolicy("The disposition must be a code of the session's queue.")
    if closing and closing.mandatory and not _has_disposition(old, closing):
        raise RefusedByPolicy("The session needs a disposition before an agent completes it.")


def _has_disposition(old: Image, closing: Closing) -> bool:
    return bool(old["userData"]["M"].get(closing.key, {}).get("S"))


def took_part(image: Image, user_name: str) -> bool:
    """Whether the user takes part in the session, or did once."""
    return takes_part(image, user_name) or user_name in image.get("tookPart", {}).get("SS", ())


def _is_late(old: Image, request: Request, change: Change) -> bool:
    """Whether it comes after the session's end, but is allowed all the same."""
    return (
        change.late_since is not None
        and old["state"]["S"] == State.COMPLETED
        and old.get("completedAt", {"S": ""})["S"] > change.late_since
        and took_part(old, request.caller.name)
    )


def _allows(old: Image, move: Move) -> bool:
    state = State(old["state"]["S"])
    return state in move.leads and (state is not State.COMPLETED or old.get("endedBy", {}).get("S") == move.reopens)


def final_reference_id(old: Image, request: Request, move: Move, change: Change, assumed: Assumptions) -> int | None:
    """The number to answer with where nothing is to be written; None: another write may succeed.

    A repeat comes before all else: its first has moved the session on, and may have given it to another agent. That
    tells nobody else anything, since only the caller who made a request can repeat it.
    """
    number = idempotency.reference_id(old, request)
    if number is not None:
        return number
    if assumed.unknown_since is not None and not _is_surely_new(old, request, change, assumed.unknown_since):
        raise Unavailable
    current = demand(old, request, move, change)
    is_over = alters_nothing(old, move, change) and not request.has_key
    return current if is_over else None


def _is_surely_new(old: Image, request: Request, change: Change, began: int) -> bool:
    """Whether a request without a record can't have been carried out since the time `began`."""
    return is_recorded(request, change) and not idempotency.may_have_dropped(old, began)


def alters_nothing(old: Image, move: Move, change: Change) -> bool:
    """Whether the session is already as the change would have it."""
    data = old["userData"]["M"]
    return (
        not always_alters(move, change)
        and move.leads.get(State(old["state"]["S"])) in (None, old["state"]["S"])
        and change.handed_to in (None, *old.get("agents", {}).get("SS", ()))
        and all(same(data.get(key), attribute(value)) for key, value in change.user_data.items())
        and all(same(old.get(name), attribute(value)) for name, value in change.attributes.items())
        and not any(key in data for key in change.removed_keys)
    )


def revised(old: Image, request: Request, move: Move, change: Change, assumed: Assumptions) -> Assumptions:
    """What the next write must assume; raises ValueOutOfRange where the user data has no room for the change.

    What it relies on beyond the write's own conditions holds for the number of the old item alone.
    """
    alters = not alters_nothing(old, move, change)
    bytes_after = _bytes_after(old, change) if alters else None
    seen = _seen(old, request, move, change)
    if alters and change.disposition and seen.disposition_alters:
        history.demand_room(plain(old), change.disposition)
    exact = (bytes_after, seen.history_from, seen.default, request.if_match)
    relies = not alters or any(one is not None for one in exact)
    return replace(
        seen,
        reference_id=_number(old) if relies else None,
        bytes_after=bytes_after,
        alters=alters,
        unknown_since=assumed.unknown_since,
    )


def _seen(old: Image, request: Request, move: Move, change: Change) -> Assumptions:
    """What the item itself shows."""
    lacks_history = (change.disposition or change.closing) and "dispositions" not in old
    default = _default(old) if move.reopens else None
    return Assumptions(
        state=State(old["state"]["S"]),
        customer_joined=_customer_joined(old),
        in_chat=_in_chat(old, request.caller),
        has_records="requests" in old,
        disposition_alters=_disposition_alters(old, change),
        has_disposition=change.closing is not None and _has_disposition(old, change.closing),
        history_from=_number(old) + 1 if lacks_history else None,
        default=default,
        last_entry=history.last_place(old) if default else None,
    )


def _number(old: Image) -> int:
    return int(old["referenceId"]["N"])


def _default(old: Image) -> Disposition | None:
    """That the session's ending has set, and nobody another one since."""
    key = old.get("defaultedKey", {}).get("S")
    return None if key is None else Disposition(key, plain(old["userData"]["M"]).get(key))


def _customer_joined(old: Image) -> bool:
    count = old.get("messageCount", {"N": "0"})
    return count not in ({"N": "0"}, old.get("customerMessageCount"))


def _in_chat(old: Image, caller: Caller) -> str | None:
    """The user name of the agent in the chat, of whom only a system can move another."""
    first: Mapping[str, Any] = next(iter(plain(old)["participants"]), {})
    name: str | None = first.get("userName")
    return name if caller.sender in (None, name) else None


def _disposition_alters(old: Image, change: Change) -> bool:
    if change.disposition is None:
        return False
    before = old["userData"]["M"].get(change.disposition.key)
    if change.disposition.is_removed:
        return before is not None
    return not same(before, attribute(change.disposition.value))


def _bytes_after(old: Image, change: Change) -> int | None:
    """How large the user data is after the change; None where its bound tells that it has room, which is all that a
    write can ask for by itself. What is too much already may get less.

    To count on the exact size where it isn't needed would have many writers wait for each other.
    """
    added = _added(old, change)
    if not added or _has_room(old, change, added):
        return None
    before = plain(old["userData"]["M"])
    after = {key: value for key, value in before.items() if key not in change.removed_keys} | dict(added)
    size = user_data.size(after)
    if change.user_data:
        _demand_room(len(after), len(before), change.limits.keys, "have more than {} keys")
        _demand_room(size, user_data.size(before), change.limits.bytes, "be larger than {} bytes")
    return size


def _added(old: Image, change: Change) -> Mapping[str, Any]:
    """The user data that the change sets, be it the default of a session that ends."""
    closing = change.closing
    if closing and closing.default is not None and not _has_disposition(old, closing):
        return {closing.key: closing.default}
    return change.user_data


def _has_room(old: Image, change: Change, added: Mapping[str, Any]) -> bool:
    """For a default there always is."""
    if "userDataBytes" not in old or not change.user_data:
        return "userDataBytes" in old
    has_bytes = int(old["userDataBytes"]["N"]) <= change.limits.bytes - user_data.size(added)
    return has_bytes and len(old["userData"]["M"]) <= change.limits.keys - len(added)


def _demand_room(after: int, before: int, limit: int, excess: str) -> None:
    if after > max(limit, before):
        raise ValueOutOfRange(f"The session's user data would {excess.format(limit)}.")
