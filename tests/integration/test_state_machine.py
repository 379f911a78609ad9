"""Every operation of every caller in every situation. The table is the contract's, that in docs/ the code's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from facebook_session.attributes import attribute, plain
from local import seed
from session_api import app as api
from session_api.operations import OPERATIONS
from tests.clients import client
from tests.integration.requests import CHANNEL, by_system, operation, put_policy, read_by_system
from tests.system import System, body
from tests.template import ROOT

STATES = ("Invited", "Chatting", "LeftChat", "Completed")
AGENT = {"nickname": "TestName", "type": "Agent", "participantId": "009052C73228006D"}
CUSTOMER = {"nickname": "FirstL", "type": "Customer", "participantId": "009052C73223006B"}
BEFORE = {"nickname": "Zoe", "type": "Agent", "participantId": "009052C73228006C"}


# ------------------------------------------------------------------ the sessions that the operations meet
@dataclass(frozen=True)
class Situation:
    """`departed` is who left the chat last."""

    state: str
    participants: tuple[Mapping[str, str], ...] = (CUSTOMER,)
    ended_by: str | None = None
    departed: Mapping[str, str] | None = None


BOTH = (AGENT, CUSTOMER)
CORRECTED = {"key": "DispositionCode", "userName": "Zoe", "timestamp": 1_389_261_492_035}
"""A disposition that was removed."""

SITUATIONS = {
    "Invited": Situation("Invited"),
    "invited behind another": Situation("Invited", departed=BEFORE),
    "Chatting": Situation("Chatting", BOTH),
    "left by the agent": Situation("LeftChat", departed=AGENT),
    "left by the customer": Situation("LeftChat", BOTH),
    "rejected": Situation("Completed", ended_by="Reject"),
    "completed": Situation("Completed", BOTH, ended_by="Complete"),
    "given up": Situation("Completed", ended_by="Leave"),
    "completed under an earlier version": Situation("Completed"),
}
NO_DISPOSITIONS = dict.fromkeys(("dispositions", "dispositionNumbers", "dispositionBytes", "completedAt", "tookPart"))
"""What items lack that were written before there was a history."""

SHAPES: dict[str, Any] = {
    "today's": {},
    "with a past": {
        "messageCount": {"N": "7"},
        "typingCount": {"N": "3"},
        "dispositions": {"L": [attribute(CORRECTED)]},
        "dispositionNumbers": {"L": [{"N": "20"}]},
        "dispositionBytes": {"N": "19"},
        "tookPart": {"SS": ["Zoe"]},
    },
    "that remembers three bytes of a digest": {
        "requests": {"L": [{"B": bytes(6)}] * 32},
        "taken": {"L": [{"B": bytes(7)}] * 32},
        **NO_DISPOSITIONS,
    },
    "that remembers nothing": dict.fromkeys(("requests", "taken", "userDataBytes")) | NO_DISPOSITIONS,
    "of the first version": dict.fromkeys(("requests", "taken", "userDataBytes", "owner")) | NO_DISPOSITIONS,
}
"""Items as this and earlier versions leave them. None: there is no such attribute."""


# ------------------------------------------------------------------ what the contract says of them
@dataclass(frozen=True)
class Effect:
    """`kinds` are the notifications in order, `to` the state afterwards, where it is another, and `changes` other
    fields of the resource. `numbered` says whether it is a change.
    """

    kinds: tuple[str, ...] = ()
    to: str | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[Mapping[str, Any], ...] = ()
    numbered: bool = True


Rules = Mapping[str, Mapping[str, Effect]]
"""What an operation does in the situations that it is allowed in."""

PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    "SetDisposition": {"disposition": "Spam"},
    "AttachUserData": {"userData": {"Gift": None, "Total": 19.95, "Language": "fr"}},
    "UpdateUserData": {"userData": {"Language": True}},
    "DeleteUserData": {"keys": ["Language", "Missing"]},
    "AddComment": {"comment": "Called back."},
    "Accept": {"nickname": "TestName"},
    "SendMessage": {"text": "Hello"},
    "SendUrl": {"url": "https://example.com/"},
    "Transfer": {"targetPath": "/users/Ben"},
    "Complete": {"queueName": "Returns"},
}
DATA: Mapping[str, Mapping[str, Any]] = {
    "SetDisposition": {"userData": {"Language": "en", "DispositionCode": "Spam"}},
    "AttachUserData": {"userData": {"Language": "fr", "Gift": None, "Total": 19.95}},
    "UpdateUserData": {"userData": {"Language": True}},
    "DeleteUserData": {"userData": {}},
    "AddComment": {"comment": "Called back."},
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "SendMessage": {"type": "Text", "text": "Hello"},
    "SendUrl": {"type": "PushUrl", "url": "https://example.com/"},
}
TYPING = {"SendStartTypingNotification": "TypingStarted", "SendStopTypingNotification": "TypingStopped"}

INVITED = ("Invited", "invited behind another")
LEFT = ("left by the agent", "left by the customer")
ANSWERED = ("Chatting", *LEFT)


def data(*situations: str) -> Rules:
    return {
        name: dict.fromkeys(situations, Effect(("PropertiesUpdated",), changes=changes))
        for name, changes in DATA.items()
    }


def words(sender: Mapping[str, str], *situations: str) -> Rules:
    kinds = ("NewMessages",)
    said = {name: Effect(kinds, messages=({**message, "from": sender},)) for name, message in WORDS.items()}
    typed = {
        name: Effect(kinds, messages=({"type": kind, "from": sender},), numbered=False) for name, kind in TYPING.items()
    }
    return {name: dict.fromkeys(situations, effect) for name, effect in (said | typed).items()}


def moved(to: str, *messages: tuple[str, Mapping[str, str]], **changes: Any) -> Effect:
    participants = ("ParticipantsUpdated",) if "participants" in changes else ()
    kinds = ("StatusChange", *participants, *(("NewMessages",) if messages else ()))
    return Effect(kinds, to, changes, tuple({"type": kind, "from": sender} for kind, sender in messages))


AGENT_LEAVES = ("ParticipantLeft", AGENT)
CUSTOMER_LEAVES = ("ParticipantLeft", CUSTOMER)
JOINED = moved(
    "Chatting", ("ParticipantJoined", CUSTOMER), ("ParticipantJoined", AGENT), participants=[AGENT, CUSTOMER]
)
TAKEN = moved("Invited", AGENT_LEAVES, participants=[CUSTOMER])
"""The session of an agent who is in the chat goes to another."""

GIVEN = moved("Invited")
"""Nobody has to leave the chat."""

COMPLETED = moved("Completed", endedBy="Complete", queueName="Returns")
OF_AGENTS: Rules = {
    **data(*ANSWERED),
    **words(AGENT, "Chatting"),
    "SetInFocus": {"Chatting": Effect(numbered=False)},
    "Accept": dict.fromkeys(INVITED, JOINED),
    "Reject": dict.fromkeys(INVITED, moved("Completed", endedBy="Reject")),
    "Leave": {"Chatting": moved("LeftChat", AGENT_LEAVES, participants=[CUSTOMER])},
    "Transfer": {"Chatting": TAKEN, "left by the customer": TAKEN, "left by the agent": GIVEN},
    "Complete": dict.fromkeys(ANSWERED, COMPLETED),
}
OF_SYSTEMS: Rules = {
    **data(*INVITED, *ANSWERED),
    **words(CUSTOMER, *INVITED, "Chatting"),
    "SetInFocus": {},
    "Accept": {},
    "Reject": {},
    "Leave": {
        "Chatting": moved("LeftChat", CUSTOMER_LEAVES),
        **dict.fromkeys(INVITED, moved("Completed", CUSTOMER_LEAVES, endedBy="Leave")),
    },
    "Transfer": {**OF_AGENTS["Transfer"], **dict.fromkeys((*INVITED, "rejected"), GIVEN)},
    "Complete": dict.fromkeys((*INVITED, *ANSWERED), COMPLETED),
}
CONTRACT = {"agent": OF_AGENTS, "system": OF_SYSTEMS}
NAMES = {"agent": seed.PAGE_AGENT, "system": CHANNEL}
CALLS = [(caller, name) for caller, rules in CONTRACT.items() for name in rules]
POLICY = {"codes": [{"name": "Spam", "displayName": "Spam"}], "enforce": True, "lateHours": 1, "default": "Spam"}
GOVERNED = ("SetDisposition", "UpdateUserData", "DeleteUserData", "Complete", "Reject", "Leave")
"""What policies have a say in."""

ALLOWED = [
    (caller, name, situation, policy)
    for caller, name in CALLS
    for situation in CONTRACT[caller][name]
    for policy in ("no policy", "a policy")[: 1 + (name in GOVERNED)]
]


# ------------------------------------------------------------------ playing it
@pytest.fixture(autouse=True)
def retention(system: System, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    monkeypatch.setattr(api.store, "_retention_seconds", 86_400)


def put(system: System, situation: str, shape: str, session_id: str = seed.PAGE_SESSION) -> None:
    """The page's session in this situation, as an item of this shape."""
    one = SITUATIONS[situation]
    users = {AGENT["nickname"]: seed.PAGE_AGENT, BEFORE["nickname"]: "Zoe"}
    stored = [{**who, **({"userName": users[who["nickname"]]} if who is AGENT else {})} for who in one.participants]
    more: dict[str, Any] = {"state": one.state, "userData": {"Language": "en"}, "participants": stored}
    if one.departed:
        more["departed"] = {**one.departed, "userName": users[one.departed["nickname"]]}
    if one.state == "Completed":
        more |= {"expiresAt": 1_500_000_000, "completedAt": "2014-01-09T09:58:12.035+00:00"} | (
            {"endedBy": one.ended_by} if one.ended_by else {}
        )
    item = seed.item(session_id, seed.PAGE_AGENT) | attribute(more)["M"]
    if one.state == "Completed":
        del item["owner"]
    item |= SHAPES[shape]
    system.set_item({name: value for name, value in item.items() if value is not None})


def play(caller: str, name: str, session_id: str = seed.PAGE_SESSION) -> Any:
    send = operation if caller == "agent" else by_system
    return send(name, session_id, **PARAMETERS.get(name, {}))


@pytest.mark.parametrize("caller", CONTRACT)
def test_the_table_has_every_operation(caller: str) -> None:
    assert {one.__name__ for one in OPERATIONS} == CONTRACT[caller].keys()


@pytest.mark.parametrize(("caller", "name", "situation", "policy"), ALLOWED)
def test_an_allowed_operation_changes_and_announces_what_the_contract_says(
    system: System, caller: str, name: str, situation: str, policy: str
) -> None:
    shapes = dict(zip("abcde", SHAPES, strict=True))
    for session_id, shape in shapes.items():
        put(system, situation, shape, session_id)
    effect = CONTRACT[caller][name][situation]
    if policy == "a policy":
        assert put_policy(POLICY)[0] == 200
        effect = with_default(effect) if effect.to == "Completed" else effect
    numbered = 34 if effect.numbered else 33
    for session_id, shape in shapes.items():
        assert play(caller, name, session_id) == (200, {"statusCode": 0}, f'"{numbered}"'), shape
        check_item(plain(system.item(session_id)), name, effect)
        check_history(session_id, shape, effect)
    assert system.deliver(system.records()[len(shapes) :]) == {"batchItemFailures": []}
    got = system.notifications()
    for session_id, shape in shapes.items():
        of_session = [one for one in got if one["MessageAttributes"]["sessionId"]["StringValue"] == session_id]
        assert tuple(body(one)["notificationType"] for one in of_session) == effect.kinds, shape
        seen = read_by_system("/v2/facebooksessions/{id}", session_id)[1]["facebooksession"]
        check_session(seen, situation, effect)
        for one in of_session:
            check_attributes(one["MessageAttributes"], NAMES[caller], "Ben" if name == "Transfer" else seed.PAGE_AGENT)
            check_notification(body(one), seen, numbered, expected_messages(effect, name, shape))


def with_default(effect: Effect) -> Effect:
    """What a session ends with that has no disposition before."""
    kinds = (*(one for one in effect.kinds if one != "NewMessages"), "PropertiesUpdated")
    kinds += tuple(one for one in effect.kinds if one == "NewMessages")
    changes = {**effect.changes, "userData": {"Language": "en", "DispositionCode": "Spam"}}
    return replace(effect, kinds=kinds, changes=changes)


def check_history(session_id: str, shape: str, effect: Effect) -> None:
    """It has one entry more where the disposition is another one."""
    before = [(20, None)] if shape == "with a past" else []
    added = [(34, "Spam")] if "DispositionCode" in effect.changes.get("userData", {}) else []
    entries = read_by_system("/v2/facebooksessions/{id}/dispositions", session_id)[1]["dispositions"]
    assert [(one["referenceId"], one["disposition"]) for one in entries] == before + added, shape


def check_session(seen: dict[str, Any], situation: str, effect: Effect) -> None:
    one = SITUATIONS[situation]
    expected: dict[str, Any] = {
        "state": effect.to or one.state,
        "participants": [*one.participants],
        "userData": {"Language": "en"},
        **effect.changes,
    }
    assert without(seen, {"id", "uri", "capabilities", *VARYING}) == without(expected, VARYING)


def check_item(item: dict[str, Any], name: str, effect: Effect) -> None:
    """What nobody sees: a session that ends is removed one day, and is on no agent's list."""
    is_over = item["state"] == "Completed"
    assert ("expiresAt" in item, "completedAt" in item) == (is_over, is_over)
    if effect.to == "Completed":
        assert "owner" not in item
    if name == "Transfer":
        assert (item["owner"], item["agents"]) == ("Ben", {"Ben"})
    assert ("inFocus" in item) == (name == "SetInFocus")


def check_attributes(attributes: Mapping[str, Any], caller: str, agent: str) -> None:
    assert (attributes["changedBy"]["StringValue"], attributes["agent"]["StringValue"]) == (caller, agent)


def check_notification(one: dict[str, Any], seen: Any, numbered: int, messages: list[Any]) -> None:
    if one["notificationType"] == "NewMessages":
        assert [without(message, VARYING) for message in one["messages"]] == messages
    else:
        assert (one["referenceId"], one["facebooksession"]) == (numbered, seen)


def expected_messages(effect: Effect, name: str, shape: str) -> list[Any]:
    """With their index; the customer joins once."""
    count = int(SHAPES[shape].get("messageCount", {"N": "0"})["N"])
    messages = effect.messages[1:] if name == "Accept" and count else effect.messages
    return [
        without(message, VARYING) | ({} if name in TYPING else {"index": index})
        for index, message in enumerate(messages, start=count + 1)
    ]


VARYING = {"participantId", "timestamp", "timestampSeconds", "visibility"}


def without(value: Any, names: set[str]) -> Any:
    if isinstance(value, list):
        return [without(one, names) for one in value]
    if isinstance(value, Mapping):
        return {name: without(one, names) for name, one in value.items() if name not in names}
    return value


@pytest.mark.parametrize(("caller", "name"), CALLS)
def test_a_refused_operation_changes_nothing_and_notifies_nobody(system: System, caller: str, name: str) -> None:
    """Of sessions whose hours of late corrections are over, where there are any."""
    refused = [
        (f"{place}-{number}", situation, shape)
        for place, situation in enumerate(SITUATIONS)
        for number, shape in enumerate(SHAPES)
        if situation not in CONTRACT[caller][name]
    ]
    for session_id, situation, shape in refused:
        put(system, situation, shape, session_id)
    if name in GOVERNED:
        assert put_policy(POLICY)[0] == 200
    before, records = sessions(system), len(system.records())
    for session_id, situation, shape in refused:
        status, answer, _ = play(caller, name, session_id)
        assert (status, answer["statusCode"]) == (400, 2), (situation, shape)
    assert (sessions(system), len(system.records())) == (before, records)


def sessions(system: System) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client("dynamodb").scan(TableName=system.table)["Items"]
    return sorted(found, key=lambda item: str(item["id"]["S"]))


@pytest.mark.parametrize("name", OF_AGENTS)
def test_no_other_agent_can_do_it(system: System, name: str) -> None:
    put(system, next(iter(OF_AGENTS[name])), "today's")
    before = system.item()
    assert operation(name, user="Somebody", **PARAMETERS.get(name, {}))[0] == 404
    assert system.item() == before


# ------------------------------------------------------------------ the page
def test_the_page_has_the_contracts_table() -> None:
    page = (ROOT / "docs/state-machine.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| an? (\w+) \|(.*)\|(.*)\|(.*)\|(.*)\|$", page, re.MULTILINE)
    shown = {(caller, name): [one.strip() for one in states] for name, caller, *states in rows}
    expected = {(caller, name): leads(rules.get(name, {})) for caller, rules in CONTRACT.items() for name in OF_AGENTS}
    *_, completed = expected["agent", "SetDisposition"]
    assert completed == ""  # what is late, a policy must allow
    expected["agent", "SetDisposition"][-1] = "Completed, late"
    assert shown == expected


def leads(rules: Mapping[str, Effect]) -> list[str]:
    """Where an operation leads in each state; empty: it is refused."""
    found = dict.fromkeys(STATES, "")
    for situation, effect in rules.items():
        state = SITUATIONS[situation].state
        condition = " where it ended by Reject" if situation == "rejected" else ""
        found[state] = f"{effect.to or state}{condition}"
    return [*found.values()]
