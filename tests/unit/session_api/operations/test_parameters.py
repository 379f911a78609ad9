"""The parameters of each operation: what is refused, and what the others do to the session."""

from decimal import Decimal
from typing import Any

import pytest

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.errors import InvalidParameter, MissingParameter, SessionError, ValueOutOfRange
from facebook_session.policy import NO_POLICY
from facebook_session.session import AGENT
from session_api.operations import requested
from session_api.rules import Rules

RULES = Rules("DispositionCode", lambda: NO_POLICY)
CALLER = Caller("agent1")
KEYS_ALPHABET = "must be 1 to 128 characters, none of them a control character."
TOO_MANY = {f"SECRET{number}": 1 for number in range(51)}


def change(name: str, **parameters: Any) -> Change:
    return requested({"operationName": name} | parameters).change(CALLER, RULES)


@pytest.mark.parametrize(
    ("name", "parameters", "kind", "message"),
    [
        ("Accept", {}, MissingParameter, "The parameter nickname is missing."),
        ("Accept", {"nickname": ""}, MissingParameter, "The parameter nickname must not be empty."),
        ("Accept", {"nickname": "S" * 129}, ValueOutOfRange, "The parameter nickname is longer than 128 characters."),
        ("AddComment", {"comment": 1}, InvalidParameter, "The parameter comment must be a string."),
        ("SendMessage", {}, MissingParameter, "The parameter text is missing."),
        ("SendMessage", {"text": "S" * 4_097}, ValueOutOfRange, "The parameter text is longer than 4096 characters."),
        ("SendUrl", {"url": "javascript:SECRET"}, InvalidParameter, "The parameter url is not valid."),
        ("SendUrl", {"url": "https://"}, InvalidParameter, "The parameter url is not valid."),
        ("SendUrl", {"url": "https://a b"}, InvalidParameter, "The parameter url is not valid."),
        ("SetInFocus", {"inFocus": "SECRET"}, InvalidParameter, "The parameter inFocus must be true or false."),
        ("SetInFocus", {"inFocus": None}, InvalidParameter, "The parameter inFocus must be true or false."),
        ("Complete", {"queueName": 1}, InvalidParameter, "The parameter queueName must be a string."),
        ("AttachUserData", {}, MissingParameter, "The parameter userData is missing."),
        ("AttachUserData", {"userData": ["SECRET"]}, InvalidParameter, "The parameter userData must be an object."),
        ("UpdateUserData", {"userData": TOO_MANY}, ValueOutOfRange, "The parameter userData has more than 50 keys."),
        (
            "UpdateUserData",
            {"userData": {"SECRET\0": 1}},
            ValueOutOfRange,
            f"A key in the parameter userData {KEYS_ALPHABET}",
        ),
        (
            "UpdateUserData",
            {"userData": {"SECRET": [{"SECRET\n": "SECRET"}]}},
            ValueOutOfRange,
            f"A key in the parameter userData {KEYS_ALPHABET}",
        ),
        (
            "UpdateUserData",
            {"userData": {"SECRET": [[[[[[[[["SECRET"]]]]]]]]]}},
            ValueOutOfRange,
            "A value in the parameter userData is nested more than 8 levels deep.",
        ),
        (
            "UpdateUserData",
            {"userData": {"SECRET": "S" * 4_097}},
            ValueOutOfRange,
            "A value in the parameter userData is longer than 4096 characters.",
        ),
        (
            "UpdateUserData",
            {"userData": {"SECRET": Decimal("1E+126")}},
            ValueOutOfRange,
            "A number in the parameter userData has more than 38 digits, or is too large or small.",
        ),
        ("DeleteUserData", {}, MissingParameter, "The parameter keys is missing."),
        ("DeleteUserData", {"keys": "SECRET"}, InvalidParameter, "The parameter keys must be an array of strings."),
        ("DeleteUserData", {"keys": [1]}, InvalidParameter, "A key in the parameter keys must be a string."),
        ("DeleteUserData", {"keys": [*TOO_MANY]}, ValueOutOfRange, "The parameter keys has more than 50 keys."),
        ("DeleteUserData", {"keys": ["\t"]}, ValueOutOfRange, f"A key in the parameter keys {KEYS_ALPHABET}"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_fault_is_told_with_the_name_of_its_parameter_and_without_what_was_sent(
    name: str, parameters: dict[str, Any], kind: type[SessionError], message: str
) -> None:
    with pytest.raises(SessionError) as raised:
        requested({"operationName": name} | parameters)
    assert (type(raised.value), str(raised.value)) == (kind, message)


@pytest.mark.parametrize(
    "target",
    [
        {"targetPath": "/users/agent2"},
        {"targetUri": "http://localhost:8080/api/v2/users/agent2"},
        {"targetUri": "/users/agent2"},
        {"targetPath": "/users/agent%32"},
        {"targetPath": "/users/" + "".join(f"%{ord(letter):x}" for letter in "agent2")},
        {"targetPath": "/users/agent2", "targetUri": ""},
    ],
)
def test_a_transfer_names_an_agent(target: dict[str, str]) -> None:
    assert change("Transfer", **target) == Change(leaving=AGENT, handed_to="agent2")


@pytest.mark.parametrize(
    "target",
    [
        {"targetPath": "agent2"},
        {"targetPath": "/users/"},
        {"targetPath": "/queues/agent2"},
        {"targetPath": "/users/agent2/more"},
        {"targetPath": "/users/agent2?x"},
        {"targetPath": "/users/a%2Fb"},
        {"targetPath": "http://localhost/users/agent2"},
        {"targetPath": "/users/" + "x" * 129},
        {"targetPath": "/users/%FF"},
        {"targetPath": "/users/%00"},
        {"targetPath": "/users/a%1Fb"},
        {"targetPath": "/users/%C2%85"},
        {"targetUri": "http://localhost/users/agent2/"},
        {"targetPath": "/users/agent1"},
        {"targetUri": "http://localhost/users/agent1"},
    ],
)
def test_a_transfer_to_nobody_or_oneself_is_refused(target: dict[str, str]) -> None:
    with pytest.raises(InvalidParameter):
        change("Transfer", **target)


@pytest.mark.parametrize("target", [{}, {"targetPath": ""}, {"targetUri": ""}])
def test_a_transfer_needs_a_target(target: dict[str, str]) -> None:
    with pytest.raises(MissingParameter, match=r"^The parameter targetPath is missing\.$"):
        change("Transfer", **target)


def test_who_accepts_becomes_a_participant() -> None:
    made = change("Accept", nickname="TestName")
    assert made.joining is not None
    assert {**made.joining, "nickname": "TestName", "type": "Agent", "userName": "agent1"} == made.joining


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("SendMessage", {"text": "Hello"}, {"type": "Text", "text": "Hello"}),
        ("SendUrl", {"url": "HTTPS://a"}, {"type": "PushUrl", "url": "HTTPS://a"}),
        ("SendStartTypingNotification", {}, {"type": "TypingStarted"}),
        ("SendStopTypingNotification", {}, {"type": "TypingStopped"}),
    ],
)
def test_a_message_is_the_callers(name: str, parameters: dict[str, str], message: dict[str, str]) -> None:
    (sent,) = change(name, **parameters).messages
    assert {name: value for name, value in sent.items() if name != "timestamp"} == message | {"userName": "agent1"}
    assert 1_600_000_000_000 < sent["timestamp"] < 10_000_000_000_000


def test_the_other_operations_change_what_they_say() -> None:
    data = {"a": "x", "b": 1, "c": Decimal("0.1"), "d": True, "e": None}
    assert change("AttachUserData", userData=data) == change("UpdateUserData", userData=data) == Change(data)
    assert change("DeleteUserData", keys=["a", "b", "a"]) == Change(removed_keys=frozenset({"a", "b"}))
    assert change("Leave") == Change(leaving=AGENT)
    assert change("AddComment", comment="x") == Change(attributes={"comment": "x"})
    assert change("Complete") == change("Complete", queueName="") == change("Reject") == Change()
    assert change("Complete", queueName="x") == Change(attributes={"queueName": "x"})
    assert (change("SetInFocus"), change("SetInFocus", inFocus=False)) == (
        Change(in_focus=True),
        Change(in_focus=False),
    )
