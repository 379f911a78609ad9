"""The function: what it makes of a batch of the queue's messages, and what it asks of AWS for it."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from disposition_counts import app
from disposition_counts.rule import Counted, Entry, Group
from disposition_counts.tables import Overtaken
from facebook_session.notifications import Notification, notifications, reduced, without_personal_data
from session_notifier.publisher import rounds
from tests.counts import KeptCounts, totals
from tests.queue import received
from tests.unit.builders import session

KEY = "DispositionCode"
DAY = "2014-01-09"
REFUND = Group(DAY, "Refund", "Returns", "Anna")
TYPING = {"type": "TypingStarted", "timestamp": 1_389_261_492_035, "userName": "agent1"}
SAID = {"messageCount": 1, "newMessages": [{**TYPING, "type": "Text", "text": "Hello"}]}

Message = dict[str, Any]
LeaveOut = Callable[[Notification], Notification]


class Api:
    """Histories by session, each as it is at the end; `down`: it doesn't answer."""

    def __init__(self) -> None:
        self.histories: dict[str, list[Entry]] = {}
        self.down = False
        self.calls = 0

    def history(self, session_id: str, key: str) -> list[Entry]:
        assert key == KEY
        self._answer()
        return self.histories[session_id]

    def queue(self, _session_id: str) -> str:
        self._answer()
        return "Returns"

    def _answer(self) -> None:
        self.calls += 1
        if self.down:
            raise ConnectionError


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> KeptCounts:
    kept = KeptCounts()
    monkeypatch.setattr(app, "tables", kept)
    monkeypatch.setattr("disposition_counts.app.time.sleep", lambda _seconds: None)
    return kept


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    fake = Api()
    monkeypatch.setattr(app, "api", fake)
    return fake


def messages(old: Any, new: Any, leave_out: LeaveOut | None = None) -> list[Message]:
    """A change as the notifier publishes it and the queue delivers it."""
    built = notifications(old, new, "http://localhost/api/v2")
    cut = rounds([*map(leave_out, built)] if leave_out else built)
    found = [received(entry) for windows in cut for window in windows for entry in window.values()]
    return [one | {"messageId": one["messageAttributes"]["eventId"]["stringValue"]} for one in found]


def take(batch: list[Message]) -> list[str]:
    """The ids of the messages that failed."""
    answer = app.lambda_handler({"Records": batch}, None)
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def disposed(name: str, number: int = 2, code: str = "Refund", leave_out: LeaveOut | None = None) -> list[Message]:
    before = session(id=name, referenceId=number - 1, queueName="Returns")
    return messages(before, before | {"referenceId": number, "userData": {KEY: code}} | SAID, leave_out)


def created(name: str, leave_out: LeaveOut | None = None) -> list[Message]:
    return messages(None, session(id=name, referenceId=1, queueName="Returns"), leave_out)


@pytest.mark.parametrize("leave_out", [None, without_personal_data, reduced])
def test_what_the_notifier_publishes_is_counted_however_much_it_leaves_out(
    tables: KeptCounts, api: Api, leave_out: LeaveOut | None
) -> None:
    api.histories["s"] = [Entry(2, "Refund", DAY, "Anna")]
    assert take(created("s", leave_out)) == []
    assert (tables.sessions, api.calls) == ({"s": Counted(1)}, 0)
    assert take(disposed("s", leave_out=leave_out)) == []
    assert (tables.sessions, tables.counts) == ({"s": Counted(2, REFUND)}, {REFUND: 1})
    assert api.calls == 1


@pytest.mark.parametrize("leave_out", [None, without_personal_data, reduced])
def test_a_session_that_ends_in_another_queue_is_counted_there_unread(
    tables: KeptCounts, api: Api, leave_out: LeaveOut | None
) -> None:
    tables.sessions["s"], tables.moves[REFUND] = Counted(4, REFUND), 1
    before = session(id="s", referenceId=4, queueName="Returns", userData={KEY: "Refund"})
    assert take(messages(before, before | {"referenceId": 5, "state": "Completed", "queueName": "B"}, leave_out)) == []
    assert (tables.counts, api.calls) == ({Group(DAY, "Refund", "B", "Anna"): 1}, 0)


def test_typing_is_no_change(tables: KeptCounts, api: Api) -> None:
    assert take(messages(session(), session(typingCount=1, newMessages=[TYPING]))) == []
    assert (tables.sessions, api.calls) == ({}, 0)


def test_what_a_batch_tells_of_a_session_is_read_once_and_written_once(tables: KeptCounts, api: Api) -> None:
    api.histories["s"] = [Entry(2, "Swap", DAY, "Ben"), Entry(3, "Refund", DAY, "Anna")]
    batch = [*disposed("s", 3), *created("s"), *disposed("s", 2, "Swap"), *disposed("s", 3)]
    assert take(batch) == []
    assert (tables.sessions, tables.moves) == ({"s": Counted(3, REFUND)}, {REFUND: 1})
    assert (tables.calls, api.calls) == (2, 1)


def test_a_session_that_can_not_be_read_fails_alone_and_whole(
    tables: KeptCounts, api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    api.down = True
    failing = [*created("s"), *disposed("s")]
    assert take([failing[0], *created("t"), *failing[1:]]) == [one["messageId"] for one in failing]
    assert tables.sessions == {"t": Counted(1)}
    capsys.readouterr()


def test_a_message_of_something_else_holds_nothing_up(tables: KeptCounts) -> None:
    odd = {"messageId": "odd", "body": "Hello", "messageAttributes": {}}
    assert take([odd, *created("s")]) == ["odd"]
    assert tables.sessions == {"s": Counted(1)}


def test_a_function_that_was_overtaken_starts_again(tables: KeptCounts, api: Api) -> None:
    api.histories["s"] = [Entry(2, "Swap", DAY, "Ben"), Entry(3, "Refund", DAY, "Anna")]
    take(created("s"))
    tables.meanwhile = lambda: app.count("s", [*app.changes_in(disposed("s", 3))], Counted(1))
    assert take(disposed("s", 2, "Swap")) == []
    assert (tables.sessions, tables.counts) == ({"s": Counted(3, REFUND)}, {REFUND: 1})


def test_a_function_that_is_always_overtaken_has_its_messages_come_again(
    tables: KeptCounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(*_: object) -> None:
        raise Overtaken

    monkeypatch.setattr(tables, "move", overtaken)
    assert take(created("s")) == ["s#1#1"]


def test_what_there_is_no_time_for_comes_again(tables: KeptCounts, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.0, app.BEGIN_SECONDS + 0.1])
    monkeypatch.setattr("disposition_counts.app.time.monotonic", lambda: next(clock))
    assert take([*created("s"), *created("t")]) == ["t#1#1"]
    assert tables.sessions == {"s": Counted(1)}


NOTIFICATIONS = 100_000
CHANGES = 10


def conversations(api: Api) -> Iterator[Message]:
    """Sessions of ten changes each: one or two set the disposition, the others don't."""
    for number in range(NOTIFICATIONS // CHANGES):
        name = f"session-{number}"
        sets = {CHANGES - 1, CHANGES - 3} if number % 4 == 0 else {CHANGES - 1}
        api.histories[name] = [Entry(one, f"code-{number % 7}", DAY, f"agent-{number % 50}") for one in sorted(sets)]
        for change in range(1, CHANGES + 1):
            yield message(name, change, sets=change in sets)


def message(name: str, number: int, *, sets: bool) -> Message:
    attributes = {"sessionId": name, "referenceId": str(number), "eventId": f"{name}#{number}#1"}
    attributes |= {"userDataKeys": f'["{KEY}"]'} if sets else {}
    return {
        "messageId": f"{name}#{number}",
        "body": '{"facebooksession": {"queueName": "Returns"}}',
        "messageAttributes": {attribute: {"stringValue": value} for attribute, value in attributes.items()},
    }


def test_100_000_notifications_cost_at_most_two_calls_of_aws_for_each_session_in_a_batch(
    tables: KeptCounts, api: Api
) -> None:
    chance, touched = random.Random(1), 0
    waiting: list[Message] = []
    for one in conversations(api):
        waiting.append(one)
        if len(waiting) == 2_000:  # some 200 conversations go on at once
            touched += deliver(waiting, chance)
    assert tables.counts == totals(one.group for one in tables.sessions.values())
    assert sum(tables.counts.values()) == NOTIFICATIONS // CHANGES
    assert tables.calls + api.calls <= 2 * touched


def deliver(waiting: list[Message], chance: random.Random) -> int:
    """In batches of twenty, as good as in order, as a queue does; how many sessions were touched, batch by batch."""
    waiting.sort(key=lambda one: int(one["messageId"].split("#")[1]) + chance.uniform(0, 1.5))
    touched = 0
    for start in range(0, len(waiting), 20):
        batch = waiting[start : start + 20]
        touched += len({one["messageAttributes"]["sessionId"]["stringValue"] for one in batch})
        assert take(batch) == []
    waiting.clear()
    return touched
