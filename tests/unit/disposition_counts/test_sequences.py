"""Whatever is lost, comes twice or out of order: at the end the counts are those of the sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disposition_counts import app
from disposition_counts.rule import Change, Counted, Entry, Group
from tests.counts import KeptCounts, totals

DAYS = [f"2014-01-{day:02}" for day in range(9, 12)]


@dataclass(frozen=True)
class Step:
    """One change of a session: `said`, `set`, `removed`, or `ended` in another queue."""

    kind: str
    code: str
    queue: str
    agent: str


STEPS = st.builds(
    Step, st.sampled_from(["said", "set", "removed", "ended"]), st.sampled_from("ab"), st.sampled_from("pq"),
    st.sampled_from(["Anna", "system"]),
)  # fmt: skip


class Played:
    """A session that was created in the queue `o`, whose steps are its changes from 2 on; read as it is at the end."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.told = [Change(1, sets=False, queue="o")]
        self.entries: list[Entry] = []
        self.queue_name = "o"
        for number, step in enumerate(steps, start=2):
            self._play(number, step)

    def _play(self, number: int, step: Step) -> None:
        sets = step.kind == "set" or (step.kind == "removed" and bool(self.entries and self.entries[-1].code))
        if sets:
            code = step.code if step.kind == "set" else None
            self.entries.append(Entry(number, code, DAYS[number * len(DAYS) // 12 % len(DAYS)], step.agent))
        if step.kind == "ended":
            self.queue_name = step.queue
        self.told.append(Change(number, sets, None if step.kind == "said" else self.queue_name))

    @property
    def group(self) -> Group | None:
        """Computed from the session alone."""
        last = self.entries[-1] if self.entries else None
        return Group(last.day, last.code, self.queue_name, last.agent) if last and last.code else None


class Api:
    def __init__(self, sessions: dict[str, Played]) -> None:
        self._sessions = sessions

    def history(self, session_id: str, _key: str) -> list[Entry]:
        return self._sessions[session_id].entries

    def queue(self, session_id: str) -> str:
        return self._sessions[session_id].queue_name


@st.composite
def deliveries(draw: st.DrawFn, sessions: dict[str, Played]) -> list[tuple[str, list[Change]]]:
    """Batches of what each session told: in any order, some twice and some never, but the last of each."""
    told = [(name, one) for name, session in sessions.items() for one in session.told[:-1]]
    came = draw(st.lists(st.sampled_from(told), max_size=2 * len(told))) if told else []
    lasts = [(name, session.told[-1]) for name, session in sessions.items()]
    batches: list[tuple[str, list[Change]]] = []
    for name, one in draw(st.permutations(came + lasts)):
        if batches and batches[-1][0] == name and draw(st.booleans()):
            batches[-1][1].append(one)
        else:
            batches.append((name, [one]))
    return batches


@given(st.lists(st.lists(STEPS, max_size=10), min_size=1, max_size=3), st.data())
def test_the_counts_are_those_of_the_sessions(histories: list[list[Step]], data: st.DataObject) -> None:
    sessions = {f"s{number}": Played(steps) for number, steps in enumerate(histories)}
    tables = KeptCounts()
    batches = data.draw(deliveries(sessions))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "tables", tables)
        patch.setattr(app, "api", Api(sessions))
        patch.setattr("disposition_counts.app.time.sleep", lambda _seconds: None)
        for place, (name, changes) in enumerate(batches):
            before = tables.counted([name])[name]
            if place + 1 < len(batches) and data.draw(st.booleans()):
                tables.meanwhile = at_once(tables, *batches[place + 1])
            app.count(name, changes, before)
    assert {name: one.group for name, one in tables.sessions.items()} == {
        name: session.group for name, session in sessions.items()
    }
    assert tables.counts == totals(session.group for session in sessions.values())
    assert min(tables.moves.values(), default=0) >= 0


def at_once(tables: KeptCounts, name: str, changes: list[Change]) -> Any:
    """Another function takes the next batch while this one is about to write."""
    return lambda: app.count(name, changes, tables.sessions.get(name, Counted()))
