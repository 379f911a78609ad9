"""What becomes of a session, in plain Python: the contract without AWS. Tests play it beside the system."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from facebook_session import exact_json

CUSTOMER: Final = "Kim"
MAX_RECORDS: Final = 3
"""How many idempotency records a session has here: few, so that it drops some within a test."""

MAX_DISPOSITIONS: Final = 5
"""How many a session's history has here before it is full."""

USER_DATA_LIMITS: Final = (2, 45)
DISPOSITION_LIMITS: Final = (3, 60)
"""How many keys and bytes a session's user data may have here, so that it is full within a test."""

AGENTS: Final = ("Anna", "Ben", "Dora")
"""Those who can take sessions."""

SYSTEM: Final = "system"
"""How the history calls them all."""

SYSTEMS: Final = ("arn:aws:iam::123456789012:role/channel", "arn:aws:iam::123456789012:role/routing")
"""Those who speak for the customer, and move sessions; the second creates them too."""

DISPOSITION: Final = "DispositionCode"
"""The key that policies are about."""

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


class Policy(NamedTuple):
    """Of dispositions: `codes` are the names of those that can be set."""

    codes: tuple[str, ...] = ()
    enforce: bool = False
    mandatory: bool = False
    default: str | None = None
    late_hours: int = 0

    @property
    def document(self) -> dict[str, Any]:
        codes = [{"name": name, "displayName": name.lower()} for name in self.codes]
        given = {name: getattr(self, name) for name in ("enforce", "mandatory", "default")}
        return {"codes": codes, "lateHours": self.late_hours, **given}

    def refuses(self, user_data: "Texts") -> bool:
        """Whatever the session is."""
        value = json.loads(user_data.get(DISPOSITION, '"A"'))
        if DISPOSITION not in user_data or not (self.enforce or self.mandatory):
            return False
        return not isinstance(value, str) or (self.enforce and value not in self.codes)


NO_POLICY: Final = Policy()


class Disposition(NamedTuple):
    """An entry of the history; `value` is JSON."""

    number: int
    key: str
    value: str | None
    user: str


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
    """A session after one of its changes. `participants` are nicknames, `messages` all of the transcript. `defaulted`
    says that its disposition is the default, as its end has set it.
    """

    agent: str
    user_data: Texts
    state: str = "Invited"
    ended_by: str | None = None
    defaulted: bool = False
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
    def has_disposition(self) -> bool:
        return self.user_data.get(DISPOSITION, "").strip('"') != "" and self.user_data[DISPOSITION].startswith('"')

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
    policy: Policy = NO_POLICY

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
            return texts({self.parameters.get("dispositionKey", DISPOSITION): self.parameters["disposition"]})
        return texts(self.parameters.get("userData", {}))

    @property
    def keys(self) -> Sequence[str]:
        """Those that it sets or removes."""
        return [*self.user_data, *self.parameters.get("keys", ())]

    @property
    def disposition_key(self) -> str | None:
        """That of the disposition that it sets or removes."""
        if self.operation == "SetDisposition":
            return self.keys[0]
        return DISPOSITION if DISPOSITION in self.keys else None

    @property
    def is_mandatory(self) -> bool:
        """Whether it needs a session with a disposition."""
        return self.policy.mandatory and self.operation == "Complete" and not self.is_systems

    @property
    def default(self) -> str | None:
        """What the session gets where it ends without one."""
        ends = self.operation in ("Complete", "Reject") or (self.operation == "Leave" and self.is_systems)
        return self.policy.default if ends and not self.is_mandatory else None

    @property
    def may_be_late(self) -> bool:
        is_agents = self.operation == "SetDisposition" and not self.is_systems
        return bool(is_agents and self.disposition_key == DISPOSITION and self.policy.late_hours)

    @property
    def keeps_history(self) -> bool:
        return bool(self.disposition_key or self.is_mandatory or self.default)

    @property
    def is_written(self) -> bool:
        """A transfer to nobody, or to oneself, is refused without a write, and so is what only agents can do, and what
        the policy forbids.
        """
        is_vain = self.operation == "Transfer" and self.target not in {*AGENTS} - {self.user}
        return bool(self.allowed_in) and not is_vain and not self.policy.refuses(self.user_data)

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
    nothing `alters`; `is_exact` says that it knows how large. An agent who calls is taken to be `in_chat`, another is
    not, and an agent who completes to have set a disposition. `takes_back` says that the default goes.
    """

    in_chat: str | None
    state: str = "Chatting"
    has_records: bool = True
    customer_joined: bool = False
    alters: bool = True
    number: int | None = None
    disposition_alters: bool = True
    has_disposition: bool = False
    has_history: bool = True
    is_exact: bool = False
    takes_back: bool = False


@dataclass
class Session:
    """A session and its past: `past` holds the facts after each change, from number 1 on, `histories` the dispositions,
    `changed_by` who made it, and `typed` the number that it had at each typing notification, and who typed. `bound` is
    what it believes its user data to have at most, in bytes; one that an earlier version made has none, and no
    idempotency records.
    """

    id: str
    content: Mapping[str, Any]
    past: list[Facts]
    bound: int | None = None
    has_records: bool = False
    has_history: bool = False
    changed_by: list[str] = field(default_factory=lambda: [SYSTEMS[1]])
    typed: list[tuple[int, str]] = field(default_factory=list)
    dispositions: list[Disposition] = field(default_factory=list)
    histories: list[list[Disposition]] = field(default_factory=lambda: [[]])
    policies: list[Policy] = field(default_factory=lambda: [NO_POLICY])
    took_part: set[str] = field(default_factory=set)
    completed: int = 0
    _records: list[_Remembered] = field(default_factory=list)

    @classmethod
    def created(cls, session_id: str, content: Mapping[str, Any], *, earlier: bool) -> "Session":
        """As the routing system asks for it, of this or of an earlier version."""
        facts = Facts(content["agent"]["userName"], texts(content["userData"]))
        if earlier:
            return cls(session_id, content, [facts], changed_by=[""])
        value = facts.user_data.get(DISPOSITION)
        begun = [] if value is None else [Disposition(1, DISPOSITION, value, SYSTEM)]
        return cls(
            session_id,
            content,
            [facts],
            facts_size(facts),
            has_records=True,
            has_history=True,
            dispositions=begun,
            histories=[[*begun]],
        )

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
        if not request.allowed_in or request.target == request.user:
            return REFUSED
        if request.policy.refuses(request.user_data):
            return (self._known(request) if request.sends_key else None) or REFUSED
        return self._known(request) or self._refusal(request, 0) or REFUSED

    def write(self, request: Request, seen: Seen, second: int, *, in_doubt: bool) -> Answer | None:
        """What DynamoDB does with one write, and the API with its refusal; None: it is to write again.

        `in_doubt` says that the outcome of one before it is unknown.
        """
        doubt = self._doubt(request, second, in_doubt=in_doubt)
        settled = self._known(request) or (doubt if request.is_recorded else None) or self._refusal(request, second)
        if settled is None and self._is(request, seen):
            self._carry_out(request, seen, second)
            return Answer(200, 0, self.number)
        return self._known(request) or doubt or self._refusal(request, second) or self._settled(request)

    def seen(self, request: Request) -> Seen:
        """What a refused write brings."""
        alters, now = self._alters(request), self.now
        gets_default = request.default is not None and not now.has_disposition
        lacks_history = request.keeps_history and not self.has_history
        lacks_room = bool(request.user_data) and not self._surely_has_room(request)
        is_exact = alters and (lacks_room or (gets_default and self.bound is None))
        takes_back = self._takes_back(request)
        relies = not alters or is_exact or lacks_history or takes_back
        return Seen(
            now.in_chat,
            now.state,
            self.has_records,
            now.customer_joined,
            alters,
            self.number if relies else None,
            self._disposition_alters(request),
            now.has_disposition,
            self.has_history,
            is_exact,
            takes_back,
        )

    def _is(self, request: Request, seen: Seen) -> bool:
        """Whether the session is what the write takes it for, in all that matters to the write."""
        now = self.seen(request)
        has_room = not request.user_data or seen.is_exact or self._surely_has_room(request)
        gets_default = request.default is not None and not now.has_disposition and self._ends(request)
        return (
            seen.number in (None, self.number)
            and seen.alters == now.alters
            and (seen.has_records == now.has_records or not (request.is_recorded or not now.alters))
            and (seen.customer_joined == now.customer_joined or request.operation != "Accept")
            and (seen.in_chat == now.in_chat or request.operation not in _TAKING_OUT[request.is_systems])
            and (seen.state == now.state or not (request.operation == "Leave" or self._is_over(request, seen)))
            and (has_room or not now.alters)
            and (seen.disposition_alters == now.disposition_alters or not (request.disposition_key and now.alters))
            and (seen.has_disposition == now.has_disposition or request.default is None or not self._ends(request))
            and (seen.has_history == now.has_history or not (now.disposition_alters or gets_default))
            and (seen.is_exact or self.bound is not None or not gets_default)
            and seen.takes_back == now.takes_back
            and not (now.disposition_alters and self._history_is_full)
        )

    def _ends(self, request: Request) -> bool:
        return _after(self.now, request).state == "Completed"

    def _takes_back(self, request: Request) -> bool:
        return self.now.defaulted and request.is_systems and request.operation == "Transfer"

    def _is_over(self, request: Request, seen: Seen) -> bool:
        return request.may_be_late and "Completed" in (seen.state, self.now.state)

    @property
    def _history_is_full(self) -> bool:
        return len(self.dispositions) >= MAX_DISPOSITIONS

    def _disposition_alters(self, request: Request) -> bool:
        key = request.disposition_key
        return key is not None and self.now.user_data.get(key) != _after(self.now, request).user_data.get(key)

    def _carry_out(self, request: Request, seen: Seen, second: int) -> None:
        if request.operation == TYPING:
            self.typed.append((self.number, request.user))
        if request.is_numbered and seen.alters:
            self._change(request, seen, second)
        if request.is_recorded:
            self.has_records = True
            self._records.append(_Remembered(request, second, self.number))

    def _change(self, request: Request, seen: Seen, second: int) -> None:
        before, after = self.now, _after(self.now, request)
        self.past.append(after)
        self.changed_by.append(request.user)
        self.policies.append(request.policy)
        if request.operation == "Accept":
            self.took_part.add(request.user)
        if after.state == "Completed" != before.state:
            self.completed = second
        self._keep(request, before, after)
        self.histories.append([*self.dispositions])
        added = {key: after.user_data[key] for key in request.user_data} or _added(before, after)
        if added:
            guess = None if seen.is_exact or self.bound is None else self.bound + size(added)
            self.bound = guess or facts_size(after)

    def _keep(self, request: Request, before: Facts, after: Facts) -> None:
        """In the history, the disposition that is another one than before. A default nobody has chosen: where it goes
        from a full history, it goes without a trace.
        """
        key = request.disposition_key or DISPOSITION
        value = after.user_data.get(key)
        is_chosen = value is None or key in request.user_data
        user = request.user if is_chosen and not request.is_systems else SYSTEM
        if before.defaulted and not after.user_data.get(key) and self._history_is_full:
            self.dispositions.pop()
        elif before.user_data.get(key) != value:
            self.has_history = True
            self.dispositions.append(Disposition(self.number, key, value, user))

    def _alters(self, request: Request) -> bool:
        return not request.is_numbered or _after(self.now, request) != self.now

    def _surely_has_room(self, request: Request) -> bool:
        keys, most = limits(request)
        fits = len(self.now.user_data) + len(request.user_data) <= keys
        return self.bound is not None and fits and self.bound + size(request.user_data) <= most

    def _settled(self, request: Request) -> Answer | None:
        if not self._alters(request):
            return None if request.sends_key else Answer(200, 0, self.number)
        if self._disposition_alters(request) and self._history_is_full:
            return OUT_OF_RANGE
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

    def _refusal(self, request: Request, second: int) -> Answer | None:
        is_late = self._is_late(request, second)
        if not (request.is_systems or request.user == self.now.agent or is_late):
            return NOT_FOUND
        if request.if_match not in (None, self.number):
            return Answer(412, 2, self.number)
        if request.is_mandatory and not self.now.has_disposition:
            return REFUSED
        return None if is_late or self.now.situation in request.allowed_in else REFUSED

    def _is_late(self, request: Request, second: int) -> bool:
        """Whether it comes after the session's end, but is allowed all the same."""
        return (
            request.may_be_late
            and self.now.state == "Completed"
            and self.completed > second - 3_600 * request.policy.late_hours
            and request.user in {self.now.agent, *self.took_part}
        )

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
    return DISPOSITION_LIMITS if [*request.user_data] == [request.disposition_key] else USER_DATA_LIMITS


def _added(before: Facts, after: Facts) -> Texts:
    """What comes without the request's asking for it: the default."""
    value = after.user_data.get(DISPOSITION)
    return {} if value is None or value == before.user_data.get(DISPOSITION) else {DISPOSITION: value}


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
    ended = replace(facts, state="Completed", ended_by=request.operation)
    if request.default is None or facts.has_disposition:
        return ended
    return replace(ended, user_data={**facts.user_data, **texts({DISPOSITION: request.default})}, defaulted=True)


def _transfer(facts: Facts, request: Request) -> Facts:
    kept = {key: value for key, value in facts.user_data.items() if not (facts.defaulted and key == DISPOSITION)}
    return _left(replace(facts, agent=request.target, state="Invited", ended_by=None, user_data=kept, defaulted=False))


def _set_user_data(facts: Facts, request: Request) -> Facts:
    """Whose disposition is corrected has no default any more."""
    data = {**facts.user_data, **request.user_data}
    return replace(facts, user_data=data, defaulted=facts.defaulted and data == facts.user_data)


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
