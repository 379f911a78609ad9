"""What is lost, doubled or out of order, and what only looks so."""

import pytest

from operate.load.record import Answered, Heard, Record
from operate.load.verdict import unannounced, verdict


def answered(number: int, session: str = "s") -> Answered:
    return Answered(session, number, 0.0, 0.1)


def heard(number: int, published: str = "2026-11-26T12:00:00.000Z", position: int = 0, message: str = "") -> Heard:
    event = f"s#{number}#{position}"
    return Heard("s", number, event, message or event, published, 0.2)


def record(numbers: list[int], *notifications: Heard) -> Record:
    return Record([answered(one) for one in numbers], {one.message: one for one in notifications})


def at(second: int) -> str:
    return f"2026-11-26T12:00:{second:02}.000Z"


def test_all_is_well() -> None:
    found = verdict(record([1, 2], heard(1, at(1)), heard(2, at(1)), heard(2, at(2), 3)))
    assert found.is_good


def test_a_change_that_is_not_announced_is_lost() -> None:
    seen = record([1, 2], heard(1))
    assert unannounced(seen) == {("s", 2)}
    found = verdict(seen)
    assert found.lost == ["s: change 2 was not announced"]
    assert not found.is_good


def test_a_number_that_no_request_got() -> None:
    assert verdict(record([1, 3], heard(1), heard(3))).lost == ["s: no request got the number 2"]


def test_a_number_that_two_requests_got() -> None:
    assert verdict(record([1, 1], heard(1))).doubled == ["s: 2 requests got the number 1"]


def test_what_is_published_twice_is_doubled() -> None:
    assert verdict(record([1], heard(1), heard(1, message="again"))).doubled == ["s#1#0: published 2 times"]


@pytest.mark.parametrize("later", [heard(2, at(1)), heard(1, at(1), 3)])
def test_what_is_published_before_what_it_follows(later: Heard) -> None:
    found = verdict(record([1, 2], heard(1, at(2)), later, heard(2, at(3), 4)))
    assert found.out_of_order == [f"{later.event}: published before s#1#0"]


def test_an_unknown_outcome_says_nothing_of_numbers() -> None:
    seen = record([1, 3], heard(1), heard(3))
    seen.unsure.add("s")
    assert verdict(seen).is_good


def envelope(event: str, session: str = "s", message: str = "m") -> dict[str, object]:
    values = {"sessionId": session, "eventId": event, "referenceId": "7"}
    attributes = {name: {"Type": "String", "Value": value} for name, value in values.items()}
    return {"MessageId": message, "Timestamp": at(1), "MessageAttributes": attributes}


def test_what_a_queue_delivers_twice_counts_once_and_the_first_time() -> None:
    seen = Record(sessions={"s"})
    seen.hear(envelope("s#7#0"), 1.0)
    seen.hear(envelope("s#7#0"), 2.0)
    assert [*seen.heard.values()] == [Heard("s", 7, "s#7#0", "m", at(1), 1.0)]


def test_what_others_do_meanwhile_is_not_heard() -> None:
    seen = Record(sessions={"s"})
    seen.hear(envelope("x#7#0", "x"), 1.0)
    seen.hear({"MessageId": "m", "Timestamp": at(1)}, 1.0)
    assert seen.heard == {}
