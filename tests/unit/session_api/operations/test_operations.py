"""`operationName` picks the operation, and a refusal names the parameter that is at fault."""

from typing import Any

import pytest

from facebook_session.callers import Role
from facebook_session.errors import InvalidParameter, MissingParameter, SessionError, ValueOutOfRange
from session_api.operations import OPERATIONS, requested
from session_api.operations.operation import Operation
from session_api.operations.set_disposition import SetDisposition
from tests.unit.builders import SAMPLE

NOT_IN_ALPHABET = "The parameter dispositionKey must be 1 to 128 characters, none of them a control character."


def test_the_pages_request_is_a_set_disposition() -> None:
    operation = requested(SAMPLE)
    assert isinstance(operation, SetDisposition)
    assert (operation.disposition, operation.disposition_key) == ("IssueResolved", "DispositionCode")


def test_the_operations_are_those_of_the_contract_named_by_their_classes() -> None:
    assert sorted(operation.__name__ for operation in OPERATIONS) == [
        "Accept",
        "AddComment",
        "AttachUserData",
        "Complete",
        "DeleteUserData",
        "Leave",
        "Reject",
        "SendMessage",
        "SendStartTypingNotification",
        "SendStopTypingNotification",
        "SendUrl",
        "SetDisposition",
        "SetInFocus",
        "Transfer",
        "UpdateUserData",
    ]


@pytest.mark.parametrize("parameters", [{}, {"operationName": ""}, {"OperationName": "SetDisposition"}])
def test_a_request_for_no_operation_lacks_a_parameter(parameters: dict[str, Any]) -> None:
    with pytest.raises(MissingParameter, match=r"^The parameter operationName is missing\.$"):
        requested(parameters)


@pytest.mark.parametrize("name", [None, 1, True, [], {}, ["SetDisposition"]], ids=str)
def test_an_operation_is_named_by_a_string(name: object) -> None:
    with pytest.raises(InvalidParameter, match=r"^The parameter operationName must be a string\.$"):
        requested(SAMPLE | {"operationName": name})


@pytest.mark.parametrize(
    "name", ["SECRET", "setDisposition", "SETDISPOSITION", " SetDisposition", "SetDisposition\n", "Operation", "\0"]
)
def test_an_operation_that_the_api_lacks_is_refused_before_its_parameters_are_looked_at(name: str) -> None:
    with pytest.raises(InvalidParameter, match=r"^The parameter operationName names no operation of this API\.$"):
        requested({"operationName": name})


@pytest.mark.parametrize(
    ("parameters", "kind", "message"),
    [
        ({}, MissingParameter, "The parameter disposition is missing."),
        ({"Disposition": "x"}, MissingParameter, "The parameter disposition is missing."),
        ({"disposition": ""}, MissingParameter, "The parameter disposition must not be empty."),
        ({"disposition": None}, InvalidParameter, "The parameter disposition must be a string."),
        ({"disposition": 7}, InvalidParameter, "The parameter disposition must be a string."),
        ({"disposition": True}, InvalidParameter, "The parameter disposition must be a string."),
        ({"disposition": b"SECRET"}, InvalidParameter, "The parameter disposition must be a string."),
        ({"disposition": ["SECRET"]}, InvalidParameter, "The parameter disposition must be a string."),
        ({"disposition": {"SECRET": 1}}, InvalidParameter, "The parameter disposition must be a string."),
        ({"disposition": "SECRET\ud800"}, InvalidParameter, "The parameter disposition is not valid."),
        (
            {"disposition": "SECRET".ljust(4_097)},
            ValueOutOfRange,
            "The parameter disposition is longer than 4096 characters.",
        ),
        (
            {"disposition": "x", "dispositionKey": None},
            InvalidParameter,
            "The parameter dispositionKey must be a string.",
        ),
        ({"disposition": "x", "dispositionKey": 7}, InvalidParameter, "The parameter dispositionKey must be a string."),
        ({"disposition": "x", "dispositionKey": ""}, ValueOutOfRange, NOT_IN_ALPHABET),
        ({"disposition": "x", "dispositionKey": "SECRET\0"}, ValueOutOfRange, NOT_IN_ALPHABET),
        ({"disposition": "x", "dispositionKey": "SECRET\n"}, ValueOutOfRange, NOT_IN_ALPHABET),
        ({"disposition": "x", "dispositionKey": "SECR\x85T"}, ValueOutOfRange, NOT_IN_ALPHABET),
        ({"disposition": "x", "dispositionKey": "SECRET".ljust(129)}, ValueOutOfRange, NOT_IN_ALPHABET),
        ({"dispositionKey": "SECRET\0"}, MissingParameter, "The parameter disposition is missing."),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_fault_is_told_with_the_name_of_its_parameter_and_without_what_was_sent(
    parameters: dict[str, Any], kind: type[SessionError], message: str
) -> None:
    with pytest.raises(SessionError) as raised:
        requested({"operationName": "SetDisposition"} | parameters)
    assert (type(raised.value), str(raised.value)) == (kind, message)
    assert raised.value.__suppress_context__


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_agent_may_call_every_operation(operation: type[Operation]) -> None:
    assert operation.model_construct().move(Role.AGENT) is operation.moves[Role.AGENT]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_system_may_call_all_but_what_an_agent_does_for_itself(operation: type[Operation]) -> None:
    if operation.__name__ not in ("Accept", "Reject", "SetInFocus"):
        assert operation.model_construct().move(Role.SYSTEM) is operation.moves[Role.SYSTEM]
        return
    with pytest.raises(InvalidParameter, match=r"^The parameter operationName names an .+ only an agent can call\.$"):
        operation.model_construct().move(Role.SYSTEM)


def test_parameters_that_an_operation_does_not_know_are_ignored() -> None:
    assert requested(SAMPLE | {"comment": 1, "disposition_key": "x", "": None}) == requested(SAMPLE)
