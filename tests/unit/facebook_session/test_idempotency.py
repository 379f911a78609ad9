"""A request that comes twice changes the session once, and gets the number that it got at first."""

from typing import Any

import pytest

from facebook_session import idempotency
from facebook_session.callers import Caller, Role
from facebook_session.changes import Change
from facebook_session.errors import InvalidParameter, PreconditionFailed, SessionNotFound, Unavailable
from facebook_session.idempotency import MAX_RECORDS, NO_RECORDS, Request
from facebook_session.messages import new_message
from facebook_session.states import SET_DATA
from facebook_session.store import SessionStore
from local import seed
from tests.unit.builders import FakeDynamoDB, Outcomes, client_error, condition_failed, image, session, spelled

REQUEST = Request.with_key(Caller("agent1"), "key", "content")
CHANGE = Change({"DispositionCode": "IssueResolved"})
LONG_AGO = 1_389_261_492


def recorded(request: Request, place: int = MAX_RECORDS - 1, **changes: Any) -> dict[str, Any]:
    """A session at 60 that has the request at a place among its records; all others are of long ago."""
    requests = [bytes([number]) * 6 for number in range(MAX_RECORDS)]
    taken = [LONG_AGO.to_bytes(4, "big") + b"els"] * MAX_RECORDS
    requests[place], taken[place] = request.id, idempotency.stamp(request)
    return session(requests=requests, taken=taken, referenceId=60, **changes)


LOST = client_error("InternalServerError", 500)


def update(dynamodb: FakeDynamoDB, request: Request = REQUEST) -> int:
    return int(
        SessionStore(dynamodb, "sessions").update("session-1", request, SET_DATA[Role.AGENT], CHANGE)["referenceId"]
    )


def refused(item: dict[str, Any], request: Request = REQUEST) -> int:
    return update(FakeDynamoDB(condition_failed(image(item))), request)


# ------------------------------------------------------------------ repeats
@pytest.mark.parametrize("place", range(MAX_RECORDS))
def test_a_repeat_gets_the_number_of_its_place(place: int) -> None:
    assert refused(recorded(REQUEST, place)) == 60 - (MAX_RECORDS - 1 - place)


@pytest.mark.parametrize("item", [{"state": "Completed"}, {"agents": {"agent2"}}], ids=["ended", "handed over"])
def test_a_repeat_is_known_even_where_its_first_has_moved_the_session_on(item: dict[str, Any]) -> None:
    assert refused(recorded(REQUEST, **item)) == 60


def test_the_same_key_of_another_user_is_another_request() -> None:
    with pytest.raises(SessionNotFound):
        refused(recorded(REQUEST), Request.with_key(Caller("agent2"), "key", "content"))


def test_the_same_key_of_a_system_with_the_agents_name_is_another_request() -> None:
    assert Request.with_key(Caller("agent1", Role.SYSTEM), "key", "content").id != REQUEST.id


def test_the_same_key_with_other_content_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="Idempotency-Key"):
        refused(recorded(REQUEST), Request.with_key(Caller("agent1"), "key", "other content"))


def test_no_other_content_is_taken_for_the_first() -> None:
    """Of three bytes, two in twenty thousand would be the same."""
    digests = {Request.with_key(Caller("agent1"), "key", f"content {number}").digest() for number in range(20_000)}
    assert len(digests) == 20_000
    assert {len(one) for one in digests} == {8}


def test_requests_without_a_key_are_never_repeats_of_each_other() -> None:
    assert len({Request.without_key(Caller("agent1")).id for _ in range(1_000)}) == 1_000


# ------------------------------------------------------------------ lost answers
def test_a_write_whose_answer_was_lost_is_found_in_the_memory() -> None:
    assert update(Outcomes(LOST, condition_failed(image(recorded(REQUEST))))) == 60


def test_a_repeat_demands_that_the_memory_reaches_back_to_before_the_first_try() -> None:
    dynamodb = Outcomes(LOST, 34)
    assert update(dynamodb) == 34
    first, second = (spelled(call, "ConditionExpression") for call in dynamodb.calls)
    assert "taken" not in first
    assert second.endswith(' AND taken[0] < "bytes"')


def test_where_the_first_try_may_have_been_forgotten_the_outcome_is_unknown() -> None:
    busy = recorded(REQUEST) | {
        "requests": [b"other-"] * MAX_RECORDS,
        "taken": [idempotency.stamp(REQUEST)] * MAX_RECORDS,
    }
    with pytest.raises(Unavailable):
        update(Outcomes(LOST, condition_failed(image(busy))))
    with pytest.raises(InvalidParameter):
        update(FakeDynamoDB(condition_failed(image(busy | {"state": "Invited"}))))


def test_marks_are_in_the_order_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = idempotency.now()
    monkeypatch.setattr(idempotency, "now", lambda: now)
    assert not idempotency.may_have_dropped(image({"taken": [idempotency.stamp(REQUEST)]}), now + 11)
    assert idempotency.may_have_dropped(image({"taken": [idempotency.stamp(REQUEST)]}), now + 10)
    assert not idempotency.may_have_dropped(image({"taken": [b""]}), now)


def test_three_lost_answers_are_an_unknown_outcome() -> None:
    dynamodb = FakeDynamoDB(LOST)
    with pytest.raises(Unavailable):
        update(dynamodb)
    assert len(dynamodb.calls) == 3


# ------------------------------------------------------------------ the item
def test_a_session_without_a_memory_gets_one_with_its_first_change() -> None:
    item = session()
    del item["requests"], item["taken"]
    dynamodb = Outcomes(condition_failed(image(item)), 34)
    assert update(dynamodb) == 34
    values = dynamodb.calls[1]["ExpressionAttributeValues"].values()
    memories = [value["L"] for value in values if "L" in value]
    assert [len(one) for one in memories] == [MAX_RECORDS, MAX_RECORDS]
    assert memories[0][-1] == {"B": REQUEST.id}
    assert "attribute_not_exists(requests)" in dynamodb.calls[1]["ConditionExpression"]


def stored_bytes(value: dict[str, Any]) -> int:
    """As DynamoDB counts an attribute's value: three bytes more for a list or a map, and one for each element."""
    ((kind, content),) = value.items()
    if kind == "M":
        return 3 + sum(len(name) + 1 + stored_bytes(one) for name, one in content.items())
    if kind == "L":
        return 3 + sum(1 + stored_bytes(one) for one in content)
    if kind == "SS":
        return sum(map(len, content))
    return len(content) // 2 + 2 if kind == "N" else len(content)


def item_bytes(item: dict[str, Any]) -> int:
    return sum(len(name) + stored_bytes(value) for name, value in item.items())


def full_memory(request: Request) -> dict[str, Any]:
    records = {"requests": request.id, "taken": idempotency.stamp(request, changes=not request.has_key)}
    return image({name: [value] * MAX_RECORDS for name, value in records.items()})


def test_the_memory_takes_700_bytes_of_the_item_at_most() -> None:
    assert item_bytes(full_memory(REQUEST)) <= 700


def test_a_change_of_the_pages_session_costs_one_write_unit() -> None:
    """Up to 1,024 bytes. A list full of records of requests with a key can take another."""
    after = session(userData={"DispositionCode": "IssueResolved"}, updatedBy="agent1", transcript="0a1b2c3d")
    assert item_bytes(image(after)) <= 600
    assert item_bytes(image(after) | full_memory(Request.without_key(Caller("agent1")))) <= 1_024


def test_an_item_that_knows_an_agents_request_behind_30_messages_of_the_customer_has_1_208_bytes() -> None:
    """All with a key, the last one of 64 characters; 641 bytes are the records."""
    channel = Caller("arn:aws:sts::123456789012:assumed-role/channel", Role.SYSTEM)
    webhooks = [Request.with_key(channel, f"m_{number}", "content") for number in range(30)]
    sent = [REQUEST, *webhooks]
    records = {"requests": [b"", *(one.id for one in sent)], "taken": [b"", *map(idempotency.stamp, sent)]}
    after = session(
        userData={"DispositionCode": "IssueResolved"},
        updatedBy=channel.name,
        transcript="0a1b2c3d",
        referenceId=64,
        messageCount=30,
        customerMessageCount=30,
        newMessages=[new_message("Text", None, text="x" * 64)],
        **records,
    )
    assert idempotency.reference_id(image(after), REQUEST) == 34
    assert (item_bytes(image(after)), item_bytes(image(records))) == (1_208, 641)


def test_the_seeded_session_has_an_empty_memory() -> None:
    item = seed.item("session-1", "agent1")
    assert {name: item[name] for name in NO_RECORDS} == image(NO_RECORDS)


# ------------------------------------------------------------------ If-Match
def test_the_number_that_the_session_must_have_is_a_condition_of_the_write() -> None:
    dynamodb = FakeDynamoDB()
    update(dynamodb, Request.without_key(Caller("agent1"), if_match=frozenset({33})))
    assert spelled(dynamodb.calls[0], "ConditionExpression").startswith("referenceId = 33 AND ")


def test_of_several_numbers_the_write_tries_the_highest_and_then_the_one_that_the_session_has() -> None:
    dynamodb = Outcomes(condition_failed(image(session())), 34)
    assert update(dynamodb, Request.without_key(Caller("agent1"), if_match=frozenset({32, 33, 75}))) == 34
    conditions = [spelled(call, "ConditionExpression").split(" AND ")[0] for call in dynamodb.calls]
    assert conditions == ["referenceId = 75", "referenceId = 33"]


def test_where_no_number_would_do_the_session_tells_its_own_and_nothing_is_written() -> None:
    dynamodb = FakeDynamoDB(condition_failed(image(session())))
    with pytest.raises(PreconditionFailed) as raised:
        update(dynamodb, Request.without_key(Caller("agent1"), if_match=frozenset()))
    assert raised.value.reference_id == 33
    assert [spelled(call, "ConditionExpression").split(" AND ")[0] for call in dynamodb.calls] == ["referenceId = 0"]


@pytest.mark.parametrize("item", [{}, {"state": "Completed"}, {"userData": dict(CHANGE.user_data)}], ids=str)
def test_another_number_is_refused_with_the_present_one(item: dict[str, Any]) -> None:
    with pytest.raises(PreconditionFailed) as raised:
        refused(session(**item), Request.without_key(Caller("agent1"), if_match=frozenset({32})))
    assert raised.value.reference_id == 33


def test_a_stranger_learns_no_number() -> None:
    with pytest.raises(SessionNotFound):
        refused(session(), Request.without_key(Caller("agent2"), if_match=frozenset({32})))


def test_a_repeat_is_no_matter_of_the_number_any_more() -> None:
    assert (
        refused(recorded(REQUEST), Request.with_key(Caller("agent1"), "key", "content", if_match=frozenset({59}))) == 60
    )
