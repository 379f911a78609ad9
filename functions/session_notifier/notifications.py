"""What a change of a session is announced as: a pure function of the session before and after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from facebook_session.session import resource

Session = Mapping[str, Any]

ANNOUNCED: Final = ("id", "state", "participants", "userData", "comment", "referenceId")
"""The attributes of a session's item that notifications are made of."""

_STATE_CHANGE: Final = "FacebooksessionStateChangeMessage"


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
        _state_change(old or {}, new, base_url, kind, position)
        for position, kind in enumerate(_kinds(old, new), start=1)
    ]


def _kinds(old: Session | None, new: Session) -> Iterator[str]:
    """The `notificationType`s of a change. Creating a session is one change of its state."""
    if old is None or old["state"] != new["state"]:
        yield "StatusChange"
    if old is not None and old["participants"] != new["participants"]:
        yield "ParticipantsUpdated"
    if old is not None and (_changed_keys(old, new) or old.get("comment") != new.get("comment")):
        yield "PropertiesUpdated"


def _state_change(old: Session, new: Session, base_url: str, kind: str, position: int) -> Notification:
    reference_id = new["referenceId"]
    body = {
        "referenceId": reference_id,
        "facebooksession": resource(new, base_url),
        "notificationType": kind,
        "messageType": _STATE_CHANGE,
    }
    attributes = {
        "messageType": _STATE_CHANGE,
        "notificationType": kind,
        "sessionId": new["id"],
        "state": new["state"],
        "referenceId": reference_id,
        "eventId": f"{new['id']}#{reference_id}#{position}",
    }
    keys = _changed_keys(old, new)
    return Notification(new["id"], body, attributes | {"userDataKeys": keys} if keys else attributes)


def _changed_keys(old: Session, new: Session) -> list[str]:
    """The keys of user data that were added, removed or given another value. To Python, 1 and true were equal."""
    before, after = (
        {key: (type(value), value) for key, value in one.get("userData", {}).items()} for one in (old, new)
    )
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
