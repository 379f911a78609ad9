"""Why a write was refused, as the item tells that came back: what the request is answered with, or what the next write
must assume.
"""

from collections.abc import Mapping
from typing import Any

from facebook_session import idempotency, user_data
from facebook_session.attributes import attribute, plain, same
from facebook_session.callers import Caller
from facebook_session.changes import Change, always_alters
from facebook_session.errors import InvalidParameter, PreconditionFailed, SessionNotFound, Unavailable, ValueOutOfRange
from facebook_session.idempotency import Request
from facebook_session.states import Move, State
from facebook_session.write import Assumptions, is_recorded

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


def demand(old: Image, request: Request, move: Move) -> int:
    """The session's number, where the request is one for this session as it is now.

    Raises SessionNotFound, PreconditionFailed, and InvalidParameter for the state.
    """
    if request.caller.is_agent:
        own(old, request.caller.name)
    current = int(old["referenceId"]["N"])
    if request.if_match is not None and current not in request.if_match:
        raise PreconditionFailed(current)
    if not _allows(old, move):
        raise InvalidParameter("The parameter operationName is not valid in the session's state.")
    return current


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
    current = demand(old, request, move)
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
        and move.leads[State(old["state"]["S"])] in (None, old["state"]["S"])
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
    bytes_after = _bytes_after(old, change) if alters and not _has_room(old, change) else None
    relies = not alters or bytes_after is not None or request.if_match is not None
    return Assumptions(
        state=State(old["state"]["S"]),
        customer_joined=_customer_joined(old),
        in_chat=_in_chat(old, request.caller),
        has_records="requests" in old,
        reference_id=int(old["referenceId"]["N"]) if relies else None,
        bytes_after=bytes_after,
        alters=alters,
        unknown_since=assumed.unknown_since,
    )


def _customer_joined(old: Image) -> bool:
    count = old.get("messageCount", {"N": "0"})
    return count not in ({"N": "0"}, old.get("customerMessageCount"))


def _in_chat(old: Image, caller: Caller) -> str | None:
    """The user name of the agent in the chat, of whom only a system can move another."""
    first: Mapping[str, Any] = next(iter(plain(old)["participants"]), {})
    name: str | None = first.get("userName")
    return name if caller.sender in (None, name) else None


def _has_room(old: Image, change: Change) -> bool:
    """Whether the session has room for the change by its bound, which is all that a write can ask for by itself.

    To count on where it isn't needed would have many writers wait for each other.
    """
    if not change.user_data:
        return True
    added, bound = user_data.size(change.user_data), old.get("userDataBytes", {"N": "inf"})
    fits = float(bound["N"]) <= change.limits.bytes - added
    return fits and len(old["userData"]["M"]) <= change.limits.keys - len(change.user_data)


def _bytes_after(old: Image, change: Change) -> int:
    """How large the user data is after the change. What is too much already may get less."""
    before = plain(old["userData"]["M"])
    after = {key: value for key, value in before.items() if key not in change.removed_keys} | dict(change.user_data)
    size = user_data.size(after)
    _demand_room(len(after), len(before), change.limits.keys, "have more than {} keys")
    _demand_room(size, user_data.size(before), change.limits.bytes, "be larger than {} bytes")
    return size


def _demand_room(after: int, before: int, limit: int, excess: str) -> None:
    if after > max(limit, before):
        raise ValueOutOfRange(f"The session's user data would {excess.format(limit)}.")
