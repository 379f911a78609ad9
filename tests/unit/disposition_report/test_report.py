"""What the report says: sums by code, queue, agent and day, with the policy's names and folders."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disposition_counts.rule import Group
from disposition_report import codes
from disposition_report.counts import Count, days_until
from disposition_report.report import Report, Row, Stack, report

DAYS = days_until(date(2014, 3, 1), 2)
SWAP = {"name": "DC_Swap", "displayName": "Swap", "retired": True}
RETURNS = [
    {"name": "DC_Refund", "displayName": "Refund"},
    {"name": "Swaps", "displayName": "Swaps", "children": [SWAP]},
    {"name": "DC_Never", "displayName": "Never"},
]
POLICY: list[dict[str, Any]] = [
    {"name": "DC_Resolved", "displayName": "Resolved"},
    {"name": "Returns", "displayName": "Returns", "children": RETURNS},
]
TREE = codes.tree(POLICY)


def count(sessions: int, code: str, day: str = DAYS[0], queue: str = "Q", agent: str = "Anna") -> Count:
    return Count(Group(day, code, queue, agent), sessions)


COUNTS = [
    count(3, "DC_Refund"),
    count(2, "DC_Refund", DAYS[1], agent="Ben"),
    count(1, "DC_Swap", queue=""),
    count(4, "DC_Resolved", DAYS[1]),
    count(2, "Anything"),
]


def test_days_are_those_up_to_the_last() -> None:
    assert DAYS == ["2014-02-28", "2014-03-01"]


def test_codes_are_folded_into_their_folders_and_others_come_last() -> None:
    assert report(COUNTS, DAYS, TREE).codes == [
        Row("Resolved", 4),
        Row("Returns", 6, is_folder=True),
        Row("Refund", 5, 1),
        Row("Swaps", 1, 1, is_folder=True),
        Row("Swap (retired)", 1, 2),
        Row("Not in the policy", 2, is_folder=True),
        Row("Anything", 2, 1),
    ]


def test_without_a_policy_codes_are_their_own_names_the_most_frequent_first() -> None:
    found = report(COUNTS, DAYS, [])
    names = ["DC_Refund", "DC_Resolved", "Anything", "DC_Swap"]
    assert found.codes == [Row(name, sessions) for name, sessions in zip(names, [5, 4, 2, 1], strict=True)]
    assert {one.name: one.daily for one in found.stacks}["DC_Refund"] == [3, 2]


def test_queues_agents_and_days_are_summed_up() -> None:
    found = report(COUNTS, DAYS, TREE)
    assert found.queues == [Row("Q", 11), Row("(no queue)", 1)]
    assert found.agents == [Row("Anna", 10), Row("Ben", 2)]
    assert found.days == [Row("2014-02-28", 6), Row("2014-03-01", 6)]
    assert found.sessions == 12


def test_a_day_is_stacked_of_the_outermost_codes() -> None:
    assert report(COUNTS, DAYS, TREE).stacks == [
        Stack("Resolved", [0, 4]),
        Stack("Returns", [4, 2]),
        Stack("Not in the policy", [2, 0]),
    ]


def test_codes_of_one_display_name_stay_two() -> None:
    twins = codes.tree([{"name": "a", "displayName": "Same"}, {"name": "b", "displayName": "Same"}])
    found = report([count(1, "a"), count(2, "b")], DAYS, twins)
    assert found.codes == [Row("Same", 1), Row("Same", 2)]
    assert found.stacks == [Stack("Same", [1, 0]), Stack("Same", [2, 0])]


def test_names_of_the_policy_are_found_in_whatever_spelling_it_was_put() -> None:
    spelled = codes.tree([{"name": "Gro\u0308\u00dfe", "displayName": "Size"}])
    assert report([count(1, "Gr\u00f6\u00dfe")], DAYS, spelled).codes == [Row("Size", 1)]


def test_nothing_counted_is_nothing_but_days() -> None:
    assert report([], DAYS, TREE) == Report([Row(day, 0) for day in DAYS], [], [], [], [])


NAMES = st.sampled_from(["DC_Resolved", "DC_Refund", "DC_Swap", "DC_Never", "a", "b"])
SOME = st.lists(st.builds(count, st.integers(1, 9), NAMES, st.sampled_from(DAYS)), max_size=12)


@given(SOME, st.sampled_from([[], TREE]))
def test_every_table_adds_up_to_all_sessions(some: list[Count], tree: list[codes.Code]) -> None:
    found, total = report(some, DAYS, tree), sum(one.sessions for one in some)
    outermost = [row for row in found.codes if not row.depth]
    for rows in (outermost, found.queues, found.agents, found.days):
        assert sum(row.sessions for row in rows) == total
    assert sum(sum(one.daily) for one in found.stacks) == total
    assert [row.sessions for row in found.days] == [sum(one.daily[place] for one in found.stacks) for place in (0, 1)]
    assert {(one.name, sum(one.daily)) for one in found.stacks} == {(row.name, row.sessions) for row in outermost}


@pytest.mark.parametrize("count", [1, 7, 366])
def test_there_are_as_many_days_as_asked_for(count: int) -> None:
    days = days_until(date(2014, 1, 9), count)
    assert (len(days), days[-1], days) == (count, "2014-01-09", sorted(days))
