"""What an operation does to a session, and the one conditional UpdateItem that does it.

Client text is only ever a name `#n0` or a value `:v0`, never part of an expression. A request of 50 keys stays below
DynamoDB's limits of 4 KB and 300 operators for an expression.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from facebook_session import memory
from facebook_session.attributes import attribute
from facebook_session.memory import Request
from facebook_session.messages import NewMessage, is_kept
from facebook_session.session import MAX_USER_DATA_KEYS
from facebook_session.states import Move, State

Parameters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What an operation does beside moving the session to another state. What is left out stays as it is.

    `user_data` are keys that are added or get another value, each a string, number, boolean or None, and
    `removed_keys` those that go. `attributes` are the session's own: `comment`, `queueName`. `joining` is an agent who
    becomes the first participant; `handed_to` the user name of the agent who gets the session in the caller's place.
    `in_focus` tells whether the caller looks at the session: nobody else's business, so it has no number. `expires_at`
    is when the session is to be removed, in seconds since 1970.
    """

    user_data: Mapping[str, Any] = field(default_factory=dict)
    removed_keys: Collection[str] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    messages: Sequence[NewMessage] = ()
    joining: Mapping[str, str] | None = None
    handed_to: str | None = None
    in_focus: bool | None = None
    expires_at: int | None = None


def now() -> str:
    """In UTC to the millisecond, such as `2014-01-09T09:58:12.035+00:00`: in the order of the text is that of time."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier tries of the same write have told.

    `present` are the change's keys that the user data has: see `_fits`. `has_memory` is False where the item has none.
    `doubtful_since` is when the first try began whose outcome is unknown, in seconds.
    """

    present: Collection[str] | None = None
    has_memory: bool = True
    doubtful_since: int | None = None


def update(request: Request, move: Move, change: Change, known: Known) -> Parameters:
    """UpdateItem's parameters, without table and key. The answer has `referenceId`, and the whole item where messages
    were added.
    """
    write = _Write()
    write.only_if(f"attribute_type(agents, {write.value('SS')})")  # in a text, `contains` would find others' names
    write.only_if(f"contains(agents, {write.value(request.user_name)})")
    _move(write, move)
    _set_data(write, change, known.present, alters=_always_alters(move, change))
    _add_messages(write, change.messages)
    _set_participants(write, request.user_name, change)
    if change.expires_at is not None:
        write.do("SET", f"expiresAt = {write.value(change.expires_at)}")
    if change.in_focus is None:
        _number(write, request, known)
    else:
        write.do("ADD" if change.in_focus else "DELETE", f"inFocus {write.value({request.user_name})}")
    if request.if_match is not None:
        write.only_if(f"referenceId = {write.value(request.if_match)}")
    is_whole = any(map(is_kept, change.messages)) or change.in_focus is not None
    return write.parameters(returned="ALL_NEW" if is_whole else "UPDATED_NEW")


class _Write:
    """The parts of an UpdateItem as they come together."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: Parameters = {}
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

    def parameters(self, returned: str) -> Parameters:
        return {
            "UpdateExpression": " ".join(f"{verb} {', '.join(done)}" for verb, done in self._clauses.items() if done),
            "ConditionExpression": " AND ".join(self._conditions),
            "ExpressionAttributeNames": self._names,
            "ExpressionAttributeValues": self._values,
            "ReturnValues": returned,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }


def _move(write: _Write, move: Move) -> None:
    state = write.name("state")
    write.only_if(f"{state} IN ({', '.join(write.value(str(one)) for one in sorted(move.allowed_in))})")
    if move.to is None:
        return
    write.do("SET", f"{state} = {write.value(str(move.to))}")
    write.do("REMOVE", "inFocus")
    if move.to is State.COMPLETED:
        write.do("REMOVE", write.name("owner"))


def _always_alters(move: Move, change: Change) -> bool:
    return move.to is not None or bool(change.messages) or change.in_focus is not None


def _set_data(write: _Write, change: Change, present: Collection[str] | None, *, alters: bool) -> None:
    """Sets and removes, unless all of it is so already."""
    keys = {key: f"userData.{write.name(key)}" for key in [*change.user_data, *change.removed_keys]}
    places = {keys[key]: write.value(value) for key, value in change.user_data.items()}
    places |= {write.name(name): write.value(value) for name, value in change.attributes.items()}
    for place, value in places.items():
        write.do("SET", f"{place} = {value}")
    for key in change.removed_keys:
        write.do("REMOVE", keys[key])
    if not alters:
        unchanged = ["attribute_exists(id)"]
        unchanged += [f"{place} = {value}" for place, value in places.items()]
        unchanged += [f"attribute_not_exists({keys[key]})" for key in change.removed_keys]
        write.only_if(f"NOT ({' AND '.join(unchanged)})")
    if change.user_data:
        write.only_if(_fits(write, {key: keys[key] for key in change.user_data}, present))


def _fits(write: _Write, places: Mapping[str, str], present: Collection[str] | None) -> str:
    """That the user data has room. DynamoDB can't count how many of the keys are new.

    At first all are taken for new, or all for known, which nearly always decides it. Where it doesn't, the refused
    write brings the old item, and a second one names those `present`.
    """
    guesses = [present] if present is not None else [(), places.keys()]
    return f"({' OR '.join(_guess(write, places, guess) for guess in guesses)})"


def _guess(write: _Write, places: Mapping[str, str], present: Collection[str]) -> str:
    room = write.value(MAX_USER_DATA_KEYS - len(places) + len(present))
    return " AND ".join([f"size(userData) <= {room}", *(f"attribute_exists({places[key]})" for key in present)])


def _add_messages(write: _Write, messages: Sequence[NewMessage]) -> None:
    if not messages:
        write.do("REMOVE", "newMessages")
        return
    write.do("SET", f"newMessages = {write.value([dict(message) for message in messages])}")
    kept = sum(map(is_kept, messages))
    if kept:
        count = f"if_not_exists(messageCount, {write.value(0)}) + {write.value(kept)}"
        write.do("SET", f"messageCount = {count}")


def _set_participants(write: _Write, user_name: str, change: Change) -> None:
    """An agent who takes part is the first participant."""
    if change.joining is not None:
        write.do("SET", f"participants = list_append({write.value([dict(change.joining)])}, participants)")
    if change.handed_to is not None:
        write.only_if(f"participants[0].userName = {write.value(user_name)}")
        write.do("REMOVE", "participants[0]")
        write.do("SET", f"agents = {write.value({change.handed_to})}")
        write.do("SET", f"{write.name('owner')} = {write.value(change.handed_to)}")


def _number(write: _Write, request: Request, known: Known) -> None:
    """Gives the change its number, and remembers the request, which must not be remembered yet.

    A request that may have been carried out already can have been forgotten since, unless a change of before it is
    still remembered.
    """
    write.do("SET", f"referenceId = referenceId + {write.value(1)}")
    write.do("SET", f"updatedAt = {write.value(now())}")
    entry = {"requests": request.id, "taken": memory.mark(request)}
    if not known.has_memory:
        write.only_if("attribute_not_exists(requests)")
        for name, own in entry.items():
            write.do("SET", f"{name} = {write.value([*memory.EMPTY[name][1:], own])}")
        return
    values = {name: write.value(own) for name, own in entry.items()}
    write.only_if(f"attribute_exists(requests) AND NOT contains(requests, {values['requests']})")
    if known.doubtful_since is not None:
        write.only_if(f"taken[0] < {write.value(memory.surely_before(known.doubtful_since))}")
    for name, value in values.items():
        write.do("SET", f"{name}[{memory.BEHIND_THE_END}] = {value}")
        write.do("REMOVE", f"{name}[0]")
