"""Whatever fails between stream, topic and subscriber, each change is announced in order, or lies in the bucket.

Redrive leaves the bucket empty, and the examples' copies and counts are exact. SEEDS is the number of histories, by
default 300; each is told by its seed.
"""

import io
import json
import os
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from disposition_counts import app as counter
from facebook_session.quarantine import Quarantine
from operate.bucket import UndeliveredBucket
from operate.notifier import Notifier
from operate.redrive import Outcome, redrive
from operate.sessions import Sessions as AllSessions
from session_copies import app as subscriber
from session_notifier import app, publisher
from session_notifier.publisher import Publisher
from tests.copies import KeptCopies
from tests.counts import KeptCounts, totals
from tests.queue import Queue, received
from tests.stream import Mapping
from tests.unit.bucket import FakeBucket
from tests.unit.builders import event_id
from tests.unit.session_notifier.history import History, Sessions, Threads, Topic

SEEDS = int(os.environ.get("SEEDS", "300"))
BLOCKS = 10
REDRIVES = 20


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 120_000


class World:
    """The notifier between a history and a topic, a bucket behind both, and the examples behind the topic."""

    def __init__(self, seed: int, *, dead: bool, **rates: float) -> None:
        self.chance = random.Random(seed)
        self.history = History(self.chance)
        self.topic = Topic(self.chance, self.history, dead=dead, **rates)
        self.threads = Threads(self.chance)
        self.bucket = FakeBucket()
        self.copies, self.counts = KeptCopies(), KeptCounts()
        self.undelivered: set[str] = set()
        self._delivered = 0

    def wire(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(publisher, "ThreadPoolExecutor", lambda _: self.threads)
        patch.setattr(publisher, "MAX_WINDOW_ENTRIES", self.chance.choice([3, 10]))
        patch.setattr(app, "publisher", Publisher(self.topic, "topic"))
        patch.setattr(app, "quarantine", lambda: Quarantine(self.bucket, "bucket"))
        patch.setattr(app, "notifications", self.history.notifications)
        patch.setattr(app, "transcript", Transcripts)
        patch.setattr(subscriber, "copies", self.copies)
        patch.setattr(subscriber, "sessions", Sessions(self.history, self.chance))
        patch.setattr(counter, "tables", self.counts)
        patch.setattr(counter, "api", Sessions(self.history, self.chance))
        patch.setattr(counter, "key", "step")

    def drain(self, crashes: float, repeats: float) -> None:
        """Hands the history to the notifier, as the stream's mapping does."""
        on_failure = self.give_up if self.topic.was_dead else None
        batch = self.chance.choice([5, 25, 100])
        mapping = Mapping(notify, self.chance, batch=batch, crashes=crashes, repeats=repeats, on_failure=on_failure)
        mapping.drain(self.history.records, shards=self.chance.randint(1, 3), readers=self.chance.randint(1, 4))

    def give_up(self, batch: list[dict[str, Any]]) -> None:
        """What the mapping does with what it gives up on."""
        name = f"aws/lambda/{self.chance.getrandbits(64):016x}"
        body = json.dumps({"version": "1.0", "payload": {"Records": batch}}).encode()
        self.bucket.put_object(Bucket="bucket", Key=name, Body=body)

    def invoke(self, **call: Any) -> dict[str, Any]:
        """The notifier, as a client of Lambda sees it."""
        answer = notify(json.loads(call["Payload"])["Records"])
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    def subscribe(self) -> None:
        """The examples take what was published since the last time, and then what had failed too often."""
        entries = {event_id(entry): entry for entry in self.topic.entries}
        fresh = [received(entries[one]) for one in self.topic.published[self._delivered :]]
        self._delivered = len(self.topic.published)
        for function in (subscriber, counter):
            queue = Queue(self.history.seen_by(function.lambda_handler), self.chance)
            queue.drain(fresh)
            for _ in range(REDRIVES):
                queue.redrive()
            assert queue.dead == [], "the subscriber can't take it"

    def undelivered_events(self) -> Iterator[str]:
        for content in self.bucket.objects.values():
            for one in records_in(content):
                yield from self.history.events_of(one)


class Transcripts:
    """Whatever is added is there."""

    def add(self, messages: Iterable[object]) -> None:
        assert [*messages]


class AllThere(AllSessions):
    """No session is removed."""

    def have(self, _record: object) -> bool:
        return True


def notify(batch: list[dict[str, Any]]) -> dict[str, Any]:
    answer: dict[str, Any] = app.lambda_handler({"Records": batch}, Context())
    return answer


@pytest.fixture(autouse=True)
def _no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the faults, which are many."""
    for one in (app, publisher, subscriber, counter):
        monkeypatch.setattr(one.logger, "error", lambda *_, **__: None)


def play(seed: int, then: Callable[[World], None], *, dead: bool = False, **rates: float) -> World:
    """Drains the stream of one history, has the subscriber take what came of it, and `then` goes on."""
    faults = {"refused": 0.02, "forgotten": 0.005, "lost": 0.005, "crashes": 0.02, "repeats": 0.02} | rates
    crashes, repeats = faults.pop("crashes"), faults.pop("repeats")
    world = World(seed, dead=dead, **faults)
    with pytest.MonkeyPatch.context() as patch:
        world.wire(patch)
        world.drain(crashes, repeats)
        world.undelivered = {*world.undelivered_events()}
        world.subscribe()
        then(world)
    return world


def records_in(content: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = content.get("payload", content)["Records"]
    return found


def check(world: World) -> None:
    history, published = world.history, world.topic.published
    assert {*published} | world.undelivered == history.events, "lost"
    assert history.poison <= world.undelivered, "poison was announced"
    assert world.topic.was_dead or world.undelivered == history.poison, "a healthy record in the bucket"
    first = [*dict.fromkeys(published)]
    for name in history.copies:
        places = [tuple(map(int, one.split("#")[1:])) for one in first if one.startswith(f"{name}#")]
        assert places == sorted(places), "out of order"


def mend(world: World) -> None:
    """What was wrong is mended, and the operator redrives; again where a topic that is busy has stopped it."""
    world.topic.mended = world.history.mended = True
    bucket, records = UndeliveredBucket(world.bucket, "bucket"), [*world.bucket.objects.values()]
    outcomes = [redrive(AllThere(None), bucket, Notifier(world, "notifier"))]
    while outcomes[-1].stopped and len(outcomes) < REDRIVES:
        outcomes.append(redrive(AllThere(None), bucket, Notifier(world, "notifier")))
    assert sum(one.records for one in outcomes) == sum(map(len, map(records_in, records))), "redrive"
    assert replace(outcomes[-1], records=0) == Outcome(0, orphaned=0, left=0, stopped=False), "redrive"
    world.subscribe()
    assert world.bucket.objects == {}, "not empty"
    assert {*world.topic.published} == world.history.events, "lost after redrive"
    assert world.copies.kept == world.history.latest, "the subscriber's copies are not exact"
    assert world.counts.counts == totals(world.history.groups), "the counts are not those of the sessions"


def check_and_mend(world: World) -> None:
    check(world)
    mend(world)


def seeds(block: int) -> Iterator[int]:
    return iter(range(block, SEEDS, BLOCKS))


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("block", range(BLOCKS))
def test_nothing_is_lost_nothing_overtakes_and_copies_are_exact(block: int, capsys: pytest.CaptureFixture[str]) -> None:
    for seed in seeds(block):
        try:
            play(seed, check_and_mend, dead=seed % 3 == 0)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
        capsys.readouterr()


@pytest.mark.usefixtures("pauses")
def test_a_throttling_topic_gets_few_notifications_twice(capsys: pytest.CaptureFixture[str]) -> None:
    worlds = [play(seed, check, crashes=0, repeats=0, lost=0) for seed in range(30)]
    capsys.readouterr()
    published = [len(one.topic.published) for one in worlds]
    assert sum(published) - sum(len({*one.topic.published}) for one in worlds) <= 0.03 * sum(published)


@pytest.mark.usefixtures("pauses")
def test_the_faults_do_happen(capsys: pytest.CaptureFixture[str]) -> None:
    worlds = [play(seed, check_and_mend, dead=seed % 2 == 0) for seed in range(20)]
    capsys.readouterr()
    assert sum(len(one.topic.published) - len({*one.topic.published}) for one in worlds) > 0
    assert all(one.history.poison for one in worlds)
    assert sum(one.threads.rounds for one in worlds) > 30
    assert sum(len(one.undelivered - one.history.poison) for one in worlds) > 0
    assert sum(one.history.reads for one in worlds) > 0
    assert sum(one.history.failed_reads for one in worlds) > 0
