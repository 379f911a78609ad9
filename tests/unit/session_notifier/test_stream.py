"""Whatever fails between stream and topic, each change is announced, in order, or lies in quarantine.

SEEDS is the number of histories, by default 300; each is told by its seed.
"""

import os
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from session_notifier import app
from session_notifier.publisher import Publisher
from session_notifier.quarantine import Quarantine
from tests.stream import Mapping
from tests.unit.bucket import FakeBucket
from tests.unit.builders import FakeSNS, disposition_set, record, session

SEEDS = int(os.environ.get("SEEDS", "300"))
BLOCKS = 10
RECORDS, SESSIONS, POISONS = 150, 12, 2


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 120_000


class Topic(FakeSNS):
    """Refuses, forgets, or takes and hangs up, by chance; refuses for ever what is `poison`."""

    def __init__(self, chance: random.Random, *, refused: float, forgotten: float, lost: float) -> None:
        super().__init__()
        self._chance = chance
        self._rates = {"refused": refused, "forgotten": forgotten}
        self._lost = lost
        self.poison: set[str] = set()
        self.verdict = self._by_chance

    def _by_chance(self, one: str, _attempt: int) -> str:
        if one in self.poison:
            return "hopeless"
        return next((how for how, rate in self._rates.items() if self._chance.random() < rate), "taken")

    def publish_batch(self, **request: Any) -> dict[str, Any]:
        answer = super().publish_batch(**request)
        if self._chance.random() < self._lost:
            raise TimeoutError("the answer was lost")
        return answer


@dataclass
class History:
    """What became of the changes of one seed: `published` in order, `quarantined`, and all that there were."""

    published: list[str]
    quarantined: set[str]
    poison: set[str]
    changes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def duplicates(self) -> int:
        return len(self.published) - len({*self.published})


@pytest.fixture(autouse=True)
def _no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the faults, which are many."""
    monkeypatch.setattr(app.logger, "error", lambda *_, **__: None)


def play(seed: int, *, crashes: float = 0.02, repeats: float = 0.02, lost: float = 0.005) -> History:
    chance = random.Random(seed)
    topic = Topic(chance, refused=0.02, forgotten=0.005, lost=lost)
    bucket = FakeBucket()
    records, history = changes(chance, topic)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "publisher", Publisher(topic, "topic"))
        patch.setattr(app, "quarantine", lambda: Quarantine(bucket, "bucket"))
        mapping = Mapping(invoke, chance, batch=chance.choice([5, 25, 100]), crashes=crashes, repeats=repeats)
        mapping.drain(records, shards=chance.randint(1, 3), readers=chance.randint(1, 4))
    history.quarantined |= {
        f"{one['dynamodb']['Keys']['id']['S']}#{number(one)}#1"
        for lying in bucket.objects.values()
        for one in lying["Records"]
    }
    return history


def number(one: dict[str, Any]) -> str:
    return str(one["dynamodb"]["NewImage"]["referenceId"]["N"])


def invoke(batch: list[dict[str, Any]]) -> dict[str, Any]:
    answer: dict[str, Any] = app.lambda_handler({"Records": batch}, Context())
    return answer


def changes(chance: random.Random, topic: Topic) -> tuple[list[dict[str, Any]], History]:
    """Changes of some sessions, interleaved; some can't be built, some the topic never takes."""
    history = History(topic.published, set(), topic.poison)
    records = []
    bad = {chance.randrange(RECORDS): chance.choice(["built", "taken"]) for _ in range(POISONS)}
    for sequence in range(RECORDS):
        name = f"session-{chance.randrange(SESSIONS)}"
        reference_id = len(history.changes[name]) + 1
        one = f"{name}#{reference_id}#1"
        history.changes[name].append(one)
        if sequence in bad:
            topic.poison.add(one)
        if bad.get(sequence) == "built":
            broken = session(id=name, state="Lost", referenceId=reference_id)
            records.append(record(broken, broken | {"comment": "x"}, sequence))
        else:
            records.append(disposition_set(name, reference_id, sequence))
    return records, history


def check(history: History) -> None:
    published = {*history.published}
    everything = {one for some in history.changes.values() for one in some}
    assert published | history.quarantined == everything, "lost"
    assert history.quarantined == history.poison, "the wrong ones in quarantine"
    for name, expected in history.changes.items():
        first = [*dict.fromkeys(one for one in history.published if one.startswith(f"{name}#"))]
        assert first == [one for one in expected if one not in history.poison], "out of order"


def seeds(block: int) -> Iterator[int]:
    return iter(range(block, SEEDS, BLOCKS))


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("block", range(BLOCKS))
def test_nothing_is_lost_and_nothing_overtakes(block: int, capsys: pytest.CaptureFixture[str]) -> None:
    for seed in seeds(block):
        history = play(seed)
        try:
            check(history)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        capsys.readouterr()


@pytest.mark.usefixtures("pauses")
def test_a_throttling_topic_gets_few_notifications_twice(capsys: pytest.CaptureFixture[str]) -> None:
    histories = [play(seed, crashes=0, repeats=0, lost=0) for seed in range(30)]
    capsys.readouterr()
    share = sum(one.duplicates for one in histories) / sum(len(one.published) for one in histories)
    assert share <= 0.03


@pytest.mark.usefixtures("pauses")
def test_the_faults_do_happen(capsys: pytest.CaptureFixture[str]) -> None:
    histories = [play(seed) for seed in range(20)]
    capsys.readouterr()
    assert sum(one.duplicates for one in histories) > 0
    assert sum(len(one.quarantined) for one in histories) > 0
