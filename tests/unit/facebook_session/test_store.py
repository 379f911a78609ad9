"""A change is one conditional write, and a refusal of it is explained from the item as it was."""

import contextlib
import re
from datetime import UTC, datetime
from decimal import Decimal
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

from facebook_session.attributes import plain
from facebook_session.callers import Caller, Role
from facebook_session.changes import Change, Disposition
from facebook_session.errors import InvalidParameter, SessionError, SessionNotFound, Unavailable, ValueOutOfRange
from facebook_session.idempotency import Request
from facebook_session.session import AGENT
from facebook_session.states import ACCEPT, COMPLETE, LEAVE, SET_DATA, SPEAK, TRANSFER, Move
from facebook_session.store import SessionStore
from tests.unit.builders import FakeDynamoDB, Outcomes, client_error, condition_failed, image, session, spelled

CHANGE = Change({"DispositionCode": "IssueResolved"})
FULL = {f"key {number}": "x" for number in range(200)}


def update(
    dynamodb: FakeDynamoDB, change: Change = CHANGE, user_name: str = "agent1", move: Move = SET_DATA[Role.AGENT]
) -> int:
    item = SessionStore(dynamodb, "sessions").update("session-1", Request.without_key(Caller(user_name)), move, change)
    return int(item["referenceId"])


def refused(item: dict[str, Any] | None, change: Change = CHANGE, user_name: str = "agent1") -> int:
    """The outcome where DynamoDB found the condition false for `item`."""
    return update(FakeDynamoDB(condition_failed(item and image(item))), change, user_name)


def written(change: Change = CHANGE, move: Move = SET_DATA[Role.AGENT]) -> dict[str, Any]:
    dynamodb = FakeDynamoDB()
    update(dynamodb, change, move=move)
    (call,) = dynamodb.calls
    return call


# ------------------------------------------------------------------ the write
def test_the_session_is_written_by_its_id_in_the_stores_table() -> None:
    call = written()
    assert (call["TableName"], call["Key"]) == ("sessions", {"id": {"S": "session-1"}})


def test_the_write_sets_the_value_and_counts_the_change() -> None:
    assert spelled(written(), "UpdateExpression") == (
        'SET userData.[DispositionCode] = "IssueResolved", userDataBytes = userDataBytes + 34, '
        'referenceId = referenceId + 1, updatedAt = NOW, updatedBy = "agent1", '
        'requests[1000] = "bytes", taken[1000] = "bytes" REMOVE newMessages, requests[0], taken[0]'
    )


def test_the_write_demands_a_participant_a_state_an_alteration_and_room() -> None:
    assert spelled(written(), "ConditionExpression") == (
        'attribute_type(agents, "SS") AND contains(agents, "agent1") AND [state] IN ("Chatting", "LeftChat")'
        ' AND NOT (attribute_exists(id) AND userData.[DispositionCode] = "IssueResolved")'
        " AND size(userData) <= 199 AND userDataBytes <= 131038"
        ' AND attribute_exists(requests) AND NOT contains(requests, "bytes")'
    )


def test_what_the_client_sent_goes_in_as_names_and_values_alone() -> None:
    call = written(Change({"SECRET key": "SECRET value", "SECRET number": 7}, ["SECRET gone"], {"comment": "SECRET"}))
    assert "SECRET" not in call["UpdateExpression"] + call["ConditionExpression"]
    assert all(re.fullmatch(r"#n\d+", name) for name in call["ExpressionAttributeNames"])
    assert all(re.fullmatch(r":v\d+", name) for name in call["ExpressionAttributeValues"])


def test_the_states_of_the_condition_are_those_that_the_operation_is_allowed_in() -> None:
    assert '[state] IN ("Chatting") AND' in spelled(written(move=SPEAK[Role.AGENT]), "ConditionExpression")


def test_the_time_of_the_write_is_utc_to_the_millisecond() -> None:
    before = datetime.now(UTC)
    call = written()
    (token,) = re.findall(r"updatedAt = (:v\d+)", call["UpdateExpression"])
    text = call["ExpressionAttributeValues"][token]["S"]
    assert text == datetime.fromisoformat(text).isoformat(timespec="milliseconds")
    assert text.endswith("+00:00")
    assert before.timestamp() - 1 < datetime.fromisoformat(text).timestamp() <= datetime.now(UTC).timestamp()


def test_the_write_asks_for_what_it_needs_to_answer_in_either_case() -> None:
    call = written()
    assert (call["ReturnValues"], call["ReturnValuesOnConditionCheckFailure"]) == ("UPDATED_NEW", "ALL_OLD")


def test_several_keys_are_one_write_that_demands_that_any_of_them_alters() -> None:
    call = written(Change({"a": "1", "b": 2}), SPEAK[Role.AGENT])
    assert spelled(call, "UpdateExpression") == (
        'SET userData.[a] = "1", userData.[b] = 2, userDataBytes = userDataBytes + 14, referenceId = referenceId + 1, '
        'updatedAt = NOW, updatedBy = "agent1", '
        'requests[1000] = "bytes", taken[1000] = "bytes" REMOVE newMessages, requests[0], taken[0]'
    )
    condition = spelled(call, "ConditionExpression")
    assert ' AND NOT (attribute_exists(id) AND userData.[a] = "1" AND userData.[b] = 2)' in condition
    assert " AND size(userData) <= 198 AND userDataBytes <= 131058" in condition


def test_fifty_keys_stay_below_dynamodbs_limits() -> None:
    keys = [f"{number:0128}" for number in range(50)]
    for change in (Change(dict.fromkeys(keys, "x" * 4_096)), Change(removed_keys=keys)):
        call = written(change)
        for part in ("UpdateExpression", "ConditionExpression"):
            assert len(call[part]) <= 4_096
            assert len(re.findall(r" (?:AND|OR|NOT|IN|<=|=|\+) |\w+\(|,", call[part])) <= 300


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
    shared = session(agents={"agent1", "agent2"}, userData={"DispositionCode": "IssueResolved"})
    assert refused(shared, user_name="agent1") == refused(shared, user_name="agent2") == 33


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
    assert refused(session(userData=FULL), Change({"key 0": "x"})) == 33


def test_a_session_holds_two_hundred_keys() -> None:
    with pytest.raises(ValueOutOfRange, match=r"^The session's user data would have more than 200 keys\.$"):
        refused(session(userData=FULL))


def test_one_key_that_is_as_it_should_be_does_not_speak_for_the_others() -> None:
    with pytest.raises(ValueOutOfRange):
        refused(session(userData=FULL), Change({"key 0": "x", "new": "x"}))


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


@pytest.mark.parametrize("outcome", [34, condition_failed(None), client_error("ValidationException")], ids=str)
def test_one_call_is_all_that_a_change_takes(outcome: int | ClientError) -> None:
    dynamodb = FakeDynamoDB(outcome)
    with contextlib.suppress(SessionError, ClientError):
        update(dynamodb)
    assert len(dynamodb.calls) == 1


# ------------------------------------------------------------------ a session that is nearly full
class Refusing(FakeDynamoDB):
    """Refuses the first write, with the item as it was."""

    def __init__(self, old: dict[str, Any]) -> None:
        super().__init__()
        self._old = old

    def update_item(self, **call: Any) -> dict[str, Any]:
        self.outcome = 34 if self.calls else condition_failed(image(self._old))
        return super().update_item(**call)


def test_a_refused_change_demands_no_number_where_the_bound_has_room() -> None:
    """Many writers at once would have but one of them succeed at a time."""
    old = session(customerMessageCount=0)
    del old["requests"]
    dynamodb = Refusing(old)
    update(dynamodb, Change({"a": "x"}))
    first, second = (spelled(call, "ConditionExpression") for call in dynamodb.calls)
    assert "referenceId" not in second
    assert "userDataBytes <= " in second
    assert first != second


def test_a_change_that_fits_after_all_is_written_at_the_number_for_which_that_was_seen() -> None:
    dynamodb = Refusing(session(userData=dict.fromkeys(FULL, "y")))
    nearly = {f"key {number}": "x" for number in range(50)}
    assert update(dynamodb, Change(nearly)) == 34
    condition = spelled(dynamodb.calls[1], "ConditionExpression")
    assert condition.startswith("referenceId = 33 AND ")
    assert "size(userData)" not in condition
    assert "userDataBytes" not in condition


def test_the_size_is_made_exact_by_what_a_refused_write_brings() -> None:
    old = session(userData={"a": "x" * 100, "b": "x"}, userDataBytes=131_072)
    dynamodb = Refusing(old)
    assert update(dynamodb, Change({"a": "é"})) == 34
    exact = len('{"a":"é","b":"x"}'.encode()) - 1
    assert f", userDataBytes = {exact}, " in spelled(dynamodb.calls[1], "UpdateExpression")


def test_a_session_whose_keys_change_all_the_time_is_busy_in_the_end() -> None:
    old = session(userData={f"key {number}": "x" for number in range(199)})
    dynamodb = FakeDynamoDB(condition_failed(image(old)))
    with pytest.raises(Unavailable):
        update(dynamodb, Change({"key 0": "y", "new": "x"}))
    assert len(dynamodb.calls) == 10


# ------------------------------------------------------------------ the other forms of a write
@pytest.mark.parametrize(
    ("old", "change"),
    [
        ({"comment": "x"}, Change(attributes={"comment": "x"})),
        ({}, Change(removed_keys=["missing"])),
        ({}, Change({})),
        ({"userData": {"n": 100, "t": True, "z": None}}, Change({"n": Decimal("1E+2"), "t": True, "z": None})),
    ],
    ids=["comment", "removal", "nothing", "equal values"],
)
def test_what_is_so_already_is_no_change(old: dict[str, Any], change: Change) -> None:
    assert refused(session(**old), change) == 33


def test_true_is_not_one() -> None:
    full = {f"key {number}": 1 for number in range(200)}
    with pytest.raises(Unavailable):
        refused(session(userData=full), Change({"key 0": True}))


def test_a_transfer_takes_the_agent_out_by_the_write_that_lets_the_other_in() -> None:
    call = written(Change(leaving=AGENT, handed_to="agent2"), TRANSFER[Role.AGENT])
    expression = re.sub(r"newMessages = \[.*?\]", "newMessages = MESSAGES", spelled(call, "UpdateExpression"))
    assert expression == (
        'SET [state] = "Invited", agents = ["agent2"], [owner] = "agent2", departed = participants[0],'
        " newMessages = MESSAGES, messageCount = if_not_exists(messageCount, 0) + 1,"
        ' referenceId = referenceId + 1, updatedAt = NOW, updatedBy = "agent1", requests[1000] = "bytes",'
        ' taken[1000] = "bytes" REMOVE inFocus, participants[0], requests[0], taken[0]'
    )
    assert 'AND participants[0].userName = "agent1"' in spelled(call, "ConditionExpression")


def test_an_agent_who_has_left_the_chat_hands_the_session_over_without_leaving_again() -> None:
    (customer,) = session()["participants"][1:]
    dynamodb = Refusing(session(state="LeftChat", participants=[customer]))
    update(dynamodb, Change(leaving=AGENT, handed_to="agent2"), move=TRANSFER[Role.AGENT])
    expression = spelled(dynamodb.calls[1], "UpdateExpression")
    assert "participants[0]" not in expression
    assert "REMOVE inFocus, newMessages" in expression
    assert 'NOT participants[0].userName = "agent1"' in spelled(dynamodb.calls[1], "ConditionExpression")


def said(call: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Kind and sender of the messages that a write adds."""
    (token,) = re.findall(r"newMessages = (:v\d+)", call["UpdateExpression"])
    messages = plain(call["ExpressionAttributeValues"])[token]
    return [(one["type"], one.get("userName")) for one in messages]


def test_the_customer_joins_with_the_first_agent_alone() -> None:
    dynamodb = Refusing(session(state="Invited", messageCount=3))
    update(dynamodb, Change(joining={"nickname": "TestName"}), move=ACCEPT[Role.AGENT])
    first, second = dynamodb.calls
    assert said(first) == [("ParticipantJoined", None), ("ParticipantJoined", "agent1")]
    assert said(second) == [("ParticipantJoined", "agent1")]
    silent = "(NOT messageCount > 0 OR messageCount = customerMessageCount)"
    assert f" AND {silent} AND " in spelled(first, "ConditionExpression")
    assert f" AND NOT {silent} AND " in spelled(second, "ConditionExpression")


def test_a_session_that_ends_has_no_owner() -> None:
    assert "REMOVE inFocus, [owner], newMessages" in spelled(
        written(Change(), COMPLETE[Role.AGENT]), "UpdateExpression"
    )


def test_messages_are_counted_and_the_whole_session_comes_back() -> None:
    call = written(Change(messages=[{"type": "Text", "text": "Hello", "timestamp": 1, "userName": "agent1"}]))
    assert "messageCount = if_not_exists(messageCount, 0) + 1" in spelled(call, "UpdateExpression")
    assert "REMOVE requests[0], taken[0]" in call["UpdateExpression"]
    assert call["ReturnValues"] == "ALL_NEW"


def test_typing_is_not_counted() -> None:
    call = written(Change(messages=[{"type": "TypingStarted", "timestamp": 1, "userName": "agent1"}]))
    assert "messageCount" not in call["UpdateExpression"]


def test_typing_takes_no_number_and_no_place_in_the_memory() -> None:
    typing = Change(messages=[{"type": "TypingStarted", "timestamp": 1, "userName": "agent1"}])
    for request in (Request.without_key(Caller("agent1")), Request.with_key(Caller("agent1"), "key", "content")):
        dynamodb = FakeDynamoDB()
        SessionStore(dynamodb, "sessions").update("session-1", request, SPEAK[Role.AGENT], typing)
        expression = spelled(dynamodb.calls[0], "UpdateExpression")
        assert re.fullmatch(r"SET newMessages = .*, typingCount = if_not_exists\(typingCount, 0\) \+ 1", expression)


@pytest.mark.parametrize(
    ("move", "change"),
    [
        (SPEAK[Role.AGENT], Change(messages=[{"type": "Text", "text": "Hello", "timestamp": 1, "userName": "agent1"}])),
        (SPEAK[Role.AGENT], Change(messages=[{"type": "TypingStarted", "timestamp": 1, "userName": "agent1"}])),
        (LEAVE[Role.AGENT], Change(leaving=AGENT)),
        (COMPLETE[Role.AGENT], Change()),
        (TRANSFER[Role.AGENT], Change(leaving=AGENT, handed_to="agent2")),
        (SPEAK[Role.AGENT], Change(in_focus=True)),
    ],
    ids=["message", "typing", "leave", "complete", "transfer", "focus"],
)
def test_a_refused_write_that_the_item_does_not_explain_is_no_success(move: Move, change: Change) -> None:
    with pytest.raises(Unavailable):
        update(FakeDynamoDB(condition_failed(image(session()))), change, move=move)


@pytest.mark.parametrize("meanwhile", [{"state": "Completed"}, {"agents": {"agent2"}}], ids=["state", "agents"])
def test_what_nobody_remembers_is_unknown_once_an_answer_was_lost(meanwhile: dict[str, Any]) -> None:
    """The first try can have been carried out before the session went on."""
    gone = session(**meanwhile)
    typing = Change(messages=[{"type": "TypingStarted", "timestamp": 1, "userName": "agent1"}])
    for change in (typing, Change(in_focus=True)):
        with pytest.raises(Unavailable):
            update(Outcomes(client_error("InternalServerError", 500), condition_failed(image(gone))), change)


# ------------------------------------------------------------------ late corrections
def test_a_late_correction_is_written_where_it_still_may_be() -> None:
    """A refusal has shown as much, but it is the write that must hold it."""
    late = Change({"DispositionCode": "B"}, disposition=Disposition("DispositionCode", "B"), late_since="2014-01-09T09")
    over = session(state="Completed", completedAt="2014-01-09T10", tookPart={"agent1"}, dispositions=[])
    dynamodb = Outcomes(condition_failed(image(over)), 34)
    assert update(dynamodb, late) == 34
    assert spelled(dynamodb.calls[-1], "ConditionExpression").startswith(
        '[state] = "Completed" AND completedAt > "2014-01-09T09"'
        ' AND (contains(agents, "agent1") OR contains(tookPart, "agent1")) AND '
    )
