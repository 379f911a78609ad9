"""Every operation in every state. The table is the contract's; that in docs/ comes from the code."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from local import seed
from session_api.operations import OPERATIONS
from tests.clients import client
from tests.integration.requests import operation
from tests.system import System, body

STATES = ("Invited", "Chatting", "LeftChat", "Completed")
AGENT = {"nickname": "TestName", "type": "Agent", "participantId": "009052C73228006D"}
CUSTOMER = {"nickname": "FirstL", "type": "Customer", "participantId": "009052C73223006B"}


@dataclass(frozen=True)
class Expected:
    """`changes` are fields of the resource afterwards, beside its state; `kinds` the notifications in order.

    `numbered` says whether it is a change.
    """

    allowed: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    to: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[Mapping[str, Any], ...] = ()
    numbered: bool = True


ANSWERED = ("Chatting", "LeftChat")
PROPERTIES = ("PropertiesUpdated",)
MESSAGES = ("NewMessages",)
MOVED = ("StatusChange", "ParticipantsUpdated", "NewMessages")
LEFT = ({"type": "ParticipantLeft", "from": AGENT},)
CONTRACT = {
    "SetDisposition": Expected(
        ANSWERED, PROPERTIES, None, {"disposition": "Spam"}, {"userData": {"Language": "en", "DispositionCode": "Spam"}}
    ),
    "AttachUserData": Expected(
        ANSWERED,
        PROPERTIES,
        None,
        {"userData": {"Gift": None, "Total": 19.95, "Language": "fr"}},
        {"userData": {"Language": "fr", "Gift": None, "Total": 19.95}},
    ),
    "UpdateUserData": Expected(
        ANSWERED, PROPERTIES, None, {"userData": {"Language": True}}, {"userData": {"Language": True}}
    ),
    "DeleteUserData": Expected(ANSWERED, PROPERTIES, None, {"keys": ["Language", "Missing"]}, {"userData": {}}),
    "AddComment": Expected(ANSWERED, PROPERTIES, None, {"comment": "Called back."}, {"comment": "Called back."}),
    "Accept": Expected(
        ("Invited",),
        MOVED,
        "Chatting",
        {"nickname": "TestName"},
        {"participants": [AGENT, CUSTOMER]},
        ({"type": "ParticipantJoined", "from": CUSTOMER}, {"type": "ParticipantJoined", "from": AGENT}),
    ),
    "Reject": Expected(("Invited",), ("StatusChange",), "Completed"),
    "SendMessage": Expected(
        ("Chatting",), MESSAGES, None, {"text": "Hello"}, {}, ({"type": "Text", "text": "Hello", "from": AGENT},)
    ),
    "SendUrl": Expected(
        ("Chatting",),
        MESSAGES,
        None,
        {"url": "https://example.com/"},
        {},
        ({"type": "PushUrl", "url": "https://example.com/", "from": AGENT},),
    ),
    "SendStartTypingNotification": Expected(
        ("Chatting",), MESSAGES, messages=({"type": "TypingStarted", "from": AGENT},), numbered=False
    ),
    "SendStopTypingNotification": Expected(
        ("Chatting",), MESSAGES, messages=({"type": "TypingStopped", "from": AGENT},), numbered=False
    ),
    "SetInFocus": Expected(("Chatting",), numbered=False),
    "Transfer": Expected(ANSWERED, MOVED, "Invited", {"targetPath": "/users/Ben"}, {"participants": [CUSTOMER]}, LEFT),
    "Leave": Expected(("Chatting",), MOVED, "LeftChat", {}, {"participants": [CUSTOMER]}, LEFT),
    "Complete": Expected(ANSWERED, ("StatusChange",), "Completed", {"queueName": "Returns"}),
}
LEFT_ALREADY = replace(CONTRACT["Transfer"], kinds=("StatusChange",), messages=())
"""The transfer of a session whose agent has left the chat."""

SHAPES: dict[str, Any] = {
    "today's": {},
    "with messages in it": {"messageCount": {"N": "7"}, "typingCount": {"N": "3"}},
    "that remembers three bytes of a digest": {
        "requests": {"L": [{"B": bytes(6)}] * 32},
        "taken": {"L": [{"B": bytes(7)}] * 32},
    },
    "that remembers nothing": dict.fromkeys(("requests", "taken", "userDataBytes")),
    "of the first version": dict.fromkeys(("requests", "taken", "userDataBytes", "owner")),
}
"""Items as this and earlier versions leave them. None: there is no such attribute."""
ALLOWED = [(name, state) for name, expected in CONTRACT.items() for state in expected.allowed]
REFUSED = [(name, state) for name, expected in CONTRACT.items() for state in STATES if state not in expected.allowed]


def in_state(system: System, state: str, shape: str = "today's") -> None:
    """The page's session in this state, as an item of this shape, its creation announced already."""
    more: dict[str, Any] = {"state": {"S": state}, "userData": {"M": {"Language": {"S": "en"}}}}
    if state in ("Invited", "LeftChat"):
        more["participants"] = {"L": [{"M": {name: {"S": value} for name, value in CUSTOMER.items()}}]}
    item = seed.item(seed.PAGE_SESSION, seed.PAGE_AGENT) | more | SHAPES[shape]
    item = {name: value for name, value in item.items() if value is not None}
    client("dynamodb").put_item(TableName=system.table, Item=item)
    system.deliver(system.records())
    system.notifications()


def test_the_table_has_every_operation() -> None:
    assert {one.__name__ for one in OPERATIONS} == CONTRACT.keys()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("name", "state"), ALLOWED)
def test_an_allowed_operation_changes_and_announces_what_the_contract_says(
    system: System, name: str, state: str, shape: str
) -> None:
    in_state(system, state, shape)
    expected = LEFT_ALREADY if (name, state) == ("Transfer", "LeftChat") else CONTRACT[name]
    if name == "Accept" and "messageCount" in SHAPES[shape]:
        expected = replace(expected, messages=expected.messages[1:])  # the customer has joined before
    numbered = 34 if expected.numbered else 33
    assert operation(name, **expected.parameters) == (200, {"statusCode": 0}, f'"{numbered}"')
    assert ("inFocus" in system.item()) == (name == "SetInFocus")
    assert system.deliver(system.records()[1:]) == {"batchItemFailures": []}
    got = [body(one) for one in system.notifications()]
    assert tuple(one["notificationType"] for one in got) == expected.kinds
    for one in got:
        check_notification(one, expected, state, numbered)


def check_notification(one: dict[str, Any], expected: Expected, state: str, numbered: int) -> None:
    if one["notificationType"] == "NewMessages":
        assert [without(message, VARYING) for message in one["messages"]] == [
            without(message, VARYING) for message in expected.messages
        ]
        return
    resource = one["facebooksession"]
    assert one["referenceId"] == numbered
    assert resource["state"] == (expected.to or state)
    for name, value in expected.changes.items():
        assert without(resource[name], VARYING) == without(value, VARYING)


VARYING = {"index", "participantId", "timestamp", "timestampSeconds", "visibility"}


def without(value: Any, names: set[str]) -> Any:
    if isinstance(value, list):
        return [without(one, names) for one in value]
    if isinstance(value, Mapping):
        return {name: without(one, names) for name, one in value.items() if name not in names}
    return value


@pytest.mark.parametrize(("name", "state"), REFUSED)
def test_a_refused_operation_changes_nothing_and_notifies_nobody(system: System, name: str, state: str) -> None:
    in_state(system, state)
    before, records = system.item(), len(system.records())
    status, answer, _ = operation(name, **CONTRACT[name].parameters)
    assert (status, answer["statusCode"]) == (400, 2)
    assert (system.item(), len(system.records())) == (before, records)


@pytest.mark.parametrize("name", CONTRACT)
def test_nobody_else_can_do_it(system: System, name: str) -> None:
    in_state(system, CONTRACT[name].allowed[0])
    before = system.item()
    assert operation(name, user="Somebody", **CONTRACT[name].parameters)[0] == 404
    assert system.item() == before
