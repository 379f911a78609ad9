"""The one conditional UpdateItem that makes a change.

Client text is only ever a name `#n0` or a value `:v0`, never part of an expression. A request of 50 keys stays below
DynamoDB's limits of 4 KB and 300 operators for an expression.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from facebook_session import idempotency, user_data
from facebook_session.attributes import attribute
from facebook_session.callers import Caller
from facebook_session.changes import Change, always_alters, now
from facebook_session.idempotency import Request
from facebook_session.messages import NewMessage, is_kept, new_message
from facebook_session.session import AGENT, CUSTOMER
from facebook_session.states import Move, State

Arguments = dict[str, Any]

_NOBODYS_NUMBER: Final = 0  # the first change has 1


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a write takes for granted of the session: at first, what is nearly always so, and after a refusal, what the
    item showed.

    `state` is the session's, where an operation leads from several states to several; None: the first of them.
    `customer_joined` says whether anybody has joined the chat before, `in_chat` which agent takes part in it, if the
    caller can take that one out, and `has_records` whether the item has idempotency records. `reference_id` is the
    session's, where the write must find that very one: then the change makes the user data `bytes_after` large, or
    alters nothing. `unknown_since` is when the first try began whose outcome is unknown, in seconds.
    """

    state: State | None = None
    customer_joined: bool = False
    in_chat: str | None = None
    has_records: bool = True
    reference_id: int | None = None
    bytes_after: int | None = None
    alters: bool = True
    unknown_since: int | None = None


def update(request: Request, move: Move, change: Change, assumed: Assumptions) -> Arguments:
    """UpdateItem's arguments, without table and key. The answer has `referenceId`, and the whole item where it isn't
    numbered or messages were added.
    """
    write = _Write()
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


class _Write:
    """The parts of an UpdateItem as they come together."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: Arguments = {}
        self._clauses: dict[str, list[str]] = {"SET": [], "REMOVE": [], "ADD": [], "DELETE": []}
        self._conditions: list[str] = []
        self._unchanged: list[str] = []

    def name(self, text: str) -> str:
        token = f"#n{len(self._names)}"
        self._names[token] = text
        return token

    def value(self, plain: Any) -> str:
        token = f":v{len(self._values)}"
        self._values[token] = attribute(plain)
        return token

    def do(self, clause: str, what: str) -> None:
        self._clauses[clause].append(what)

    def only_if(self, condition: str) -> None:
        self._conditions.append(condition)

    def sets(self, place: str, value: str) -> None:
        """As `do`, where the session may have the value already."""
        self.do("SET", f"{place} = {value}")
        self._unchanged.append(f"{place} = {value}")

    def removes(self, place: str) -> None:
        self.do("REMOVE", place)
        self._unchanged.append(f"attribute_not_exists({place})")

    def only_if_it_alters(self) -> None:
        """Not where the session has all of it already."""
        self.only_if(f"NOT ({' AND '.join(['attribute_exists(id)', *self._unchanged])})")

    def arguments(self, returned: str) -> Arguments:
        names = {"ExpressionAttributeNames": self._names} if self._names else {}
        return names | {
            "UpdateExpression": " ".join(f"{verb} {', '.join(done)}" for verb, done in self._clauses.items() if done),
            "ConditionExpression": " AND ".join(self._conditions),
            "ExpressionAttributeValues": self._values,
            "ReturnValues": returned,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }


def _make(write: _Write, request: Request, move: Move, change: Change, assumed: Assumptions) -> None:
    caller = request.caller
    if caller.is_agent:
        write.only_if(f"attribute_type(agents, {write.value('SS')})")  # in a text, `contains` would find others' names
        write.only_if(f"contains(agents, {write.value(caller.name)})")
    _move(write, move, change, assumed)
    _set_data(write, change)
    if not always_alters(move, change):
        write.only_if_it_alters()
    if change.user_data:
        _require_room(write, change, assumed)
    _add_messages(write, caller, change, [*_moved(write, caller, change, assumed), *change.messages])
    if change.in_focus is not None:
        write.do("ADD" if change.in_focus else "DELETE", f"inFocus {write.value({caller.name})}")
    if change.is_numbered:
        _number(write, caller)
    if is_recorded(request, change):
        _record(write, request, assumed, changes=change.is_numbered)
    elif request.has_key:
        write.only_if(f"NOT contains(requests, {write.value(request.id)})")


def _move(write: _Write, move: Move, change: Change, assumed: Assumptions) -> None:
    to = move.leads[assumed.state or next(iter(move.leads))]
    state = _require_state(write, move, to)
    if to is None:
        return
    write.sets(state, write.value(str(to)))
    write.do("REMOVE", "inFocus")
    if to is State.COMPLETED:
        _end(write, move, change)
    if change.handed_to is not None:
        write.sets("agents", write.value({change.handed_to}))
        write.do("SET", f"{write.name('owner')} = {write.value(change.handed_to)}")
    if move.reopens:
        write.do("REMOVE", "endedBy")
        write.do("REMOVE", "expiresAt")


def _require_state(write: _Write, move: Move, to: State | None) -> str:
    """That the session is in a state that leads there, if it is Completed by the right ending. The state's name."""
    state = write.name("state")
    open_states = [one for one in sorted(move.leads) if move.leads[one] == to and one is not State.COMPLETED]
    condition = f"{state} IN ({', '.join(write.value(str(one)) for one in open_states)})"
    if move.reopens:
        condition = f"({condition} OR endedBy = {write.value(str(move.reopens))})"
    write.only_if(condition)
    return state


def _end(write: _Write, move: Move, change: Change) -> None:
    write.do("REMOVE", write.name("owner"))
    write.do("SET", f"endedBy = {write.value(str(move.ending))}")
    if change.expires_at is not None:
        write.do("SET", f"expiresAt = {write.value(change.expires_at)}")


def _set_data(write: _Write, change: Change) -> None:
    keys = {key: f"userData.{write.name(key)}" for key in [*change.user_data, *change.removed_keys]}
    for key, value in change.user_data.items():
        write.sets(keys[key], write.value(value))
    for name, text in change.attributes.items():
        write.sets(write.name(name), write.value(text))
    for key in change.removed_keys:
        write.removes(keys[key])


def _require_room(write: _Write, change: Change, assumed: Assumptions) -> None:
    """That the user data has room. DynamoDB can't count how many of the keys are new, nor add sizes up.

    So all are taken for new, and the item keeps in `userDataBytes` what its user data has at most. Where that is too
    much, the refused write brings the old item, and the next one has the exact size, for the number of that item.
    """
    if assumed.bytes_after is not None:
        write.do("SET", f"userDataBytes = {write.value(assumed.bytes_after)}")
        return
    added = user_data.size(change.user_data)
    write.do("SET", f"userDataBytes = userDataBytes + {write.value(added)}")
    write.only_if(f"size(userData) <= {write.value(change.limits.keys - len(change.user_data))}")
    write.only_if(f"userDataBytes <= {write.value(change.limits.bytes - added)}")


def _moved(write: _Write, caller: Caller, change: Change, assumed: Assumptions) -> Iterator[NewMessage]:
    """Participants come and go, and the transcript tells of it. An agent in the chat is the first participant; the
    customer remains one, since the session is about nobody else.
    """
    if change.joining is not None:
        _require_customer_joined(write, joined=assumed.customer_joined)
        write.do("SET", f"participants = list_append({write.value([dict(change.joining)])}, participants)")
        write.do("REMOVE", "departed")
        if not assumed.customer_joined:
            yield new_message("ParticipantJoined", None)
        yield new_message("ParticipantJoined", caller.sender)
    if change.leaving == CUSTOMER:
        yield new_message("ParticipantLeft", None)
    if change.leaving == AGENT:
        _require_in_chat(write, caller, assumed.in_chat)
        if assumed.in_chat:
            write.do("SET", "departed = participants[0]")
            write.do("REMOVE", "participants[0]")
            yield new_message("ParticipantLeft", assumed.in_chat)


def _require_customer_joined(write: _Write, *, joined: bool) -> None:
    """Nobody has joined where all messages are the customer's."""
    silent = f"NOT messageCount > {write.value(0)} OR messageCount = customerMessageCount"
    write.only_if(f"{'NOT ' if joined else ''}({silent})")


def _require_in_chat(write: _Write, caller: Caller, name: str | None) -> None:
    """That this agent is in the chat; None: that there is nobody in it whom the caller can take out."""
    agent = "participants[0].userName"
    if name or caller.is_agent:
        write.only_if(f"{'' if name else 'NOT '}{agent} = {write.value(name or caller.name)}")
    else:
        write.only_if(f"attribute_not_exists({agent})")


def _add_messages(write: _Write, caller: Caller, change: Change, messages: Sequence[NewMessage]) -> None:
    if not messages:
        write.do("REMOVE", "newMessages")
        return
    write.do("SET", f"newMessages = {write.value([dict(message) for message in messages])}")
    kept = sum(map(is_kept, messages))
    _count(write, "messageCount" if kept else "typingCount", kept or len(messages))
    if caller.is_agent or change.leaving == AGENT:
        return
    if kept:
        _count(write, "customerMessageCount", kept)
    else:
        write.do("SET", f"updatedBy = {write.value(caller.name)}")


def _count(write: _Write, counter: str, more: int) -> None:
    write.do("SET", f"{counter} = if_not_exists({counter}, {write.value(0)}) + {write.value(more)}")


def _number(write: _Write, caller: Caller) -> None:
    write.do("SET", f"referenceId = referenceId + {write.value(1)}")
    write.do("SET", f"updatedAt = {write.value(now())}")
    write.do("SET", f"updatedBy = {write.value(caller.name)}")


def is_recorded(request: Request, change: Change) -> bool:
    """A change always is, and what has an `Idempotency-Key`; but typing is too frequent."""
    return change.is_numbered or (request.has_key and not change.is_typing)


def _record(write: _Write, request: Request, assumed: Assumptions, *, changes: bool) -> None:
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
        write.do("SET", f"{name}[{idempotency.APPEND_INDEX}] = {value}")
        write.do("REMOVE", f"{name}[0]")
