"""A whole conversation, from its creation to its end: each request, its answer, and the notifications that it gives."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from botocore.credentials import Credentials

from local import http, seed
from local.http import Answer
from local.pretty import pretty
from local.problem import Problem
from local.stack import Stack

ROUTING: Final = "the routing system"
CHANNEL: Final = "the customer's channel"
SUBSCRIBER: Final = "a subscriber"
SYSTEMS: Final = frozenset({ROUTING, CHANNEL, SUBSCRIBER})
SESSION: Final = "0000Na9B26EF004P"
REJECTED_SESSION: Final = "0000Na9B26EF005Q"
CLOSED_SESSION: Final = "0000Na9B26EF006R"
_SESSIONS: Final = (SESSION, REJECTED_SESSION, CLOSED_SESSION)
_NOTIFICATION_SECONDS: Final = 30

Notification = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """A request by `who`, an agent or a system. `path` is behind /api/v2; `page` is where docs/ shows it, if it does.

    `key` is its Idempotency-Key, if it has one. `status` is the answer that must come, and `announced` the types of the
    notifications that must.
    """

    page: str
    title: str
    who: str
    path: str
    body: Mapping[str, Any] | None = None
    announced: tuple[str, ...] = ()
    status: int = 200
    key: str | None = None

    @property
    def is_of_system(self) -> bool:
        return self.who in SYSTEMS

    @property
    def headers(self) -> dict[str, str]:
        """Beside those by which the caller is known."""
        return {"Idempotency-Key": self.key} if self.key else {}

    @property
    def method(self) -> str:
        return "GET" if self.body is None else "POST"


@dataclass(frozen=True)
class Played:
    step: Step
    answer: Answer
    notifications: list[Notification] = field(default_factory=list)


def _operation(page: str, who: str, name: str, *announced: str, session: str = SESSION, **parameters: Any) -> Step:
    body = {"operationName": name} | parameters
    return Step(page, name, who, f"/me/facebooksessions/{session}", body, announced)


def _by_system(
    who: str, name: str, *announced: str, session: str = SESSION, key: str | None = None, **parameters: Any
) -> Step:
    body = {"operationName": name} | parameters
    return Step("systems", name, who, f"/facebooksessions/{session}", body, announced, key=key)


def _read(title: str, who: str, path: str, status: int = 200, page: str = "reading") -> Step:
    return Step(page, title, who, path, status=status)


def _creation(session: str, agent: str, page: str = "lifecycle", **content: Any) -> Step:
    body = {"id": session, "customer": {"nickname": "FirstL"}, "agent": {"userName": agent}} | content
    return Step(page, "Creation", ROUTING, "/facebooksessions", body, ("StatusChange",), 201)


_MOVED: Final = ("StatusChange", "ParticipantsUpdated", "NewMessages")
"""How a change is announced by which someone joins or leaves the chat."""

_ATTACHED: Final = {
    "Order": 4711,
    "Gift": None,
    "PegAG?:Customer_Service > 1": 20,
    "WWE_PARTY_1002": {"username": "anna", "path": "/users/1"},
}

_CONVERSATION: Final = (
    _creation(SESSION, "Anna", userData={"Language": "en"}),
    _by_system(CHANNEL, "AttachUserData", "PropertiesUpdated", userData={"Page": "Gift Shop"}),
    _by_system(CHANNEL, "SendStartTypingNotification", "NewMessages"),
    _by_system(
        CHANNEL, "SendMessage", "NewMessages", text="Hello? My gift came broken.", key="m_AG5Hz2Uq7tuwNEhXfYYKj8"
    ),
    _by_system(CHANNEL, "SendStopTypingNotification", "NewMessages"),
    _read("What waits, oldest first", ROUTING, "/facebooksessions?state=Invited&fields=id,state"),
    Step("desktop", "StartContactCenterSession", "Anna", "/me", {"operationName": "StartContactCenterSession"}),
    _read("The user, with the open sessions", "Anna", "/me?subresources=*", page="desktop"),
    _read("The open sessions of an agent", "Anna", "/me/facebooksessions"),
    _operation("lifecycle", "Anna", "Accept", *_MOVED, nickname="Anna from Support"),
    _operation("messages", "Anna", "SendStartTypingNotification", "NewMessages"),
    _operation("messages", "Anna", "SendMessage", "NewMessages", text="I am sorry. Can you send a photo?"),
    _operation("messages", "Anna", "SendStopTypingNotification", "NewMessages"),
    _by_system(CHANNEL, "SendUrl", "NewMessages", url="https://example.com/photos/4711.jpg"),
    _operation("messages", "Anna", "SendUrl", "NewMessages", url="https://example.com/returns"),
    _operation("messages", "Anna", "SetInFocus", inFocus=True),
    _operation("user-data", "Anna", "AttachUserData", "PropertiesUpdated", userData=_ATTACHED),
    _operation("user-data", "Anna", "UpdateUserData", "PropertiesUpdated", userData={"Order": 4712, "Total": 19.95}),
    _operation("user-data", "Anna", "DeleteUserData", "PropertiesUpdated", keys=["Gift"]),
    _operation("user-data", "Anna", "AddComment", "PropertiesUpdated", comment="Wants to return it."),
    _by_system(ROUTING, "Transfer", *_MOVED, targetPath="/users/Ben"),
    _read("A session that is another agent's now", "Anna", f"/me/facebooksessions/{SESSION}", 404),
    _by_system(CHANNEL, "SendMessage", "NewMessages", text="Are you still there?", key="m_x0mQ4vXl3Zb9dGkTsYcR2a"),
    _read("Sessions with the fields that are asked for", "Ben", "/me/facebooksessions?fields=id,state&state=Invited"),
    _operation("lifecycle", "Ben", "Accept", *_MOVED, nickname="Ben"),
    _read("The transcript", "Ben", f"/me/facebooksessions/{SESSION}/messages?count=4"),
    _operation("messages", "Ben", "SendMessage", "NewMessages", text="I am. A new one is on its way."),
    _operation("lifecycle", "Ben", "Leave", *_MOVED),
    _operation("user-data", "Ben", "SetDisposition", "PropertiesUpdated", disposition="IssueResolved"),
    _read("A session", "Ben", f"/me/facebooksessions/{SESSION}"),
    _read("A session, whoever has it", SUBSCRIBER, f"/facebooksessions/{SESSION}"),
    _read("A transcript, whoever has the session", CHANNEL, f"/facebooksessions/{SESSION}/messages?startIndex=7"),
    _operation("lifecycle", "Ben", "Complete", "StatusChange", queueName="Returns"),
)

_REJECTED: Final = (
    _creation(REJECTED_SESSION, "Anna"),
    _operation("lifecycle", "Anna", "Reject", "StatusChange", session=REJECTED_SESSION),
    _by_system(ROUTING, "Transfer", "StatusChange", session=REJECTED_SESSION, targetPath="/users/Ben"),
    _operation("", "Ben", "Accept", *_MOVED, session=REJECTED_SESSION, nickname="Ben"),
    _operation("lifecycle", "Ben", "Transfer", *_MOVED, session=REJECTED_SESSION, targetPath="/users/Anna"),
    _operation("", "Anna", "Accept", *_MOVED, session=REJECTED_SESSION, nickname="Anna from Support"),
    _by_system(CHANNEL, "Leave", "StatusChange", "NewMessages", session=REJECTED_SESSION),
    _operation("", "Anna", "Complete", "StatusChange", session=REJECTED_SESSION),
    Step("desktop", "EndContactCenterSession", "Anna", "/me", {"operationName": "EndContactCenterSession"}),
)

_CLOSED: Final = (
    _creation(CLOSED_SESSION, "Anna", page="", userData={"Language": "en"}),
    _by_system(ROUTING, "UpdateUserData", "PropertiesUpdated", session=CLOSED_SESSION, userData={"Priority": 2}),
    _by_system(ROUTING, "DeleteUserData", "PropertiesUpdated", session=CLOSED_SESSION, keys=["Language"]),
    _by_system(ROUTING, "AddComment", "PropertiesUpdated", session=CLOSED_SESSION, comment="Nobody was free."),
    _by_system(ROUTING, "SetDisposition", "PropertiesUpdated", session=CLOSED_SESSION, disposition="TimedOut"),
    _by_system(ROUTING, "Complete", "StatusChange", session=CLOSED_SESSION),
)

STEPS: Final = (*_CONVERSATION, *_REJECTED, *_CLOSED)
"""A conversation; one that an agent rejects and another takes; and one that nobody takes."""


def play(stack: Stack, mark: str = "") -> Iterator[Played]:
    """Plays the steps, and gives each as it is done; raises Problem where one goes another way.

    The `mark` comes behind the sessions' ids: a stack can have those of an earlier tour.
    """
    tokens = {who: seed.log_in(stack.client, stack.outputs, who) for who in ("Anna", "Ben")}
    for step in (_marked(one, mark) for one in STEPS):
        answer = _send(stack, step, tokens)
        if answer.status != step.status:
            raise Problem(f"{step.title} by {step.who}: the answer is {answer.status} {answer.text}")
        yield Played(step, answer, _announced(stack, step))


def _marked(step: Step, mark: str) -> Step:
    path = re.sub("|".join(_SESSIONS), lambda found: found[0] + mark, step.path)
    body = dict(step.body) if step.body is not None else None
    if body and "id" in body:
        body["id"] += mark
    return replace(step, path=path, body=body)


def _send(stack: Stack, step: Step, tokens: Mapping[str, str]) -> Answer:
    url = stack.api_url + step.path
    body = None if step.body is None else json.dumps(step.body).encode()
    if step.is_of_system:
        known = http.signed(step.method, url, body or b"", Credentials("test", "test"))
    else:
        known = http.bearer(tokens[step.who])
    return http.send(step.method, url, body, known | step.headers)


def _announced(stack: Stack, step: Step) -> list[Notification]:
    came = stack.notifications(_NOTIFICATION_SECONDS)
    got = [json.loads(message["Body"]) for _, message in zip(step.announced, came, strict=False)]
    kinds = tuple(one["notificationType"] for one in got)
    if kinds != step.announced:
        raise Problem(f"{step.title} by {step.who} was announced as {kinds}, not as {step.announced}.")
    return got


def shown(played: Played) -> str:
    """The exchange as Markdown that reads well in a terminal too."""
    step = played.step
    lines = [f"{step.method} /api/v2{step.path}", *(f"{name}: {value}" for name, value in step.headers.items())]
    request = "\n".join(lines) + (f"\n\n{pretty(step.body)}" if step.body is not None else "")
    parts = [f"### {step.title}, by {step.who}", _block("http", request)]
    parts += [f"Answer: {played.answer.status}", _block("json", pretty(played.answer.body))]
    for one in played.notifications:
        parts += [f"Notification: {one['notificationType']}", _block("json", pretty(one))]
    return "\n\n".join(parts) + "\n"


def _block(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"
