"""The example's counts in memory. tests/integration/test_counts.py holds them against those in its tables."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable

from disposition_counts.rule import Counted, Group
from disposition_counts.tables import Overtaken


class KeptCounts:
    """`meanwhile` happens once before the next move. `calls` counts what the tables would have been asked."""

    def __init__(self) -> None:
        self.sessions: dict[str, Counted] = {}
        self.moves: Counter[Group] = Counter()
        self.meanwhile: Callable[[], None] | None = None
        self.calls = 0

    @property
    def counts(self) -> dict[Group, int]:
        return {group: count for group, count in self.moves.items() if count}

    def counted(self, session_ids: Collection[str]) -> dict[str, Counted]:
        self.calls += 1
        return {one: self.sessions.get(one, Counted()) for one in session_ids}

    def move(self, session_id: str, before: Counted, after: Counted) -> None:
        self.calls += 1
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        if self.sessions.get(session_id, Counted()).number != before.number:
            raise Overtaken
        self.sessions[session_id] = after
        if before.group != after.group:
            self.moves.subtract(filter(None, [before.group]))
            self.moves.update(filter(None, [after.group]))


def totals(groups: Iterable[Group | None]) -> dict[Group, int]:
    """What the counts of sessions must be that are in these groups now."""
    return dict(Counter(filter(None, groups)))
