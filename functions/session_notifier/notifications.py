"""What a change of a session is announced as: a pure function of the session before and after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from facebook_session.messages import added
from facebook_session.session import resource, uri

Session = Mapping[str, Any]

ANNOUNCED: Final = (
    "id",
    "state",
    "participants",
    "userData",
    "comment",
    "queueName",
    "referenceId",
    "messageCount",
    "newMessages",
)
"""The attributes of a session's item that notifications are made of."""

_STATE_CHANGE: Final = "FacebooksessionStateChangeMessage"
_MESSAGE_LOG: Final = "MessageLogUpdated"
_NEW_MESSAGES: Final = "NewMessages"
_PERSONAL: Final = frozenset({"userData", "comment", "nickname", "text", "url"})


@dataclass(frozen=True, slots=True)
class Notification:
    """One message on the topic: `body` is Genesys' JSON, `attributes` are what filter policies can match.

    `attributes` maps a name to a string, a whole number or a list of strings.
    """

    session_id: str
    body: Mapping[str, Any]
    attributes: Mapping[str, str | int | list[str]]


def notifications(old: Session | None, new: Session, base_url: str) -> list[Notification]:
    """The notifications of one change, in the order in which they are published.

    `old` and `new` are the session's item as plain values, `old` None where the session was created.
    """
    return [
        _message_log(new, base_url, position)
        if kind == _NEW_MESSAGES
        else _state_change(old or {}, new, base_url, kind, position)
        for position, kind in enumerate(_kinds(old, new), start=1)
    ]


def without_personal_data(one: Notification) -> Notification:
    """The same without user data, comment, nicknames, and what messages say. The changed keys' names stay."""
    return replace(one, body=_reduced(one.body))


def _reduced(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reduced(inner) for name, inner in value.items() if name not in _PERSONAL}
    return [_reduced(inner) for inner in value] if isinstance(value, list) else value


def _kinds(old: Session | None, new: Session) -> Iterator[str]:
    """The `notificationType`s of a change. Creating a session is one change of its state."""
    if old is None or old["state"] != new["state"]:
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
    return {
        "messageType": message_type,
        "notificationType": kind,
        "sessionId": new["id"],
        "state": new["state"],
        "referenceId": new["referenceId"],
        "eventId": f"{new['id']}#{new['referenceId']}#{position}",
    }


def _changed_keys(old: Session, new: Session) -> list[str]:
    """The keys of user data that were added, removed or given another value. To Python, 1 and true were equal."""
    before, after = (
        {key: (type(value), value) for key, value in one.get("userData", {}).items()} for one in (old, new)
    )
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
