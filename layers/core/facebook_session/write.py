"""The one conditional UpdateItem that makes a change.

Client text is only ever a name `#n0` or a value `:v0`, never part of an expression. A request of 50 keys stays below
DynamoDB's limits of 4 KB and 300 operators for an expression.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from facebook_session import idempotency, user_data
from facebook_session.attributes import attribute
from facebook_session.changes import Change, always_alters, now
from facebook_session.idempotency import Request
from facebook_session.messages import NewMessage, is_kept, new_message
from facebook_session.states import Move, State

Arguments = dict[str, Any]

_NOBODYS_NUMBER: Final = 0  # the first change has 1


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a write takes for granted of the session: at first, what is nearly always so, and after a refusal, what the
    item showed.

    `customer_joined` says whether anybody has joined the chat before, `in_chat` whether the caller takes part in it,
    and `has_records` whether the item has idempotency records. `reference_id` is the session's, where the write must
    find that very one: then the change makes the user data `bytes_after` large, or alters nothing. `unknown_since` is
    when the first try began whose outcome is unknown, in seconds.
    """

    customer_joined: bool = False
    in_chat: bool = True
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
    write.only_if(f"attribute_type(agents, {write.value('SS')})")  # in a text, `contains` would find others' names
    write.only_if(f"contains(agents, {write.value(request.user_name)})")
    _move(write, move)
    _set_data(write, change, assumed, or_nothing=not always_alters(move, change))
    _add_messages(write, [*_moved(write, request.user_name, change, assumed), *change.messages])
    _hand_over(write, change)
    if change.expires_at is not None:
        write.do("SET", f"expiresAt = {write.value(change.expires_at)}")
    if change.in_focus is not None:
        write.do("ADD" if change.in_focus else "DELETE", f"inFocus {write.value({request.user_name})}")
    if change.is_numbered:
        _number(write, request.user_name)
    if is_recorded(request, change):
        _record(write, request, assumed, changes=change.is_numbered)
    elif request.has_key:
        write.only_if(f"NOT contains(requests, {write.value(request.id)})")


def _move(write: _Write, move: Move) -> None:
    state = write.name("state")
    write.only_if(f"{state} IN ({', '.join(write.value(str(one)) for one in sorted(move.allowed_in))})")
    if move.to is None:
        return
    write.do("SET", f"{state} = {write.value(str(move.to))}")
    write.do("REMOVE", "inFocus")
    if move.to is State.COMPLETED:
        write.do("REMOVE", write.name("owner"))


def _set_data(write: _Write, change: Change, assumed: Assumptions, *, or_nothing: bool) -> None:
    """Sets and removes. `or_nothing`: not where all of it is so already."""
    keys = {key: f"userData.{write.name(key)}" for key in [*change.user_data, *change.removed_keys]}
    places = {keys[key]: write.value(value) for key, value in change.user_data.items()}
    places |= {write.name(name): write.value(value) for name, value in change.attributes.items()}
    for place, value in places.items():
        write.do("SET", f"{place} = {value}")
    for key in change.removed_keys:
        write.do("REMOVE", keys[key])
    if or_nothing:
        unchanged = ["attribute_exists(id)"]
        unchanged += [f"{place} = {value}" for place, value in places.items()]
        unchanged += [f"attribute_not_exists({keys[key]})" for key in change.removed_keys]
        write.only_if(f"NOT ({' AND '.join(unchanged)})")
    if change.user_data:
        _require_room(write, change, assumed)


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


def _moved(write: _Write, user_name: str, change: Change, assumed: Assumptions) -> Iterator[NewMessage]:
    """Agents come and go, and the transcript tells of it. An agent who takes part is the first participant."""
    if change.joining is not None:
        write.only_if(f"{'' if assumed.customer_joined else 'NOT '}messageCount > {write.value(0)}")
        write.do("SET", f"participants = list_append({write.value([dict(change.joining)])}, participants)")
        write.do("REMOVE", "departed")
        if not assumed.customer_joined:
            yield new_message("ParticipantJoined", None)
        yield new_message("ParticipantJoined", user_name)
    if change.leaving:
        write.only_if(f"{'' if assumed.in_chat else 'NOT '}participants[0].userName = {write.value(user_name)}")
    if change.leaving and assumed.in_chat:
        write.do("SET", "departed = participants[0]")
        write.do("REMOVE", "participants[0]")
        yield new_message("ParticipantLeft", user_name)


def _add_messages(write: _Write, messages: Sequence[NewMessage]) -> None:
    if not messages:
        write.do("REMOVE", "newMessages")
        return
    write.do("SET", f"newMessages = {write.value([dict(message) for message in messages])}")
    kept = sum(map(is_kept, messages))
    counter = "messageCount" if kept else "typingCount"
    write.do("SET", f"{counter} = if_not_exists({counter}, {write.value(0)}) + {write.value(kept or len(messages))}")


def _hand_over(write: _Write, change: Change) -> None:
    if change.handed_to is not None:
        write.do("SET", f"agents = {write.value({change.handed_to})}")
        write.do("SET", f"{write.name('owner')} = {write.value(change.handed_to)}")


def _number(write: _Write, user_name: str) -> None:
    write.do("SET", f"referenceId = referenceId + {write.value(1)}")
    write.do("SET", f"updatedAt = {write.value(now())}")
    write.do("SET", f"updatedBy = {write.value(user_name)}")


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
