"""Connects that are held are counted, those of functions that ended without a word only for a while."""

from collections import defaultdict
from typing import Any, Final

import pytest

from desktop_channel.holds import Holds
from tests.unit.builders import Values, client_error

SECONDS: Final = 25
START: Final = 1_389_261_475  # a slice begins


class Clock:
    def __init__(self) -> None:
        self.now = float(START)

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("desktop_channel.holds.time", made)
    return made


class Counters:
    """Counts by place, as DynamoDB does."""

    def __init__(self) -> None:
        self.held: dict[str, int] = defaultdict(int)
        self.expiries: dict[str, int] = {}
        self.failure: Exception | None = None

    def update_item(self, **call: Any) -> Values:
        if self.failure:
            raise self.failure
        assert call["UpdateExpression"] == "ADD held :more SET expiresAt = :expiry"
        values, place = call["ExpressionAttributeValues"], self._place(call)
        self.held[place] += int(values[":more"]["N"])
        self.expiries[place] = int(values[":expiry"]["N"])
        return {"Attributes": {"held": {"N": str(self.held[place])}}}

    def get_item(self, **call: Any) -> Values:
        place = self._place(call)
        return {"Item": {"held": {"N": str(self.held[place])}}} if place in self.held else {}

    def _place(self, call: Values) -> str:
        assert (call["TableName"], call["Key"]["userName"]) == ("desktops", {"S": "/holds"})
        place: str = call["Key"]["place"]["S"]
        return place


def holds(counters: Counters, limit: int = 2, seconds: int = SECONDS) -> Holds:
    return Holds(counters, "desktops", limit, seconds)


@pytest.mark.usefixtures("clock")
def test_as_many_are_held_at_a_time_as_may_be() -> None:
    some = holds(Counters())
    begun = [some.begin() for _ in range(3)]
    assert begun == [START // SECONDS, START // SECONDS, None]
    some.end(START // SECONDS)
    assert [some.begin(), some.begin()] == [START // SECONDS, None]


@pytest.mark.usefixtures("clock")
def test_what_is_not_held_is_not_counted() -> None:
    counters = Counters()
    some = holds(counters)
    for _ in range(5):
        some.begin()
    assert [*counters.held.values()] == [2]


def test_those_of_the_slice_before_count_until_they_end(clock: Clock) -> None:
    some = holds(Counters())
    first = [some.begin(), some.begin()]
    clock.now += SECONDS
    assert some.begin() is None
    assert first[0] is not None
    some.end(first[0])
    assert some.begin() == START // SECONDS + 1


def test_one_that_ended_without_a_word_is_forgotten_once_the_next_slice_is_over(clock: Clock) -> None:
    some = holds(Counters(), limit=1)
    clock.now += SECONDS - 1  # a slice's last second
    assert some.begin() is not None
    clock.now += SECONDS
    assert some.begin() is None
    clock.now += 1
    assert some.begin() is not None


def test_a_count_expires_long_after_it_matters(clock: Clock) -> None:
    counters = Counters()
    holds(counters).begin()
    ((_, expiry),) = counters.expiries.items()
    assert expiry - clock.now == 10 * SECONDS


@pytest.mark.parametrize(("limit", "seconds"), [(0, 25), (5, 0)])
def test_where_nothing_is_to_be_held_nothing_is_asked(limit: int, seconds: int) -> None:
    counters = Counters()
    assert holds(counters, limit, seconds).begin() is None
    assert counters.held == {}


@pytest.mark.usefixtures("clock")
def test_a_hold_whose_end_can_not_be_counted_has_ended() -> None:
    counters = Counters()
    some = holds(counters)
    begun = some.begin()
    assert begun is not None
    counters.failure = client_error("ThrottlingException")
    some.end(begun)


def test_where_it_can_not_be_counted_there_is_no_room() -> None:
    counters = Counters()
    counters.failure = client_error("ThrottlingException")
    assert holds(counters).begin() is None
