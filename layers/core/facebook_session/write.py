"""The one conditional UpdateItem that makes a change."""

from typing import Final

from facebook_session import idempotency
from facebook_session.assumptions import Assumptions
from facebook_session.callers import Caller
from facebook_session.changes import Change, always_alters, now
from facebook_session.expressions import APPEND_INDEX, Arguments, Write
from facebook_session.idempotency import Request
from facebook_session.states import Move, State
from facebook_session.write_chat import add_messages
from facebook_session.write_data import require_room, set_data
from facebook_session.write_disposition import close, keep_disposition, take_back

_NOBODYS_NUMBER: Final = 0  # the first change has 1


def update(request: Request, move: Move, change: Change, assumed: Assumptions) -> Arguments:
    """UpdateItem's arguments, without table and key. The answer has `referenceId`, and the whole item where it isn't
    numbered or messages were added.
    """
    write = Write()
    number = _demanded(request) if assumed.reference_id is None else assumed.reference_id
    if number is not None:
        write.only_if(f"referenceId = {write.value(number)}")
    if assumed.alters:
        _make(write, request, move, change, assumed)
    else:
        write.do("REMOVE", "newMessages")
        _record(write, request, assumed, changes=False)
    is_whole = change.adds_messages or not (assumed.alters and change.is_numbered)
    return write.arguments(returned="ALL_NEW" if is_whole else "UPDATED_NEW")


def _demanded(request: Request) -> int | None:
    """The number that the session must have as far as the request tells: of several the highest, which is nearly always
    the one. Where it isn't, the refusal shows the session's own.
    """
    return None if request.if_match is None else max(request.if_match, default=_NOBODYS_NUMBER)


def _make(write: Write, request: Request, move: Move, change: Change, assumed: Assumptions) -> None:
    caller = request.caller
    _require_session(write, caller, move, change, assumed)
    set_data(write, change)
    if not always_alters(move, change):
        write.only_if_it_alters()
    if change.user_data:
        require_room(write, change, assumed)
    if change.disposition:
        keep_disposition(write, caller, change, change.disposition, assumed)
    add_messages(write, caller, change, assumed)
    if change.in_focus is not None:
        write.do("ADD" if change.in_focus else "DELETE", f"inFocus {write.value({caller.name})}")
    if change.is_numbered:
        _number(write, caller)
    if is_recorded(request, change):
        _record(write, request, assumed, changes=change.is_numbered)
    elif request.has_key:
        write.only_if(f"NOT contains(requests, {write.value(request.id)})")


def _require_session(write: Write, caller: Caller, move: Move, change: Change, assumed: Assumptions) -> None:
    """That it is one for this caller and operation; where that moves it, it does."""
    if change.late_since and assumed.state is State.COMPLETED:
        _require_late(write, caller, change.late_since)
    else:
        _require_part(write, caller)
        _move(write, move, change, assumed)


def _require_part(write: Write, caller: Caller) -> None:
    if caller.is_agent:
        write.only_if(f"attribute_type(agents, {write.value('SS')})")  # in a text, `contains` would find others' names
        write.only_if(f"contains(agents, {write.value(caller.name)})")


def _require_late(write: Write, caller: Caller, since: str) -> None:
    """That the session has ended after that time, and that the agent has taken part in it."""
    user = write.value(caller.name)
    write.only_if(f"{write.name('state')} = {write.value(str(State.COMPLETED))}")
    write.only_if(f"completedAt > {write.value(since)}")
    write.only_if(f"(contains(agents, {user}) OR contains(tookPart, {user}))")
    write.do("REMOVE", "defaultedKey")  # what is corrected is chosen


def _move(write: Write, move: Move, change: Change, assumed: Assumptions) -> None:
    to = move.leads[assumed.state or next(iter(move.leads))]
    state = _require_state(write, move, to)
    if to is None:
        return
    write.sets(state, write.value(str(to)))
    write.do("REMOVE", "inFocus")
    if to is State.COMPLETED:
        _end(write, move, change, assumed)
    if change.handed_to is not None:
        write.sets("agents", write.value({change.handed_to}))
        write.do("SET", f"{write.name('owner')} = {write.value(change.handed_to)}")
    if move.reopens:
        for name in ("endedBy", "completedAt", "expiresAt"):
            write.do("REMOVE", name)
        take_back(write, assumed)


def _require_state(write: Write, move: Move, to: State | None) -> str:
    """That the session is in a state that leads there, if it is Completed by the right ending. The state's name."""
    state = write.name("state")
    open_states = [one for one in sorted(move.leads) if move.leads[one] == to and one is not State.COMPLETED]
    condition = f"{state} IN ({', '.join(write.value(str(one)) for one in open_states)})"
    if move.reopens:
        condition = f"({condition} OR endedBy = {write.value(str(move.reopens))})"
    write.only_if(condition)
    return state


def _end(write: Write, move: Move, change: Change, assumed: Assumptions) -> None:
    write.do("REMOVE", write.name("owner"))
    write.do("SET", f"endedBy = {write.value(str(move.ending))}")
    write.do("SET", f"completedAt = {write.value(now())}")
    if change.expires_at is not None:
        write.do("SET", f"expiresAt = {write.value(change.expires_at)}")
    if change.closing:
        close(write, change.closing, assumed)


def _number(write: Write, caller: Caller) -> None:
    write.do("SET", f"referenceId = referenceId + {write.value(1)}")
    write.do("SET", f"updatedAt = {write.value(now())}")
    write.do("SET", f"updatedBy = {write.value(caller.name)}")


def is_recorded(request: Request, change: Change) -> bool:
    """A change always is, and what has an `Idempotency-Key`; but typing is too frequent."""
    return change.is_numbered or (request.has_key and not change.is_typing)


def _record(write: Write, request: Request, assumed: Assumptions, *, changes: bool) -> None:
    """Adds the request's idempotency record, which must not be there yet.

    The record of a request that may have been carried out already can have been dropped since, unless one of before it
    is still there.
    """
    entry = {"requests": request.id, "taken": idempotency.stamp(request, changes=changes)}
    if not assumed.has_records:
        write.only_if("attribute_not_exists(requests)")
        for name, own in entry.items():
            write.do("SET", f"{name} = {write.value([*idempotency.NO_RECORDS[name][1:], own])}")
        return
    values = {name: write.value(own) for name, own in entry.items()}
    write.only_if(f"attribute_exists(requests) AND NOT contains(requests, {values['requests']})")
    if assumed.unknown_since is not None:
        write.only_if(f"taken[0] < {write.value(idempotency.stamp_bound(assumed.unknown_since))}")
    for name, value in values.items():
        write.do("SET", f"{name}[{APPEND_INDEX}] = {value}")
        write.do("REMOVE", f"{name}[0]")
