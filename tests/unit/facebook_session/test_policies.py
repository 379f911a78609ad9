"""The policy as the table has it: held for half a minute, never mistaken for none, and put once."""

from collections.abc import Callable
from typing import Any

import pytest

from facebook_session.errors import PreconditionFailed, Unavailable
from facebook_session.policies import MAX_AGE_SECONDS, Policies
from facebook_session.policy import NO_POLICY
from tests.unit.builders import client_error, condition_failed

FIRST = {"codes": [{"name": "a", "displayName": "A"}]}
SECOND = {"codes": [], "enforce": True}
THIRD = {"codes": [], "mandatory": True}


class Table:
    """The settings' table. What is in `faults` is raised by the next calls; with `is_lost` a put is made before."""

    def __init__(self) -> None:
        self.items: dict[int, Any] = {}
        self.reads = 0
        self.faults: list[Exception] = []
        self.is_lost = False
        self.before_put: Callable[[], object] = lambda: None

    def _fail(self) -> None:
        if self.faults:
            raise self.faults.pop()

    def query(self, **call: Any) -> Any:
        self.reads += 1
        self._fail()
        assert (call["ScanIndexForward"], call["Limit"], call["ConsistentRead"]) == (False, 1, True)
        return {"Items": [self.items[max(self.items)]] if self.items else []}

    def get_item(self, **call: Any) -> Any:
        self._fail()
        found = self.items.get(int(call["Key"]["version"]["N"]))
        return {"Item": found} if found else {}

    def put_item(self, **call: Any) -> None:
        before, self.before_put = self.before_put, lambda: None
        before()
        if not self.is_lost:
            self._fail()
        number = int(call["Item"]["version"]["N"])
        if number in self.items:
            raise condition_failed(self.items[number])
        self.items[number] = call["Item"]
        self.is_lost = False
        self._fail()


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def policies(table: Table) -> Policies:
    return Policies(table, "settings")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the time."""
    monkeypatch.setattr("facebook_session.policies.time.time", lambda: 1_000.0)
    return lambda to: monkeypatch.setattr("facebook_session.policies.time.time", lambda: to)


def throttled() -> Exception:
    return client_error("ThrottlingException")


# ------------------------------------------------------------------ reading
def test_where_none_was_put_there_is_none_and_that_is_held_too(policies: Policies, table: Table) -> None:
    assert policies.current() is policies.current() is NO_POLICY
    assert table.reads == 1


def test_a_policy_is_held_for_so_long_and_no_longer(
    policies: Policies, table: Table, clock: Callable[[float], None]
) -> None:
    assert policies.current() is NO_POLICY
    Policies(table, "settings").put(FIRST, "another function")
    clock(1_000 + MAX_AGE_SECONDS - 0.01)
    assert policies.current() is NO_POLICY
    clock(1_000 + MAX_AGE_SECONDS)
    assert policies.current().document == FIRST


def test_its_age_counts_from_before_it_was_read(
    policies: Policies, table: Table, clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    query = table.query

    def slow(**call: Any) -> Any:
        clock(1_010)
        return query(**call)

    monkeypatch.setattr(table, "query", slow)
    policies.current()
    clock(1_000 + MAX_AGE_SECONDS)
    reads = table.reads
    policies.current()
    assert table.reads == reads + 1


def test_a_clock_that_is_set_back_holds_nothing_for_ever(
    policies: Policies, table: Table, clock: Callable[[float], None]
) -> None:
    policies.current()
    clock(10)
    policies.current()
    assert table.reads == 2


def test_what_can_not_be_read_is_neither_none_nor_the_one_that_was_held(
    policies: Policies, table: Table, clock: Callable[[float], None]
) -> None:
    policies.put(FIRST, "a system")
    assert policies.current().document == FIRST
    clock(1_000 + MAX_AGE_SECONDS)
    for _ in range(2):
        table.faults = [throttled(), throttled(), throttled()]
        with pytest.raises(Unavailable):
            policies.current()
    assert policies.current().document == FIRST


def test_a_read_is_tried_again(policies: Policies, table: Table) -> None:
    table.faults = [throttled(), throttled()]
    assert policies.current() is NO_POLICY


def test_an_earlier_version_stays_readable(policies: Policies) -> None:
    policies.put(FIRST, "a system")
    policies.put(SECOND, "a system")
    earlier = policies.version(1)
    assert earlier
    assert (earlier.version, earlier.document) == (1, FIRST)
    assert policies.version(3) is None


# ------------------------------------------------------------------ putting
def test_versions_are_counted_and_say_who_put_them_and_when(policies: Policies, table: Table) -> None:
    assert policies.put(FIRST, "a system") == 1
    assert policies.put(SECOND, "another") == 2
    assert table.items[2]["putBy"] == {"S": "another"}
    assert table.items[2]["putAt"]["S"].endswith("+00:00")


def test_who_puts_one_has_it_at_once(policies: Policies) -> None:
    policies.current()
    policies.put(FIRST, "a system")
    assert policies.current().document == FIRST


def test_the_same_again_is_no_new_version(policies: Policies, table: Table) -> None:
    assert policies.put(FIRST, "a system") == policies.put(FIRST, "a system") == 1
    assert [*table.items] == [1]


def test_an_older_one_can_be_put_again(policies: Policies) -> None:
    assert [policies.put(one, "a system") for one in (FIRST, SECOND, FIRST)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("if_match", "version"), [(None, 2), (frozenset({1}), 2), (frozenset({0, 1, 7}), 2), (frozenset(), 0)], ids=str
)
def test_a_version_is_put_only_over_one_that_is_named(
    policies: Policies, table: Table, if_match: frozenset[int] | None, version: int
) -> None:
    policies.put(FIRST, "a system")
    if version:
        assert policies.put(SECOND, "a system", if_match) == version
        return
    with pytest.raises(PreconditionFailed) as raised:
        policies.put(SECOND, "a system", if_match)
    assert raised.value.reference_id == 1
    assert [*table.items] == [1]


def test_the_first_one_is_put_over_none(policies: Policies) -> None:
    assert policies.put(FIRST, "a system", frozenset({0})) == 1


def test_a_lost_answer_is_no_second_version(policies: Policies, table: Table) -> None:
    table.is_lost, table.faults = True, [throttled()]
    assert policies.put(FIRST, "a system") == 1
    assert [*table.items] == [1]


def test_a_repeat_finds_that_its_first_was_done(policies: Policies, table: Table) -> None:
    policies.put(FIRST, "a system", frozenset({0}))
    assert policies.put(FIRST, "a system", frozenset({0})) == 1
    assert [*table.items] == [1]


def test_of_two_at_once_over_the_same_version_one_is_refused(policies: Policies, table: Table) -> None:
    policies.put(FIRST, "a system")
    table.before_put = lambda: Policies(table, "settings").put(SECOND, "another")
    with pytest.raises(PreconditionFailed) as raised:
        policies.put(THIRD, "a system", frozenset({1}))
    assert raised.value.reference_id == 2
    assert policies.newest().document == SECOND


def test_of_two_at_once_that_name_no_version_both_are_put(policies: Policies, table: Table) -> None:
    table.before_put = lambda: Policies(table, "settings").put(SECOND, "another")
    assert policies.put(THIRD, "a system") == 2
    assert policies.newest().document == THIRD


def test_a_version_that_can_not_be_put_is_unavailable(policies: Policies, table: Table) -> None:
    table.before_put = lambda: table.faults.extend([throttled(), throttled(), throttled()])
    with pytest.raises(Unavailable):
        policies.put(FIRST, "a system")
    assert table.items == {}
