"""Whether each change was numbered and announced once, and in order. Pure."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from operate.load.record import Answered, Heard, Record


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence for each that was `lost`, `doubled` or `out_of_order`."""

    lost: list[str]
    doubled: list[str]
    out_of_order: list[str]

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.doubled or self.out_of_order)


def unannounced(record: Record) -> set[tuple[str, int]]:
    """Changes that were answered and not heard of."""
    return {(one.session, one.number) for one in record.answered} - {
        (one.session, one.number) for one in record.heard.values()
    }


def verdict(record: Record) -> Verdict:
    """What happened in a session with an unknown outcome says nothing of numbers."""
    sure = [one for one in record.answered if one.session not in record.unsure]
    heard = record.heard.values()
    lost = [f"{session}: change {number} was not announced" for session, number in sorted(unannounced(record))]
    return Verdict(
        [*lost, *_missing_numbers(sure)], [*_used_twice(sure), *_published_twice(heard)], [*_overtaken(heard)]
    )


def _missing_numbers(answered: Collection[Answered]) -> Iterator[str]:
    last: dict[str, int] = {}
    for one in answered:
        last[one.session] = max(last.get(one.session, 0), one.number)
    numbers = {(one.session, one.number) for one in answered}
    for session, highest in sorted(last.items()):
        for number in range(1, highest):
            if (session, number) not in numbers:
                yield f"{session}: no request got the number {number}"


def _used_twice(answered: Collection[Answered]) -> Iterator[str]:
    counts = Counter((one.session, one.number) for one in answered)
    for (session, number), count in counts.items():
        if count > 1:
            yield f"{session}: {count} requests got the number {number}"


def _published_twice(heard: Collection[Heard]) -> Iterator[str]:
    for event, count in Counter(one.event for one in heard).items():
        if count > 1:
            yield f"{event}: published {count} times"


def _overtaken(heard: Collection[Heard]) -> Iterator[str]:
    """By the time at which SNS took each: what a queue makes of the order is its own."""
    by_session: defaultdict[str, list[Heard]] = defaultdict(list)
    for one in heard:
        by_session[one.session].append(one)
    for notifications in by_session.values():
        ordered = sorted(notifications, key=lambda one: (one.number, one.event))
        for before, after in itertools.pairwise(ordered):
            if before.event != after.event and after.published < before.published:
                yield f"{after.event}: published before {before.event}"
