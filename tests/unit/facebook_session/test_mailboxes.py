"""What waits for a client lies in order, at places that nothing else takes, and goes page by page."""

from typing import Any, Final

import pytest

from facebook_session.database import write_all
from facebook_session.errors import Unavailable
from facebook_session.mailboxes import MAX_PAGES, Letter, Mailboxes, letter
from tests.unit.builders import Values
from tests.unit.facebook_session.test_clients import ID, NOW, Table

KEY: Final = {"userName": {"S": "Anna"}, "place": {"S": "somewhere"}}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facebook_session.clients.time.time", lambda: NOW + 0.5)


def mailboxes(table: Table) -> Mailboxes:
    return Mailboxes(table, "desktops")


def stored(place: str, *notifications: str) -> Values:
    return {
        "userName": {"S": "Anna"},
        "place": {"S": place},
        "notifications": {"L": [{"S": one} for one in notifications]},
        "expiresAt": {"N": str(NOW + 600)},
    }


# ------------------------------------------------------------------ places
def test_letters_lie_in_the_order_of_the_streams_numbers_however_long_those_are() -> None:
    numbers = [("9", "10"), ("10", "10"), ("10", "99"), ("99", "100"), ("100", "100"), ("9" * 40, "9" * 40)]
    places = [letter(ID, first, last, 0, []).place for first, last in numbers]
    assert places == sorted(places)
    assert len({*places}) == len(places)


def test_several_letters_of_the_same_records_lie_in_their_order() -> None:
    places = [letter(ID, "7", "7", part, []).place for part in range(11)]
    assert places == sorted({*places})


def test_the_same_is_brought_to_the_same_place_and_what_more_is_brought_with_it_to_another() -> None:
    assert letter(ID, "7", "9", 0, ["a"]).place == letter(ID, "7", "9", 0, ["a"]).place
    assert len({letter(ID, *numbers, 0, []).place for numbers in (("7", "9"), ("7", "10"), ("8", "9"))}) == 3


# ------------------------------------------------------------------ to and from DynamoDB
def test_a_letter_is_put_under_its_users_name_and_lives_as_long_as_a_client() -> None:
    table = Table({})
    mailboxes(table).put([("Anna", Letter("somewhere", ["{}", "[1]"]))])
    put = {"PutRequest": {"Item": stored("somewhere", "{}", "[1]")}}
    assert table.calls == [("batch_write_item", {"RequestItems": {"desktops": [put]}})]


def test_the_word_that_wakes_a_poll_lies_behind_all_letters_and_says_nothing() -> None:
    table = Table({})
    mailboxes(table).wake("Anna", ID, "p1")
    ((_, call),) = table.calls
    ((put,),) = call["RequestItems"].values()
    assert put["PutRequest"]["Item"] == stored(f"mail#{ID}#~p1")
    assert letter(ID, "9" * 40, "9" * 40, 999_999, []).place < f"mail#{ID}#~"


@pytest.mark.parametrize(
    ("one", "concerned"),
    [
        (letter(ID, "1", "1", 0, ["{}"]), True),
        (Letter(f"mail#{ID}#~p1"), True),
        (Letter(f"mail#{ID}#~p12"), False),
        (Letter(f"mail#{ID}#~"), False),
    ],
)
def test_a_word_wakes_one_poll_and_a_letter_any(one: Letter, concerned: bool) -> None:
    assert one.concerns("p1") is concerned


@pytest.mark.parametrize("consistent", [True, False])
def test_what_waits_is_one_clients_own(consistent: bool) -> None:
    table = Table({"Items": [stored("a", "{}"), stored("b")]})
    assert mailboxes(table).waiting("Anna", ID, consistent=consistent) == [Letter("a", ["{}"]), Letter("b", [])]
    ((operation, call),) = table.calls
    assert (operation, call["ConsistentRead"]) == ("query", consistent)
    assert call["ExpressionAttributeValues"] == {":user": {"S": "Anna"}, ":folder": {"S": f"mail#{ID}#"}}


def test_what_is_removed_is_named_by_its_place() -> None:
    table = Table({})
    mailboxes(table).remove("Anna", ["somewhere"])
    assert table.calls == [("batch_write_item", {"RequestItems": {"desktops": [{"DeleteRequest": {"Key": KEY}}]}})]


def test_nothing_is_asked_for_nothing() -> None:
    table = Table({})
    mailboxes(table).remove("Anna", [])
    mailboxes(table).put([])
    assert table.calls == []


@pytest.mark.parametrize(("pages", "too_much"), [(1, False), (MAX_PAGES, False), (MAX_PAGES + 1, True)])
def test_too_much_waits_where_four_pages_do_not_hold_it(pages: int, too_much: bool) -> None:
    more: list[Values | Exception] = [{"LastEvaluatedKey": {"place": {"S": str(page)}}} for page in range(1, pages)]
    table = Table(*more, {})
    assert mailboxes(table).overflows("Anna", ID) is too_much
    assert len(table.calls) == min(pages, MAX_PAGES)
    assert {call["Select"] for _, call in table.calls} == {"COUNT"}
    starts = [call.get("ExclusiveStartKey") for _, call in table.calls]
    assert starts == [None, *[{"place": {"S": str(page)}} for page in range(1, len(starts))]]


# ------------------------------------------------------------------ batches
class Batches:
    """Writes as many requests of each call as `takes` says, in turn, and leaves the others undone."""

    def __init__(self, *takes: int) -> None:
        self.done: list[Any] = []
        self.sizes: list[int] = []
        self._takes = [*takes]

    def batch_write_item(self, **call: Values) -> Values:
        ((table, requests),) = call["RequestItems"].items()
        self.sizes.append(len(requests))
        takes = self._takes.pop(0) if self._takes else len(requests)
        self.done += requests[:takes]
        return {"UnprocessedItems": {table: requests[takes:]}} if requests[takes:] else {}


REQUESTS: Final = [{"DeleteRequest": {"Key": {"place": {"S": str(number)}}}} for number in range(60)]


def test_a_batch_has_twenty_five_requests_at_most() -> None:
    batches = Batches()
    write_all(batches, "desktops", REQUESTS)
    assert (batches.done, batches.sizes) == (REQUESTS, [25, 25, 10])


def test_what_dynamodb_leaves_undone_is_sent_again() -> None:
    batches = Batches(10, 0, 15)
    write_all(batches, "desktops", REQUESTS[:25])
    assert (batches.done, batches.sizes) == (REQUESTS[:25], [25, 15, 15])


def test_what_stays_undone_is_said_to_be() -> None:
    batches = Batches(1, 1, 1, 1)
    with pytest.raises(Unavailable):
        write_all(batches, "desktops", REQUESTS[:25])
    assert batches.sizes == [25, 24, 23]
