"""Samples of all that goes in and out. The code itself makes them, from what a session's item holds."""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from desktop_channel import bayeux
from desktop_channel.bayeux import Message, Terms
from desktop_channel.polls import events
from desktop_notifier.audience import audience
from facebook_session import exact_json
from facebook_session.callers import Role
from facebook_session.channels import SESSION_CHANNELS, Client
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
from facebook_session.listing import Cursor, Item, List, Page, cursor_after
from facebook_session.mailboxes import Letter
from facebook_session.messages import added
from facebook_session.notifications import Notification, notifications, reduced
from facebook_session.policy import Document, Policy
from facebook_session.session import MAX_TEXT_LENGTH, uri
from facebook_session.store import SessionStore
from facebook_session.transcript import Transcript
from local import tour
from local.demo import PUBLIC_URL
from local.seed import PAGE_SESSION
from rest_api import answers
from rest_api.answers import Answer
from rest_api.requests import FEATURE, MAX_BODY_BYTES
from session_api import codes, diagnostics, operations, reads, user

_CUSTOMER: Final = {"nickname": "FirstL", "type": "Customer", "participantId": "009052C73223006B"}
_AGENT: Final = {"nickname": "TestName", "type": "Agent", "participantId": "009052C73228006D", "userName": "TestName"}
_TIME: Final = 1389261492035
_ROUTING: Final = "arn:aws:iam::123456789012:role/routing"
_CHANNEL: Final = "arn:aws:iam::123456789012:role/channel"

_CREATED: Final[Item] = {
    "id": PAGE_SESSION,
    "state": "Invited",
    "participants": [_CUSTOMER],
    "agents": {"TestName"},
    "userData": {},
    "referenceId": 1,
    "messageCount": 0,
    "createdAt": "2014-01-09T09:58:12.035+00:00",
    "updatedBy": _ROUTING,
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
_CORRECTED: Final[Item] = _DISPOSED | {
    "dispositions": [
        {"key": "DispositionCode", "value": "DC_Refund", "userName": "TestName", "timestamp": _TIME},
        {"key": "DispositionCode", "userName": "system", "timestamp": _TIME},
        {"key": "DispositionCode", "value": "IssueResolved", "userName": "TestName", "timestamp": _TIME},
    ],
    "dispositionNumbers": [2, 3, 4],
}
_TYPING: Final[Item] = _DISPOSED | {
    "typingCount": 1,
    "newMessages": [{"type": "TypingStarted", "timestamp": _TIME, "userName": "TestName"}],
}
_LIFE: Final = (None, _CREATED, _ACCEPTED, _TALKED, _DISPOSED, _TYPING)

_WAITING: Final[Item] = _CREATED | {"id": "0000Na9B26EF004P"}
_ASKED: Final[Item] = _WAITING | {
    "referenceId": 2,
    "updatedBy": _CHANNEL,
    "messageCount": 1,
    "newMessages": [{"type": "Text", "timestamp": _TIME, "text": "Hello, is anybody there?"}],
}
_REROUTED: Final[Item] = {name: value for name, value in _ASKED.items() if name != "newMessages"} | {
    "agents": {"Ben"},
    "referenceId": 3,
    "updatedBy": _ROUTING,
}
_REJECTED: Final[Item] = _REROUTED | {
    "state": "Completed",
    "endedBy": "Reject",
    "referenceId": 4,
    "updatedBy": "Ben",
}
_CUSTOMERS_SIDE: Final = (_WAITING, _ASKED, _REROUTED, _REJECTED)
"""A customer writes before anyone has accepted, the routing invites another agent, and that one rejects it."""


_SWAP: Final = {"name": "DC_Swap", "displayName": "Swap", "retired": True}
_REFUND: Final = {"name": "DC_Refund", "displayName": "Refund"}
_POLICY: Final[Document] = {
    "codes": [
        {"name": "DC_Resolved", "displayName": "Resolved"},
        {"name": "Returns", "displayName": "Returns", "children": [_REFUND, _SWAP]},
    ],
    "queues": {"Returns": ["Returns", "DC_Resolved"]},
    "enforce": True,
    "mandatory": True,
    "default": "DC_Resolved",
    "lateHours": 24,
}


class _Table(SessionStore):
    """A table of one session, whose lists seem to go on."""

    def __init__(self, item: Item) -> None:
        super().__init__(None, "")
        self._item = item

    def page(self, _listed: List, _count: int, after: Cursor | None) -> Page:
        return Page([] if after else [self._item], cursor_after(self._item))


class _Messages(Transcript):
    """What these changes of a session have added to its transcript."""

    def __init__(self, *items: Item) -> None:
        super().__init__(None, "")
        self._items = items

    def read(self, _session_id: str, _start_index: int, count: int) -> list[dict[str, Any]]:
        return [message for item in self._items for message in added(item)][:count]


def announced() -> list[Notification]:
    """What two sessions' lives are announced as; each `notificationType` is among it. One is shown reduced too."""
    changes = [*pairwise(_LIFE), *pairwise(_CUSTOMERS_SIDE)]
    published = [one for old, new in changes if new for one in notifications(old, new, PUBLIC_URL)]
    return [*published, *(reduced(one) for one in published if "userDataKeys" in one.attributes)]


def requests(role: Role = Role.AGENT) -> dict[str, Mapping[str, Any]]:
    """A request of each operation, from a caller of this role where the tour has one."""
    sent = [step for step in reversed(tour.STEPS) if step.body and "operationName" in step.body]
    own_last = sorted(sent, key=lambda step: step.path.startswith("/me/") == (role is Role.AGENT))
    return {step.body["operationName"]: step.body for step in own_last if step.body}


def creation() -> Mapping[str, Any]:
    """A request that creates a session."""
    return next(step.body for step in tour.STEPS if step.body and "operationName" not in step.body)


def policy() -> Document:
    """What a system puts."""
    return _POLICY


def accepted(role: Role = Role.AGENT) -> dict[str, Answer]:
    """An answer of each request of the role's that is carried out, by the name of its schema."""
    carried_out = {
        "Success": answers.success(_DISPOSED["referenceId"]),
        "Created": answers.created(reads.session(_CREATED, {}, PUBLIC_URL), _CREATED, uri(PAGE_SESSION, PUBLIC_URL)),
    }
    return carried_out | (_read_by_an_agent() if role is Role.AGENT else _read_by_a_system())


def _read_by_an_agent() -> dict[str, Answer]:
    store, where, messages = _Table(_DISPOSED), PUBLIC_URL, _Messages(_ACCEPTED, _TALKED)
    policy = Policy.of(1, _POLICY)
    return {
        "OneSession": answers.read(reads.session(_DISPOSED, {}, where), _DISPOSED),
        "Uris": answers.read(reads.sessions(store, "", {}, where)),
        "Sessions": answers.read(reads.sessions(store, "", {"fields": "id,state,userData"}, where)),
        "Messages": answers.read(reads.messages(messages, _DISPOSED, {"count": "3"}, f"{where}/me")),
        "DispositionHistory": answers.read(reads.dispositions(_CORRECTED)),
        "Settings": answers.versioned(policy.version, False, lambda: codes.settings(policy)),
        "Groups": answers.versioned(policy.version, False, lambda: codes.groups(policy, where)),
        "OneUser": answers.read(user.body(_user(policy), reads.open_sessions(store, _AGENT["userName"], where))),
        "Version": answers.read(diagnostics.version()),
    }


def _user(policy: Policy) -> user.User:
    return user.shown(_AGENT["userName"], "Started", user.workspace("DispositionCode", policy), PUBLIC_URL)


def _read_by_a_system() -> dict[str, Answer]:
    store, where, query = _Table(_REROUTED), PUBLIC_URL, {"state": "Invited"}
    return {
        "OneSession": answers.read(reads.session(_REJECTED, {}, where), _REJECTED),
        "Uris": answers.read(reads.any_sessions(store, query, where)),
        "Sessions": answers.read(reads.any_sessions(store, {**query, "fields": "id,state,userData"}, where)),
        "Messages": answers.read(reads.messages(_Messages(_ASKED), _REROUTED, {}, where)),
        "DispositionHistory": answers.read(reads.dispositions(_CORRECTED)),
    }


_CLIENT_ID: Final = "2a6f0c3d5e8b417f9d10c4b7a8e35f62"
_TERMS: Final = Terms(("long-polling",), 25_000, lambda: _CLIENT_ID)
_POLL: Final[Message] = {"channel": "/meta/connect", "connectionType": "long-polling", "clientId": _CLIENT_ID}
_HANDSHAKE: Final[Message] = {
    "id": "1",
    "channel": "/meta/handshake",
    "version": "1.0",
    "minimumVersion": "1.0",
    "supportedConnectionTypes": ["long-polling"],
    "ext": {"ack": True},
}
_SUBSCRIBE: Final[Message] = {
    "id": "2",
    "channel": "/meta/subscribe",
    "subscription": SESSION_CHANNELS[0],
    "clientId": _CLIENT_ID,
}


def bayeux_messages() -> dict[str, list[Message]]:
    """What a desktop sends, in order: each a request of its own."""
    return {
        "Handshake": [_HANDSHAKE],
        "Subscribe": [_SUBSCRIBE],
        "FirstConnect": [{"id": "3", **_POLL, "ext": {"ack": 0}, "advice": {"timeout": 0}}],
        "Connect": [{"id": "4", **_POLL, "ext": {"ack": 0}}],
        "Disconnect": [{"id": "5", "channel": "/meta/disconnect", "clientId": _CLIENT_ID}],
        "ConnectOfUnknownClient": [{"id": "6", **_POLL, "ext": {"ack": 1}}],
    }


def bayeux_answers() -> dict[str, list[Any]]:
    """What it is answered. While its second connect is held, the page's disposition is set."""
    answered: dict[str, list[Any]] = {}
    client: Client | None = None
    for name, messages in bayeux_messages().items():
        done = bayeux.exchange(messages, client, _TERMS)
        client = done.client
        answered[name] = [*done.answers]
        if client and name == "Connect":
            (answer,) = done.answers
            answered[name] = [*_heard(client), answer | {"ext": {"ack": 1}}]
    return answered


def _heard(client: Client) -> Iterator[Any]:
    """A message and the disposition, on the client's channel."""
    for old, new in ((_ACCEPTED, _TALKED), (_TALKED, _DISPOSED)):
        bodies = audience(old, new, PUBLIC_URL)["TestName"]
        yield from map(json.loads, events(client, [Letter("", [*map(exact_json.unicode, bodies)])]))


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
