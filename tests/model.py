"""What becomes of a session, in plain Python: the contract without AWS. Tests play it beside the system."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from facebook_session import exact_json

CUSTOMER: Final = "Kim"
REMEMBERED: Final = 3
"""How many changes a session remembers here: few, so that it forgets within a test."""

_IN_FLIGHT_SECONDS: Final = 10
_ATTEMPTS: Final = 3
_ANSWERED: Final = ("Chatting", "LeftChat")
_NOT_KEPT: Final = ("TypingStarted", "TypingStopped")

Texts = Mapping[str, str]
"""User data: by key the value's JSON, since to Python 1 and true were equal."""


class Answer(NamedTuple):
    """HTTP status, `statusCode`, and the number in the ETag."""

    status: int
    code: int
    number: int | None = None


REFUSED: Final = Answer(400, 2)
NOT_FOUND: Final = Answer(404, 6)
UNKNOWN: Final = Answer(503, 4)
FAILED: Final = Answer(500, 4)


class Message(NamedTuple):
    kind: str
    sender: str
    content: str = ""


@dataclass(frozen=True)
class Facts:
    """A session after one of its changes. `participants` are nicknames, `messages` all that were ever sent."""

    agent: str
    user_data: Texts
    state: str = "Invited"
    participants: tuple[str, ...] = (CUSTOMER,)
    comment: str | None = None
    messages: tuple[Message, ...] = ()

    @property
    def shown(self) -> dict[str, Any]:
        """What everybody sees of the session, beside its messages."""
        return {
            "state": self.state,
            "participants": [*self.participants],
            "user_data": self.user_data,
            "comment": self.comment,
        }

    @property
    def kept(self) -> list[Message]:
        """The transcript, the message of index 1 first."""
        return [message for message in self.messages if message.kind not in _NOT_KEPT]


@dataclass(frozen=True)
class Request:
    """An agent's request; `key` tells it from others, and the system too where it is `named`."""

    user: str
    operation: str
    parameters: Mapping[str, Any]
    key: str
    named: bool
    if_match: int | None = None

    @property
    def makes_sense(self) -> bool:
        """Otherwise it is refused before anything is written."""
        return self.parameters.get("targetPath") != f"/users/{self.user}"

    @property
    def body(self) -> str:
        return json.dumps({"operationName": self.operation, **self.parameters}, sort_keys=True)


class _Remembered(NamedTuple):
    request: Request
    second: int


@dataclass
class Session:
    """A session and its past: `past` holds the facts after each change, from number 1 on."""

    id: str
    content: Mapping[str, Any]
    past: list[Facts]
    _remembered: list[_Remembered] = field(default_factory=list)

    @classmethod
    def created(cls, session_id: str, content: Mapping[str, Any]) -> "Session":
        """As the routing system asks for it."""
        return cls(session_id, content, [Facts(content["agent"]["userName"], texts(content["userData"]))])

    @property
    def number(self) -> int:
        return len(self.past)

    @property
    def now(self) -> Facts:
        return self.past[-1]

    def created_again(self, content: Mapping[str, Any]) -> Answer:
        same = json.dumps(content, sort_keys=True) == json.dumps(self.content, sort_keys=True)
        return Answer(201, 0, self.number) if same else REFUSED

    def attempt(self, request: Request, second: int, *, in_doubt: bool = False) -> Answer:
        """What DynamoDB does with one attempt; `in_doubt` says that the outcome of one before it is unknown."""
        if not request.makes_sense:
            return REFUSED
        refusal = self._known(request) or self._doubt(second, in_doubt=in_doubt) or self._refusal(request)
        if refusal:
            return refusal
        after = _EFFECTS[request.operation](self.now, request)
        if after != self.now:
            self.past.append(after)
            self._remembered.append(_Remembered(request, second))
        return Answer(200, 0, self.number)

    def _known(self, request: Request) -> Answer | None:
        first = max(0, len(self._remembered) - REMEMBERED)
        for number, one in enumerate(self._remembered[first:], start=first + 2):
            if (one.request.user, one.request.key) == (request.user, request.key):
                return Answer(200, 0, number) if one.request.body == request.body else REFUSED
        return None

    def _doubt(self, second: int, *, in_doubt: bool) -> Answer | None:
        """Where the earlier attempt's change can have been forgotten already, nobody knows."""
        full = len(self._remembered) >= REMEMBERED
        fresh = full and self._remembered[-REMEMBERED].second >= second - _IN_FLIGHT_SECONDS
        return UNKNOWN if in_doubt and fresh else None

    def _refusal(self, request: Request) -> Answer | None:
        if request.user != self.now.agent:
            return NOT_FOUND
        if request.if_match not in (None, self.number):
            return Answer(412, 2, self.number)
        return None if self.now.state in ALLOWED_IN[request.operation] else REFUSED

    def added(self, number: int) -> list[Message]:
        """The messages of a change."""
        before = self.past[number - 2].messages if number > 1 else ()
        return [*self.past[number - 1].messages[len(before) :]]

    def kinds(self, number: int) -> list[str]:
        """The `notificationType`s of a change, in order."""
        return list(_kinds(self.past[number - 2] if number > 1 else None, self.past[number - 1]))

    def events(self, until: int) -> list[str]:
        """The `eventId`s of the changes until a number, in order."""
        numbers = range(1, until + 1)
        return [f"{self.id}#{one}#{place}" for one in numbers for place, _ in enumerate(self.kinds(one), start=1)]


def heard(
    attempt: Callable[[bool], Answer], faults: Sequence[str] = (), meanwhile: Callable[[], None] = lambda: None
) -> Answer:
    """The answer to a request whose first attempts meet `faults`: `unsent` or `lost`, its answer alone.

    `meanwhile` happens behind the first.
    """
    in_doubt = False
    for fault in [*faults, ""][:_ATTEMPTS]:
        answer = UNKNOWN if fault == "unsent" else attempt(in_doubt)
        if not fault:
            return answer
        if not in_doubt:
            meanwhile()
        in_doubt = True
    return UNKNOWN


def texts(user_data: Mapping[str, Any]) -> Texts:
    return {key: exact_json.dumps(value) for key, value in user_data.items()}


def _kinds(before: Facts | None, after: Facts) -> Iterator[str]:
    if before is None or before.state != after.state:
        yield "StatusChange"
    if before is None:
        return
    if before.participants != after.participants:
        yield "ParticipantsUpdated"
    if (before.user_data, before.comment) != (after.user_data, after.comment):
        yield "PropertiesUpdated"
    if before.messages != after.messages:
        yield "NewMessages"


# ------------------------------------------------------------------ the operations
def _accept(facts: Facts, request: Request) -> Facts:
    nickname = request.parameters["nickname"]
    joined = (Message("ParticipantJoined", CUSTOMER), Message("ParticipantJoined", nickname))
    return replace(
        facts, state="Chatting", participants=(nickname, *facts.participants), messages=(*facts.messages, *joined)
    )


def _says(kind: str, parameter: str = "") -> Callable[[Facts, Request], Facts]:
    def says(facts: Facts, request: Request) -> Facts:
        message = Message(kind, facts.participants[0], request.parameters.get(parameter, ""))
        return replace(facts, messages=(*facts.messages, message))

    return says


def _leave(facts: Facts, request: Request) -> Facts:
    return replace(_says("ParticipantLeft")(facts, request), state="LeftChat")


def _end(facts: Facts, _request: Request) -> Facts:
    return replace(facts, state="Completed")


def _transfer(facts: Facts, request: Request) -> Facts:
    target = request.parameters["targetPath"].removeprefix("/users/")
    return replace(facts, agent=target, state="Invited", participants=(CUSTOMER,))


def _set_disposition(facts: Facts, request: Request) -> Facts:
    key = request.parameters.get("dispositionKey", "DispositionCode")
    return replace(facts, user_data={**facts.user_data, **texts({key: request.parameters["disposition"]})})


def _set_user_data(facts: Facts, request: Request) -> Facts:
    return replace(facts, user_data={**facts.user_data, **texts(request.parameters["userData"])})


def _delete_user_data(facts: Facts, request: Request) -> Facts:
    gone = request.parameters["keys"]
    return replace(facts, user_data={key: value for key, value in facts.user_data.items() if key not in gone})


def _add_comment(facts: Facts, request: Request) -> Facts:
    return replace(facts, comment=request.parameters["comment"])


_EFFECTS: Final[Mapping[str, Callable[[Facts, Request], Facts]]] = {
    "Accept": _accept,
    "Reject": _end,
    "SendMessage": _says("Text", "text"),
    "SendUrl": _says("PushUrl", "url"),
    "SendStartTypingNotification": _says("TypingStarted"),
    "Leave": _leave,
    "Transfer": _transfer,
    "Complete": _end,
    "SetDisposition": _set_disposition,
    "AttachUserData": _set_user_data,
    "UpdateUserData": _set_user_data,
    "DeleteUserData": _delete_user_data,
    "AddComment": _add_comment,
}

ALLOWED_IN: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(_EFFECTS, _ANSWERED),
    **dict.fromkeys(("Accept", "Reject"), ("Invited",)),
    **dict.fromkeys(("SendMessage", "SendUrl", "SendStartTypingNotification", "Leave"), ("Chatting",)),
}
"""The states that an operation is allowed in."""
