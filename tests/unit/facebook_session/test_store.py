"""A change is one conditional write, and a refusal of it is explained from the item as it was."""

import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from facebook_session.errors import InvalidParameter, SessionError, SessionNotFound, Unavailable, ValueOutOfRange
from facebook_session.session import ANSWERED, State
from facebook_session.store import Change, SessionStore
from tests.unit.builders import FakeDynamoDB, client_error, condition_failed, image, session

CHANGE = Change(ANSWERED, {"DispositionCode": "IssueResolved"})
FULL = {f"key {number}": "x" for number in range(200)}


def update(dynamodb: FakeDynamoDB, change: Change = CHANGE, user_name: str = "agent1") -> int:
    return SessionStore(dynamodb, "sessions").update("session-1", user_name, change)


def refused(item: dict[str, Any] | None, change: Change = CHANGE, user_name: str = "agent1") -> int:
    """The outcome where DynamoDB found the condition false for `item`."""
    return update(FakeDynamoDB(condition_failed(item and image(item))), change, user_name)


def written(change: Change = CHANGE) -> dict[str, Any]:
    dynamodb = FakeDynamoDB()
    update(dynamodb, change)
    (call,) = dynamodb.calls
    return call


# ------------------------------------------------------------------ the write
def test_the_session_is_written_by_its_id_in_the_stores_table() -> None:
    call = written()
    assert (call["TableName"], call["Key"]) == ("sessions", {"id": {"S": "session-1"}})


def test_the_write_sets_the_value_and_counts_the_change() -> None:
    assert written()["UpdateExpression"] == "SET userData.#k0 = :v0, referenceId = referenceId + :one, updatedAt = :now"


def test_the_write_demands_a_participant_a_state_an_alteration_and_room() -> None:
    assert written()["ConditionExpression"] == (
        "attribute_type(agents, :set) AND contains(agents, :user) AND #state IN (:s0, :s1)"
        " AND (attribute_not_exists(userData.#k0) OR userData.#k0 <> :v0)"
        " AND (size(userData) <= :room OR (attribute_exists(userData.#k0)))"
    )


def test_what_the_client_sent_goes_in_as_names_and_values_alone() -> None:
    call = written()
    values = call["ExpressionAttributeValues"]
    assert call["ExpressionAttributeNames"] == {"#state": "state", "#k0": "DispositionCode"}
    assert values[":v0"] == {"S": "IssueResolved"}
    assert values[":user"] == {"S": "agent1"}
    assert values[":one"] == {"N": "1"}
    assert values.keys() == {":user", ":set", ":one", ":now", ":room", ":s0", ":s1", ":v0"}


def test_the_states_of_the_condition_are_those_that_the_change_is_allowed_in() -> None:
    values = written()["ExpressionAttributeValues"]
    assert {values[":s0"]["S"], values[":s1"]["S"]} == {"Chatting", "LeftChat"}


def test_there_is_room_below_two_hundred_keys() -> None:
    assert written()["ExpressionAttributeValues"][":room"] == {"N": "199"}


def test_the_time_of_the_write_is_utc_to_the_millisecond() -> None:
    before = datetime.now(UTC)
    text = written()["ExpressionAttributeValues"][":now"]["S"]
    assert text == datetime.fromisoformat(text).isoformat(timespec="milliseconds")
    assert text.endswith("+00:00")
    assert before.timestamp() - 1 < datetime.fromisoformat(text).timestamp() <= datetime.now(UTC).timestamp()


def test_the_write_asks_for_what_it_needs_to_answer_in_either_case() -> None:
    call = written()
    assert (call["ReturnValues"], call["ReturnValuesOnConditionCheckFailure"]) == ("UPDATED_NEW", "ALL_OLD")


def test_several_keys_are_one_write_that_demands_that_any_of_them_alters() -> None:
    call = written(Change(frozenset({State.INVITED}), {"a": "1", "b": "2"}))
    assert call["UpdateExpression"] == (
        "SET userData.#k0 = :v0, userData.#k1 = :v1, referenceId = referenceId + :one, updatedAt = :now"
    )
    assert call["ConditionExpression"] == (
        "attribute_type(agents, :set) AND contains(agents, :user) AND #state IN (:s0)"
        " AND (attribute_not_exists(userData.#k0) OR userData.#k0 <> :v0"
        " OR attribute_not_exists(userData.#k1) OR userData.#k1 <> :v1)"
        " AND (size(userData) <= :room OR (attribute_exists(userData.#k0) AND attribute_exists(userData.#k1)))"
    )
    assert call["ExpressionAttributeNames"] == {"#state": "state", "#k0": "a", "#k1": "b"}
    assert call["ExpressionAttributeValues"][":v1"] == {"S": "2"}
    assert call["ExpressionAttributeValues"][":room"] == {"N": "198"}


def test_the_answer_is_the_number_of_the_change_in_its_session() -> None:
    assert update(FakeDynamoDB(34)) == 34


# ------------------------------------------------------------------ why a condition failed
def test_a_session_that_is_not_there_is_not_found() -> None:
    with pytest.raises(SessionNotFound):
        refused(None)


@pytest.mark.parametrize(
    "item",
    [
        session(),
        session(state="Completed"),
        session(userData={"DispositionCode": "IssueResolved"}),
        session(userData=FULL),
    ],
    ids=["usual", "in another state", "nothing to change", "full"],
)
def test_a_foreign_session_gets_the_same_answer_as_a_missing_one(item: dict[str, Any]) -> None:
    with pytest.raises(SessionNotFound) as missing:
        refused(None)
    with pytest.raises(SessionNotFound) as foreign:
        refused(item, user_name="agent2")
    assert str(foreign.value) == str(missing.value)


def test_a_part_of_an_agents_name_is_not_that_agent() -> None:
    with pytest.raises(SessionNotFound):
        refused(session(agents={"agent10", "agent11"}), user_name="agent1")


@pytest.mark.parametrize("agents", [None, "agent1 and others", ["agent1"]], ids=["empty", "text", "list"])
def test_where_the_agents_are_no_set_nobody_takes_part(agents: object) -> None:
    item = session(agents=agents)
    if agents is None:
        del item["agents"]
    with pytest.raises(SessionNotFound):
        refused(item)


def test_any_of_the_agents_takes_part() -> None:
    taken = session(agents={"agent1", "agent2"}, userData={"DispositionCode": "IssueResolved"})
    assert refused(taken, user_name="agent1") == refused(taken, user_name="agent2") == 33


@pytest.mark.parametrize("state", ["Invited", "Completed"])
@pytest.mark.parametrize("user_data", [{}, CHANGE.user_data, FULL], ids=["usual", "nothing to change", "full"])
def test_in_another_state_the_operation_is_not_valid_whatever_it_would_change(
    state: str, user_data: dict[str, str]
) -> None:
    with pytest.raises(InvalidParameter, match=r"^The parameter operationName is not valid in the session's state\.$"):
        refused(session(state=state, userData=user_data))


@pytest.mark.parametrize("state", ["Chatting", "LeftChat"])
def test_a_change_that_alters_nothing_leaves_the_session_at_its_number(state: str) -> None:
    assert refused(session(state=state, userData={"DispositionCode": "IssueResolved", "other": "x"})) == 33


def test_a_change_that_alters_nothing_is_no_matter_of_room() -> None:
    assert refused(session(userData=FULL), Change(ANSWERED, {"key 0": "x"})) == 33


def test_a_session_holds_two_hundred_keys() -> None:
    with pytest.raises(ValueOutOfRange, match=r"^The session's user data would have more than 200 keys\.$"):
        refused(session(userData=FULL))


def test_one_key_that_is_as_it_should_be_does_not_speak_for_the_others() -> None:
    with pytest.raises(ValueOutOfRange):
        refused(session(userData=FULL), Change(ANSWERED, {"key 0": "x", "new": "x"}))


# ------------------------------------------------------------------ when DynamoDB does not do its work
@pytest.mark.parametrize(
    "error",
    [
        client_error("ProvisionedThroughputExceededException"),
        client_error("RequestLimitExceeded"),
        client_error("ThrottlingException"),
        client_error("ThrottledException"),
        client_error("InternalServerError", 500),
        client_error("ServiceUnavailable", 503),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
        ConnectTimeoutError(endpoint_url="https://dynamodb"),
        EndpointConnectionError(endpoint_url="https://dynamodb"),
        ConnectionClosedError(endpoint_url="https://dynamodb"),
    ],
    ids=str,
)
def test_a_table_that_throttles_or_fails_or_does_not_answer_is_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable) as raised:
        update(FakeDynamoDB(error))
    assert raised.value.__cause__ is error


@pytest.mark.parametrize(
    "message",
    ["Item size to update has exceeded the maximum allowed size", "Item size has exceeded the maximum allowed size"],
)
def test_a_session_can_be_too_large_for_its_item(message: str) -> None:
    with pytest.raises(ValueOutOfRange, match=r"^The session's user data would be larger than a session can hold\.$"):
        update(FakeDynamoDB(client_error("ValidationException", message=message)))


@pytest.mark.parametrize(
    "error",
    [
        client_error("AccessDeniedException"),
        client_error("ResourceNotFoundException"),
        client_error("ValidationException", message="Invalid UpdateExpression"),
        client_error("SomethingNew", 499, message="Item size"),
        NoCredentialsError(),
        ZeroDivisionError(),
    ],
    ids=str,
)
def test_what_is_our_own_fault_stays_what_it_is(error: Exception) -> None:
    with pytest.raises(type(error)) as raised:
        update(FakeDynamoDB(error))
    assert raised.value is error


@pytest.mark.parametrize("outcome", [34, condition_failed(None), client_error("ThrottlingException")], ids=str)
def test_one_call_is_all_that_a_change_takes(outcome: int | ClientError) -> None:
    dynamodb = FakeDynamoDB(outcome)
    with contextlib.suppress(SessionError):
        update(dynamodb)
    assert len(dynamodb.calls) == 1
