"""The rule of the counts: drop what is known, move on with what comes next, read where the disposition is another."""

from collections.abc import Sequence

import pytest

from disposition_counts.rule import Change, Counted, Entry, Gone, Group, follow

DAY, NEXT_DAY = "2014-01-09", "2014-01-10"
SET = Group(DAY, "Refund", "Returns", "Anna")
NOW = Group(NEXT_DAY, "Swap", "Service", "Ben")
ENTRIES = [Entry(3, "Refund", DAY, "Anna"), Entry(5, "Swap", NEXT_DAY, "Ben")]


class Session:
    """`queue_name` None: there is no such session any more."""

    def __init__(self, entries: Sequence[Entry] = ENTRIES, queue_name: str | None = "Service") -> None:
        self._entries, self._queue_name = entries, queue_name
        self.reads: list[str] = []

    def history(self) -> Sequence[Entry]:
        self.reads.append("history")
        if self._queue_name is None:
            raise Gone
        return self._entries

    def queue(self) -> str:
        self.reads.append("queue")
        if self._queue_name is None:
            raise Gone
        return self._queue_name


def told(number: int, queue: str | None = "Returns", *, sets: bool = False) -> Change:
    return Change(number, sets, queue)


@pytest.mark.parametrize(
    ("before", "one", "after", "reads"),
    [
        (Counted(), told(1), Counted(1), []),
        (Counted(), told(3, sets=True), Counted(3, SET), ["history"]),
        (Counted(2), told(3, sets=True), Counted(3, SET), ["history"]),
        (Counted(3, SET), told(4), Counted(4, SET), []),
        (Counted(3, SET), told(4, None), Counted(4, SET), []),
        (Counted(3, SET), told(4, "Service"), Counted(4, Group(DAY, "Refund", "Service", "Anna")), []),
        (Counted(3, SET), told(3, sets=True), Counted(3, SET), []),
        (Counted(3, SET), told(2), Counted(3, SET), []),
        (Counted(4, SET), told(5, "Service", sets=True), Counted(5, NOW), ["history"]),
        (Counted(3, SET), told(6, "Service"), Counted(6, NOW), ["history"]),
        (Counted(3, SET), told(6, None), Counted(6, NOW), ["history", "queue"]),
        (Counted(1), told(4), Counted(4, SET), ["history"]),
        (Counted(), told(2), Counted(2), ["history"]),
        (Counted(), told(6, None), Counted(6, NOW), ["history", "queue"]),
    ],
    ids=[
        "first", "first sight, set", "set", "next", "next, messages", "next, in another queue", "known", "older",
        "corrected", "gap", "gap, messages", "gap, and the session is ahead", "first sight", "first sight, messages",
    ],
)  # fmt: skip
def test_a_change_is_dropped_moved_on_with_or_read(
    before: Counted, one: Change, after: Counted, reads: list[str]
) -> None:
    session = Session()
    assert (follow(before, one, session), session.reads) == (after, reads)


def test_a_disposition_that_was_removed_counts_no_more() -> None:
    session = Session([*ENTRIES, Entry(6, None, NEXT_DAY, "Ben")])
    assert follow(Counted(5, NOW), told(6, sets=True), session) == Counted(6)


@pytest.mark.parametrize("one", [told(4, sets=True), told(6), told(6, None)])
def test_where_the_session_is_gone_what_was_counted_stays(one: Change) -> None:
    assert follow(Counted(3, SET), one, Session(queue_name=None)) == Counted(one.number, SET)
    assert follow(Counted(), one, Session(queue_name=None)) == Counted(one.number)


def test_a_late_repeat_of_a_creation_is_known_and_so_is_a_session_that_has_its_id_again() -> None:
    """The two look alike, so the counts take both for repeats: the README's limits say so."""
    session = Session()
    assert follow(Counted(3, SET), told(1), session) == follow(Counted(3, SET), told(2, sets=True), session)
    assert follow(Counted(3, SET), told(1), session) == Counted(3, SET)
    assert session.reads == []
