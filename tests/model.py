"""What becomes of a session, in plain Python: the contract without AWS. Tests play it beside the system."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from facebook_session import exact_json

CUSTOMER: Final = "Kim"
MAX_RECORDS: Final = 3
"""How many idempotency records a session has here: few, so that it drops some within a test."""

USER_DATA_LIMITS: Final = (2, 45)
DISPOSITION_LIMITS: Final = (3, 60)
"""How many keys and bytes a session's user data may have here, so that it is full within a test."""

AGENTS: Final = ("Anna", "Ben", "Dora")
"""Those who can take sessions."""

SYSTEMS: Final = ("arn:aws:iam::123456789012:role/channel", "arn:aws:iam::123456789012:role/routing")
"""Those who speak for the customer, and move sessions; the second creates them too."""

TYPING: Final = "SendStartTypingNotification"
FOCUS: Final = "SetInFocus"

_IN_FLIGHT_SECONDS: Final = 10
_ATTEMPTS: Final = 3
_WRITES: Final = 10
_ANSWERED: Final = ("Chatting", "LeftChat")
_OPEN: Final = ("Invited", *_ANSWERED)
REJECTED: Final = "Completed by Reject"
"""What a session's agent has refused: a state of its own to systems."""

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
OUT_OF_RANGE: Final = Answer(400, 10)


class Message(NamedTuple):
    kind: str
    sender: str
    content: str = ""


@dataclass(frozen=True)
class Facts:
    """A session after one of its changes. `participants` are nicknames, `messages` all of the transcript."""

    agent: str
    user_data: Texts
    state: str = "Invited"
    ended_by: str | None = None
    participants: tuple[str, ...] = (CUSTOMER,)
    comment: str | None = None
    messages: tuple[Message, ...] = ()

    @property
    def in_chat(self) -> str | None:
        """The agent who is."""
        return None if self.participants[0] == CUSTOMER else self.agent

    @property
    def customer_joined(self) -> bool:
        return Message("ParticipantJoined", CUSTOMER) in self.messages

    @property
    def situation(self) -> str:
        """By which it shows what is allowed."""
        return REJECTED if self.ended_by == "Reject" else self.state

    @property
    def shown(self) -> dict[str, Any]:
        """What everybody sees of the session, beside its messages."""
        return {
            "state": self.state,
            "ended_by": self.ended_by,
            "participants": [*self.participants],
            "user_data": self.user_data,
            "comment": self.comment,
        }


@dataclass(frozen=True)
class Request:
    """The request of an agent or of a system; `key` tells it from others of the user's, and us too where the client
    `sends_key`.
    """

    user: str
    operation: str
    parameters: Mapping[str, Any]
    key: str
    sends_key: bool
    if_match: int | None = None

    @property
    def is_systems(self) -> bool:
        return self.user in SYSTEMS

    @property
    def allowed_in(self) -> Sequence[str]:
        """The situations of sessions that it is allowed in."""
        return allowed_in(self.user, self.operation)

    @property
    def target(self) -> str:
        """The agent to whom a transfer hands the session."""
        return str(self.parameters.get("targetPath", "")).removeprefix("/users/")

    @property
    def user_data(self) -> Texts:
        """The keys that it sets."""
        if self.operation == "SetDisposition":
            key = self.parameters.get("dispositionKey", "DispositionCode")
            return texts({key: self.parameters["disposition"]})
        return texts(self.parameters.get("userData", {}))

    @property
    def is_written(self) -> bool:
        """A transfer to nobody, or to oneself, is refused without a write, and so is what only agents can do."""
        return bool(self.allowed_in) and (self.operation != "Transfer" or self.target in {*AGENTS} - {self.user})

    @property
    def is_numbered(self) -> bool:
        return self.operation not in (TYPING, FOCUS)

    @property
    def is_recorded(self) -> bool:
        return self.is_numbered or (self.sends_key and self.operation == FOCUS)

    @property
    def body(self) -> str:
        return json.dumps({"operationName": self.operation, **self.parameters}, sort_keys=True)


class _Remembered(NamedTuple):
    request: Request
    second: int
    number: int


class Seen(NamedTuple):
    """What a write takes its session for: at first what is nearly always so, and then what a refused write brings.

    `number` is the session's, where the write relies on what it can't ask for: how large the user data gets, or that
    nothing `alters`. An agent who calls is taken to be `in_chat`, another is not.
    """

    in_chat: str | None
    state: str = "Chatting"
    has_records: bool = True
    customer_joined: bool = False
    alters: bool = True
    number: int | None = None


@dataclass
class Session:
    """A session and its past: `past` holds the facts after each change, from number 1 on, `changed_by` who made it, and
    `typed` the number that it had at each typing notification, and who typed. `bound` is what it believes its user data
    to have at most, in bytes; one that an earlier version made has none, and no idempotency records.
    """

    id: str
    content: Mapping[str, Any]
    past: list[Facts]
    bound: int | None = None
    has_records: bool = False
    changed_by: list[str] = field(default_factory=lambda: [SYSTEMS[1]])
    typed: list[tuple[int, str]] = field(default_factory=list)
    _records: list[_Remembered] = field(default_factory=list)

    @classmethod
    def created(cls, session_id: str, content: Mapping[str, Any], *, earlier: bool) -> "Session":
        """As the routing system asks for it, of this or of an earlier version."""
        facts = Facts(content["agent"]["userName"], texts(content["userData"]))
        if earlier:
            return cls(session_id, content, [facts], changed_by=[""])
        return cls(session_id, content, [facts], facts_size(facts), has_records=True)

    @property
    def number(self) -> int:
        return len(self.past)

    @property
    def now(self) -> Facts:
        return self.past[-1]

    def created_again(self, content: Mapping[str, Any]) -> Answer:
        same = json.dumps(content, sort_keys=True) == json.dumps(self.content, sort_keys=True)
        return Answer(201, 0, self.number) if same else REFUSED

    # -------------------------------------------------------------- requests
    def refuses(self, request: Request) -> Answer:
        """What is not written: only of a transfer to nobody it matters what the session is like."""
        is_vain = not request.allowed_in or request.target == request.user
        return REFUSED if is_vain else self._known(request) or self._refusal(request) or REFUSED

    def write(self, request: Request, seen: Seen, second: int, *, in_doubt: bool) -> Answer | None:
        """What DynamoDB does with one write, and the API with its refusal; None: it is to write again.

        `in_doubt` says that the outcome of one before it is unknown.
        """
        doubt = self._doubt(request, second, in_doubt=in_doubt)
        settled = self._known(request) or (doubt if request.is_recorded else None) or self._refusal(request)
        if settled is None and self._is(request, seen):
            self._carry_out(request, seen, second)
            return Answer(200, 0, self.number)
        return self._known(request) or doubt or self._refusal(request) or self._settled(request)

    def seen(self, request: Request) -> Seen:
        """What a refused write brings."""
        alters = self._alters(request)
        relies = not alters or bool(request.user_data)
        number = self.number if relies else None
        return Seen(
            self.now.in_chat, self.now.state, self.has_records, self.now.customer_joined, alters=alters, number=number
        )

    def _is(self, request: Request, seen: Seen) -> bool:
        """Whether the session is what the write takes it for, in all that matters to the write."""
        now = self.seen(request)
        has_room = not request.user_data or seen.number is not None or self._surely_has_room(request)
        return (
            seen.number in (None, self.number)
            and seen.alters == now.alters
            and (seen.has_records == now.has_records or not (request.is_recorded or not now.alters))
            and (seen.customer_joined == now.customer_joined or request.operation != "Accept")
            and (seen.in_chat == now.in_chat or request.operation not in _TAKING_OUT[request.is_systems])
            and (seen.state == now.state or request.operation != "Leave")
            and (has_room or not now.alters)
        )

    def _carry_out(self, request: Request, seen: Seen, second: int) -> None:
        if request.operation == TYPING:
            self.typed.append((self.number, request.user))
        if request.is_numbered and seen.alters:
            self.past.append(_after(self.now, request))
            self.changed_by.append(request.user)
            if request.user_data:
                guess = None if seen.number or self.bound is None else self.bound + size(request.user_data)
                self.bound = guess or facts_size(self.now)
        if request.is_recorded:
            self.has_records = True
            self._records.append(_Remembered(request, second, self.number))

    def _alters(self, request: Request) -> bool:
        return not request.is_numbered or _after(self.now, request) != self.now

    def _surely_has_room(self, request: Request) -> bool:
        keys, most = limits(request)
        fits = len(self.now.user_data) + len(request.user_data) <= keys
        return self.bound is not None and fits and self.bound + size(request.user_data) <= most

    def _settled(self, request: Request) -> Answer | None:
        if not self._alters(request):
            return None if request.sends_key else Answer(200, 0, self.number)
        if not request.user_data:
            return None
        keys, most = limits(request)
        after = _after(self.now, request)
        too_many = len(after.user_data) > max(keys, len(self.now.user_data))
        return OUT_OF_RANGE if too_many or facts_size(after) > max(most, facts_size(self.now)) else None

    def _known(self, request: Request) -> Answer | None:
        for one in self._records[-MAX_RECORDS:]:
            if (one.request.user, one.request.key) == (request.user, request.key):
                return Answer(200, 0, one.number) if one.request.body == request.body else REFUSED
        return None

    def _doubt(self, request: Request, second: int, *, in_doubt: bool) -> Answer | None:
        """Where the earlier attempt's change can have been dropped already, nobody knows."""
        full = len(self._records) >= MAX_RECORDS
        fresh = full and self._records[-MAX_RECORDS].second >= second - _IN_FLIGHT_SECONDS
        return UNKNOWN if in_doubt and (fresh or not request.is_recorded) else None

    def _refusal(self, request: Request) -> Answer | None:
        if not request.is_systems and request.user != self.now.agent:
            return NOT_FOUND
        if request.if_match not in (None, self.number):
            return Answer(412, 2, self.number)
        return None if self.now.situation in request.allowed_in else REFUSED

    # -------------------------------------------------------------- notifications
    def added(self, number: int) -> list[Message]:
        """The messages of a change."""
        before = self.past[number - 2].messages if number > 1 else ()
        return [*self.past[number - 1].messages[len(before) :]]

    def kinds(self, number: int) -> list[str]:
        """The `notificationType`s of a change, in order."""
        return list(_kinds(self.past[number - 2] if number > 1 else None, self.past[number - 1]))

    def events(self, number: int) -> list[str]:
        """The `eventId`s of a change, in order."""
        return [f"{self.id}#{number}#{place}" for place, _ in enumerate(self.kinds(number), start=1)]

    def typing(self, count: int) -> Message:
        """What the typing notification of this count tells."""
        number, user = self.typed[count - 1]
        return Message("TypingStarted", CUSTOMER if user in SYSTEMS else self.past[number - 1].participants[0])

    def author(self, number: int, position: int) -> str:
        """Who made the change of this number, or typed behind it."""
        return self.typed[position - 5][1] if position > 4 else self.changed_by[number - 1]

    def typing_event(self, count: int) -> str:
        """The `eventId` of the typing notification of this count."""
        return f"{self.id}#{self.typed[count - 1][0]}#{4 + count}"


Write = Callable[[Seen, bool], Answer | None]
"""One write that takes its session for what was seen, where the outcome of an earlier one is unknown, or isn't."""


def heard(
    write: Write,
    seen: Seen,
    faults: Sequence[str] = (),
    meanwhile: Callable[[], None] = lambda: None,
    learn: Callable[[], Seen] | None = None,
) -> Answer:
    """The answer to a request whose first writes meet `faults`: `unsent` or `lost`, its answer alone.

    The first takes its session for what is `seen`. `meanwhile` happens behind the first fault, and `learn` tells what a
    refused write brings.
    """
    unknown = 0
    for fault in [*faults, *[""] * _WRITES][:_WRITES]:
        answer = None if fault == "unsent" else write(seen, unknown > 0)
        if not fault and answer is not None:
            return answer
        unknown += 1 if fault else 0
        if unknown == _ATTEMPTS:
            break
        if fault and unknown == 1:
            meanwhile()
        if not fault and learn:
            seen = learn()
    return UNKNOWN


def texts(user_data: Mapping[str, Any]) -> Texts:
    return {key: exact_json.unicode(value) for key, value in user_data.items()}


def size(user_data: Texts) -> int:
    """In bytes of UTF-8, with a colon and a comma each."""
    return sum(len(f"{exact_json.unicode(key)}:{text},".encode()) for key, text in user_data.items())


def facts_size(facts: Facts) -> int:
    return size(facts.user_data)


def limits(request: Request) -> tuple[int, int]:
    return DISPOSITION_LIMITS if request.operation == "SetDisposition" else USER_DATA_LIMITS


def _kinds(before: Facts | None, after: Facts) -> Iterator[str]:
    if before is None or (before.state, before.agent) != (after.state, after.agent):
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
def _after(facts: Facts, request: Request) -> Facts:
    effect = _OF_SYSTEMS.get(request.operation) if request.is_systems else None
    return (effect or _EFFECTS[request.operation])(facts, request)


def _accept(facts: Facts, request: Request) -> Facts:
    """The customer joins once."""
    nickname = request.parameters["nickname"]
    customer = () if facts.customer_joined else (Message("ParticipantJoined", CUSTOMER),)
    joined = (*customer, Message("ParticipantJoined", nickname))
    return replace(
        facts, state="Chatting", participants=(nickname, *facts.participants), messages=(*facts.messages, *joined)
    )


def _says(kind: str, parameter: str = "") -> Callable[[Facts, Request], Facts]:
    def says(facts: Facts, request: Request) -> Facts:
        sender = CUSTOMER if request.is_systems else facts.participants[0]
        message = Message(kind, sender, request.parameters.get(parameter, ""))
        return replace(facts, messages=(*facts.messages, message))

    return says


def _leave(facts: Facts, _request: Request) -> Facts:
    return _left(replace(facts, state="LeftChat"))


def _left(facts: Facts) -> Facts:
    """Without the agent, if there is one in the chat."""
    if not facts.in_chat:
        return facts
    message = Message("ParticipantLeft", facts.participants[0])
    return replace(facts, participants=facts.participants[1:], messages=(*facts.messages, message))


def _customer_leaves(facts: Facts, request: Request) -> Facts:
    """The session is about nobody else, so the customer stays a participant. Who has not been answered ends it."""
    told = replace(facts, messages=(*facts.messages, Message("ParticipantLeft", CUSTOMER)))
    return _end(told, request) if facts.state == "Invited" else replace(told, state="LeftChat")


def _end(facts: Facts, request: Request) -> Facts:
    return replace(facts, state="Completed", ended_by=request.operation)


def _transfer(facts: Facts, request: Request) -> Facts:
    return _left(replace(facts, agent=request.target, state="Invited", ended_by=None))


def _set_user_data(facts: Facts, request: Request) -> Facts:
    return replace(facts, user_data={**facts.user_data, **request.user_data})


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
    "Leave": _leave,
    "Transfer": _transfer,
    "Complete": _end,
    "SetDisposition": _set_user_data,
    "AttachUserData": _set_user_data,
    "UpdateUserData": _set_user_data,
    "DeleteUserData": _delete_user_data,
    "AddComment": _add_comment,
}

_OF_SYSTEMS: Final[Mapping[str, Callable[[Facts, Request], Facts]]] = {"Leave": _customer_leaves}
"""What means another thing than from an agent."""

_TAKING_OUT: Final = (("Leave", "Transfer"), ("Transfer",))
"""What takes an agent out of the chat, from agents and from systems."""

_SPEAKING: Final = ("SendMessage", "SendUrl", TYPING)
_OF_AGENTS_ALONE: Final = ("Accept", "Reject", FOCUS)

AGENTS_MAY: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(_EFFECTS, _ANSWERED),
    **dict.fromkeys(("Accept", "Reject"), ("Invited",)),
    **dict.fromkeys((*_SPEAKING, "Leave", FOCUS), ("Chatting",)),
}
SYSTEMS_MAY: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(_EFFECTS, _OPEN),
    **dict.fromkeys((*_SPEAKING, "Leave"), ("Invited", "Chatting")),
    "Transfer": (*_OPEN, REJECTED),
    **dict.fromkeys(_OF_AGENTS_ALONE, ()),
}
"""The situations that an operation is allowed in."""


def allowed_in(user: str, operation: str) -> tuple[str, ...]:
    return (SYSTEMS_MAY if user in SYSTEMS else AGENTS_MAY)[operation]
