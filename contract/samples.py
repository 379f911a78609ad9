"""Samples of all that goes in and out. The code itself makes them, from what a session's item holds."""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from facebook_session.errors import (
    BodyTooLarge,
    MethodNotAllowed,
    NoPermission,
    NotAuthenticated,
    PreconditionFailed,
    RouteNotFound,
    SessionError,
    SessionNotFound,
    Unavailable,
    UnreadableBody,
)
from facebook_session.listing import Cursor, Item, List, Page
from facebook_session.messages import added
from facebook_session.session import MAX_TEXT_LENGTH, uri
from facebook_session.store import SessionStore
from facebook_session.transcript import Transcript
from local import tour
from local.demo import PUBLIC_URL
from local.seed import PAGE_SESSION
from session_api import answers, operations, reads
from session_api.answers import Answer
from session_api.requests import FEATURE, MAX_BODY_BYTES
from session_notifier.notifications import Notification, notifications, reduced

_CUSTOMER: Final = {"nickname": "FirstL", "type": "Customer", "participantId": "009052C73223006B"}
_AGENT: Final = {"nickname": "TestName", "type": "Agent", "participantId": "009052C73228006D", "userName": "TestName"}
_TIME: Final = 1389261492035

_CREATED: Final[Item] = {
    "id": PAGE_SESSION,
    "state": "Invited",
    "participants": [_CUSTOMER],
    "agents": {"TestName"},
    "userData": {},
    "referenceId": 1,
    "messageCount": 0,
    "createdAt": "2014-01-09T09:58:12.035+00:00",
}
_ACCEPTED: Final[Item] = _CREATED | {
    "state": "Chatting",
    "participants": [_AGENT, _CUSTOMER],
    "referenceId": 2,
    "updatedBy": "TestName",
    "messageCount": 2,
    "newMessages": [
        {"type": "ParticipantJoined", "timestamp": _TIME},
        {"type": "ParticipantJoined", "timestamp": _TIME, "userName": "TestName"},
    ],
}
_TALKED: Final[Item] = _ACCEPTED | {
    "referenceId": 3,
    "messageCount": 4,
    "newMessages": [
        {"type": "Text", "timestamp": _TIME, "userName": "TestName", "text": "How can I help?"},
        {"type": "PushUrl", "timestamp": _TIME, "userName": "TestName", "url": "https://example.com/returns"},
    ],
}
_DISPOSED: Final[Item] = {name: value for name, value in _TALKED.items() if name != "newMessages"} | {
    "referenceId": 4,
    "userData": {"DispositionCode": "IssueResolved"},
    "comment": "Wants to return it.",
}
_TYPING: Final[Item] = _DISPOSED | {
    "typingCount": 1,
    "newMessages": [{"type": "TypingStarted", "timestamp": _TIME, "userName": "TestName"}],
}
_LIFE: Final = (None, _CREATED, _ACCEPTED, _TALKED, _DISPOSED, _TYPING)


class _Table(SessionStore):
    """A table of one session."""

    def __init__(self) -> None:
        super().__init__(None, "")

    def page(self, _listed: List, _count: int, _after: Cursor | None) -> Page:
        return Page([_DISPOSED], {"createdAt": _DISPOSED["createdAt"], "id": _DISPOSED["id"]})


class _Messages(Transcript):
    """The transcript of that session."""

    def __init__(self) -> None:
        super().__init__(None, "")

    def read(self, _session_id: str, _start_index: int, _count: int) -> list[dict[str, Any]]:
        return [*added(_ACCEPTED), *added(_TALKED)][:3]


def announced() -> list[Notification]:
    """What a session's life is announced as; each `notificationType` is among them. One is shown reduced too."""
    changes = pairwise(_LIFE)
    published = [one for old, new in changes if new for one in notifications(old, new, PUBLIC_URL)]
    return [*published, *(reduced(one) for one in published if "userDataKeys" in one.attributes)]


def requests() -> dict[str, Mapping[str, Any]]:
    """A request of each operation."""
    sent = [step.body for step in tour.STEPS if step.body and "operationName" in step.body]
    return {body["operationName"]: body for body in reversed(sent)}


def creation() -> Mapping[str, Any]:
    """A request that creates a session."""
    return next(step.body for step in tour.STEPS if step.body and step.who == tour.ROUTING)


def accepted() -> dict[str, Answer]:
    """An answer of each request that is carried out, by the name of its schema."""
    store, where = _Table(), PUBLIC_URL
    return {
        "Success": answers.success(_DISPOSED["referenceId"]),
        "Created": answers.created(reads.session(_CREATED, {}, where), _CREATED, uri(_CREATED["id"], where)),
        "OneSession": answers.read(reads.session(_DISPOSED, {}, where), _DISPOSED),
        "Uris": answers.read(reads.sessions(store, "", {}, where)),
        "Sessions": answers.read(reads.sessions(store, "", {"fields": "id,state,userData"}, where)),
        "Messages": answers.read(reads.messages(_Messages(), _DISPOSED, {"count": "3"}, where)),
    }


def refused() -> Iterator[tuple[str, Answer]]:
    """An answer of each kind of refusal and failure, with the kind's name."""
    too_long = {"operationName": "AddComment", "comment": "x" * (MAX_TEXT_LENGTH + 1)}
    errors: list[SessionError] = [
        _raised(lambda: operations.requested({})),
        _raised(lambda: operations.requested({"operationName": "None of the API's"})),
        _raised(lambda: operations.requested(too_long)),
        NotAuthenticated(),
        NoPermission(FEATURE),
        SessionNotFound(),
        RouteNotFound(),
        MethodNotAllowed("GET, POST, HEAD, OPTIONS"),
        PreconditionFailed(_DISPOSED["referenceId"]),
        BodyTooLarge(MAX_BODY_BYTES),
        UnreadableBody(),
        Unavailable(),
    ]
    yield from ((type(error).__name__, answers.refused(error)) for error in errors)
    yield "InternalError", answers.failed()


def _raised(call: Callable[[], object]) -> SessionError:
    try:
        call()
    except SessionError as error:
        return error
    raise AssertionError("A request that should be refused was not.")


def body(answer: Answer) -> Any:
    return json.loads(answer["body"])
