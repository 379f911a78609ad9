"""What a change of a session is announced as: a pure function of the session before and after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from facebook_session.attributes import attribute, part
from facebook_session.messages import added
from facebook_session.session import resource, uri
from facebook_session.states import State

Session = Mapping[str, Any]

ANNOUNCED: Final = (
    "id",
    "state",
    "participants",
    "departed",
    "agents",
    "userData",
    "comment",
    "queueName",
    "endedBy",
    "referenceId",
    "updatedBy",
    "messageCount",
    "newMessages",
    "typingCount",
)
"""The attributes of a session's item that notifications are made of."""

_STATE_CHANGE: Final = "FacebooksessionStateChangeMessage"
_MESSAGE_LOG: Final = "MessageLogUpdated"
_NEW_MESSAGES: Final = "NewMessages"
MAX_NOTIFICATIONS_PER_CHANGE: Final = 4
"""One of each `notificationType`."""

PERSONAL: Final = frozenset({"userData", "comment", "nickname", "text", "url"})
"""The fields of a message that tell of persons."""

_PERSONS: Final = frozenset({"agent", "changedBy"})


@dataclass(frozen=True, slots=True)
class Notification:
    """One message on the topic: `body` is Genesys' JSON, `attributes` are what filter policies can match.

    `attributes` maps a name to a string, a whole number or a list of strings.
    """

    session_id: str
    body: Mapping[str, Any]
    attributes: Mapping[str, str | int | list[str]]


def images(record: Mapping[str, Any]) -> tuple[Session | None, Session] | None:
    """The session before and after the change that a record of the stream tells of, as `notifications` takes them; None
    where it was removed.
    """
    if record["eventName"] == "REMOVE":
        return None
    change = record["dynamodb"]
    old = part(change["OldImage"], ANNOUNCED) if "OldImage" in change else None
    return old, part(change["NewImage"], ANNOUNCED)


def notifications(old: Session | None, new: Session, base_url: str) -> list[Notification]:
    """The notifications of one change, in the order in which they are published.

    `old` and `new` are the session's item as plain values, `old` None where the session was created.
    """
    if old is not None and old["referenceId"] == new["referenceId"]:
        return _of_typing(old, new, base_url)
    return [
        _message_log(new, base_url, position)
        if kind == _NEW_MESSAGES
        else _state_change(old or {}, new, base_url, kind, position)
        for position, kind in enumerate(_kinds(old, new), start=1)
    ]


def end_of_part(new: Session, base_url: str) -> Mapping[str, Any]:
    """The body of a StatusChange for an agent whom a change takes the session from: to that agent it is Completed. What
    is in it belongs to others now.
    """
    ended = {**new, "state": State.COMPLETED, "userData": {}}
    ended.pop("comment", None)
    return _state_change({}, ended, base_url, "StatusChange", 1).body


def without_personal_data(one: Notification) -> Notification:
    """The same without user data, comment, nicknames, what messages say, and who the agents are. The changed keys'
    names stay.
    """
    attributes = {name: value for name, value in one.attributes.items() if name not in _PERSONS}
    return replace(one, body=impersonal(one.body), attributes=attributes)


def reduced(one: Notification) -> Notification:
    """What goes out where the whole is too large for the topic: a body without personal data, and all attributes."""
    return replace(one, body=impersonal(one.body), attributes={**one.attributes, "reduced": "size"})


def impersonal(value: Any) -> Any:
    """A body, or a part of one, without personal data."""
    if isinstance(value, dict):
        return {name: impersonal(inner) for name, inner in value.items() if name not in PERSONAL}
    return [impersonal(inner) for inner in value] if isinstance(value, list) else value


def _of_typing(old: Session, new: Session, base_url: str) -> list[Notification]:
    """Typing has no number of its own: it is announced behind what the session's last change was."""
    if "newMessages" not in new or new.get("typingCount") == old.get("typingCount"):
        return []
    typist = new["newMessages"][0].get("userName") or new["updatedBy"]
    return [_message_log({**new, "updatedBy": typist}, base_url, MAX_NOTIFICATIONS_PER_CHANGE + new["typingCount"])]


def _kinds(old: Session | None, new: Session) -> Iterator[str]:
    """The `notificationType`s of a change. Creating a session is one change of its state, and so is inviting another
    agent in the place of one who has not accepted.
    """
    if old is None or any(old.get(name) != new.get(name) for name in ("state", "agents")):
        yield "StatusChange"
    if old is not None and old["participants"] != new["participants"]:
        yield "ParticipantsUpdated"
    if old is not None and (_changed_keys(old, new) or old.get("comment") != new.get("comment")):
        yield "PropertiesUpdated"
    if "newMessages" in new:
        yield _NEW_MESSAGES


def _state_change(old: Session, new: Session, base_url: str, kind: str, position: int) -> Notification:
    body = {
        "referenceId": new["referenceId"],
        "facebooksession": resource(new, base_url),
        "notificationType": kind,
        "messageType": _STATE_CHANGE,
    }
    attributes = _attributes(new, _STATE_CHANGE, kind, position)
    keys = _changed_keys(old, new)
    return Notification(new["id"], body, attributes | {"userDataKeys": keys} if keys else attributes)


def _message_log(new: Session, base_url: str, position: int) -> Notification:
    body = {
        "messages": list(added(new)),
        "notificationType": _NEW_MESSAGES,
        "messageType": _MESSAGE_LOG,
        "facebooksessionUri": uri(new["id"], base_url),
    }
    return Notification(new["id"], body, _attributes(new, _MESSAGE_LOG, _NEW_MESSAGES, position))


def _attributes(new: Session, message_type: str, kind: str, position: int) -> dict[str, Any]:
    persons = {"agent": min(new.get("agents", ()), default=None), "changedBy": new.get("updatedBy")}
    return {
        "messageType": message_type,
        "notificationType": kind,
        "sessionId": new["id"],
        "state": new["state"],
        "referenceId": new["referenceId"],
        "eventId": f"{new['id']}#{new['referenceId']}#{position}",
        **{name: one for name, one in persons.items() if one},
    }


def _changed_keys(old: Session, new: Session) -> list[str]:
    """The keys of user data that were added, removed or given another value. To Python, 1 and true were equal."""
    before, after = (attribute(one.get("userData", {}))["M"] for one in (old, new))
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
