"""What a report says: the counts summed up by code, queue, agent and day."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from disposition_counts.rule import Group
from disposition_report.codes import Code
from disposition_report.counts import Count

NO_QUEUE = "(no queue)"
_OTHERS = "Not in the policy"


@dataclass(frozen=True, slots=True)
class Row:
    """So many sessions. `depth` is how many folders are around it; the sessions of a folder are those in it."""

    name: str
    sessions: int
    depth: int = 0
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class Stack:
    """An outermost row, with its sessions on each day."""

    name: str
    daily: Sequence[int]


@dataclass(frozen=True, slots=True)
class Report:
    """`days` are all of them, also those without sessions. `stacks` are what a column of each day is made of."""

    days: Sequence[Row]
    codes: Sequence[Row]
    queues: Sequence[Row]
    agents: Sequence[Row]
    stacks: Sequence[Stack]

    @property
    def sessions(self) -> int:
        return sum(row.sessions for row in self.days)


def report(counts: Sequence[Count], days: Sequence[str], codes: Sequence[Code]) -> Report:
    """Of the counts of these days, with the codes' names and folders."""
    by_day = summed(counts, lambda group: group.day)
    by_code = summed(counts, lambda group: group.code)
    return Report(
        [Row(day, by_day[day]) for day in days],
        [*folded(by_code, codes)],
        largest_first(summed(counts, lambda group: group.queue or NO_QUEUE)),
        largest_first(summed(counts, lambda group: group.agent)),
        [*stacked(counts, days, codes)],
    )


def summed(counts: Iterable[Count], by: Callable[[Group], str]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for count in counts:
        sums[by(count.group)] += count.sessions
    return sums


def largest_first(sums: Mapping[str, int]) -> list[Row]:
    return [Row(name, sessions) for name, sessions in sorted(sums.items(), key=lambda one: (-one[1], one[0]))]


def folded(sums: Mapping[str, int], codes: Sequence[Code]) -> Iterator[Row]:
    """The codes that sessions have, in the policy's order, in their folders; then those that the policy lacks."""
    yield from _folded(sums, codes, 0)
    known = {name for code in codes for name in names_in(code)}
    others = largest_first({name: sessions for name, sessions in sums.items() if name not in known})
    if codes and others:
        yield Row(_OTHERS, sum(row.sessions for row in others), is_folder=True)
    for row in others:
        yield Row(row.name, row.sessions, depth=1 if codes else 0)


def _folded(sums: Mapping[str, int], codes: Sequence[Code], depth: int) -> Iterator[Row]:
    for code in codes:
        sessions = sum(sums.get(name, 0) for name in names_in(code))
        if sessions:
            yield Row(code.display_name, sessions, depth, bool(code.children))
            yield from _folded(sums, code.children, depth + 1)


def names_in(code: Code) -> Iterator[str]:
    """The code's own, and those of all in it."""
    yield code.name
    for child in code.children:
        yield from names_in(child)


def stacked(counts: Iterable[Count], days: Sequence[str], codes: Sequence[Code]) -> Iterator[Stack]:
    """The outermost rows that have sessions, in their order."""
    sums: Counter[tuple[str, str]] = Counter()
    for count in counts:
        sums[count.group.day, count.group.code] += count.sessions
    for name, names in _outermost({code for _, code in sums}, codes):
        daily = [sum(sums[day, code] for code in names) for day in days]
        if any(daily):
            yield Stack(name, daily)


def _outermost(found: set[str], codes: Sequence[Code]) -> Iterator[tuple[str, Collection[str]]]:
    """The outermost rows and the codes in each, of those that were found."""
    inside = [(code.display_name, found & {*names_in(code)}) for code in codes]
    others = found.difference(*(names for _, names in inside))
    yield from inside
    yield from [(_OTHERS, others)] if codes else [(name, [name]) for name in sorted(others)]
