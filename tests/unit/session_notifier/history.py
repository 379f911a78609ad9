"""A history of changes, what may go wrong with it, and what a subscriber makes of it."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, Final
from urllib.error import URLError

from disposition_counts.rule import Entry, Group
from facebook_session import notifications
from session_copies.rule import Copy
from tests.unit.builders import FakeSNS, record, session

RECORDS: Final = 150
SESSIONS: Final = 12
POISONS: Final = 2
KINDS: Final = ("set", "said", "set and said", "typed")
WEIGHTS: Final = (6, 3, 2, 2)
TYPED: Final = {"newMessages": [{"type": "TypingStarted", "timestamp": 1389261492035, "userName": "agent1"}]}
SAID: Final = {
    "messageCount": 1,
    "newMessages": [{"type": "Text", "timestamp": 1389261492035, "userName": "agent1", "text": "Hello"}],
}


class History:
    """Changes of some sessions, interleaved. Some can't be built and some the topic never takes, until it is `mended`.

    A change sets the user data `step` to its number, or adds a message, or both; typing is announced and is none.
    `poison` are the events of the changes that can't be announced, `refused` those that the topic doesn't take.
    """

    def __init__(self, chance: random.Random) -> None:
        self.records: list[dict[str, Any]] = []
        self.copies: dict[str, list[Copy]] = defaultdict(list)
        self.poison: set[str] = set()
        self.refused: set[str] = set()
        self.unbuilt: set[str] = set()
        self.mended = False
        self.seen: dict[str, int] = defaultdict(int)
        self.typed: dict[str, int] = defaultdict(int)
        self.reads = self.failed_reads = 0
        for sequence in range(RECORDS):
            name, kind = f"session-{chance.randrange(SESSIONS)}", chance.choices(KINDS, WEIGHTS)[0]
            if kind == "typed" and self.copies[name]:
                self._type(name, sequence)
            else:
                self._change(name, kind, sequence)
        for one in chance.sample(self.records, POISONS):
            self._poison(one, chance)

    def _change(self, name: str, kind: str, sequence: int) -> None:
        number = len(self.copies[name]) + 1
        step = self.copies[name][-1].user_data if number > 1 else {}
        kind = kind if number > 1 else "set"  # as a session's creation has user data
        before = session(id=name, referenceId=number - 1, userData=step)
        after = before | {"referenceId": number} | (SAID if "said" in kind else {})
        if "set" in kind:
            after |= {"userData": {"step": number}}
        self.copies[name].append(Copy(number, after["userData"]))
        self.records.append(record(before, after, sequence))

    def _type(self, name: str, sequence: int) -> None:
        number, data = len(self.copies[name]), self.copies[name][-1].user_data
        before = session(id=name, referenceId=number, userData=data, typingCount=self.typed[name])
        self.typed[name] += 1
        self.records.append(record(before, before | TYPED | {"typingCount": self.typed[name]}, sequence))

    def _poison(self, one: dict[str, Any], chance: random.Random) -> None:
        events = self.events_of(one)
        self.poison |= {*events}
        (self.refused if chance.random() < 0.5 else self.unbuilt).add(chance.choice(events))

    @property
    def events(self) -> set[str]:
        return {event for one in self.records for event in self.events_of(one)}

    @property
    def latest(self) -> dict[str, Copy]:
        """What an exact copy of every session is."""
        return {name: copies[-1] for name, copies in self.copies.items()}

    @property
    def groups(self) -> list[Group]:
        """Where every session is to be counted, by its `step`."""
        return [
            Group(last.day, str(last.code), "", last.agent) for last in (self.entries(one)[-1] for one in self.copies)
        ]

    def entries(self, name: str) -> list[Entry]:
        """The history of the session's `step`, as of a disposition: set on another day and by another agent each."""
        numbers = [copy.number for copy in self.copies[name] if copy.user_data == {"step": copy.number}]
        return [Entry(one, str(one), f"2014-01-{1 + one % 3:02}", f"agent{one % 2}") for one in numbers]

    def events_of(self, one: dict[str, Any]) -> list[str]:
        old, new = one["dynamodb"]["OldImage"], one["dynamodb"]["NewImage"]
        count = (old["userData"] != new["userData"]) + ("newMessages" in new)
        positions = [4 + int(new["typingCount"]["N"])] if "typingCount" in new else [*range(1, count + 1)]
        return [f"{new['id']['S']}#{new['referenceId']['N']}#{position}" for position in positions]

    def notifications(self, old: Any, new: Any, base_url: str) -> Any:
        """The notifier's own, with a bug."""
        built = notifications.notifications(old, new, base_url)
        if not self.mended and not self.unbuilt.isdisjoint(one.attributes["eventId"] for one in built):
            raise KeyError("state")
        return built

    def seen_by(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The subscriber's function. When it gets a message, the session is at that number, or has gone on."""

        def handler(event: dict[str, Any], context: object) -> Any:
            for message in event["Records"]:
                name, number, _ = message["messageAttributes"]["eventId"]["stringValue"].split("#")
                self.seen[name] = max(self.seen[name], int(number))
            return function(event, context)

        return handler


class Topic(FakeSNS):
    """Refuses, forgets, or takes and hangs up, by chance; refuses the poison. A `dead` one does nothing for a while."""

    def __init__(self, chance: random.Random, history: History, *, dead: bool, lost: float, **rates: float) -> None:
        super().__init__(self._by_chance)
        self._chance = chance
        self._history = history
        self._rates = rates
        self._lost = lost
        self._calls = 0
        self._dead = range(*sorted(chance.choices(range(120), k=2))) if dead else range(0)
        self.was_dead = dead
        self.mended = False

    def _by_chance(self, one: str, _attempt: int) -> str:
        if not self.mended and one in self._history.refused:
            return "unpublishable"
        return next((how for how, rate in self._rates.items() if self._chance.random() < rate), "accepted")

    def publish_batch(self, **request: Any) -> dict[str, Any]:
        self._calls += 1
        if self._calls in self._dead and not self.mended:
            raise ConnectionError("the topic is dead")
        answer = super().publish_batch(**request)
        if self._chance.random() < self._lost and not self.mended:
            raise TimeoutError("the answer was lost")
        return answer


class Threads:
    """The publisher's, which are done by chance: what a seed makes happen would else be another thing each time."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.rounds = 0

    def map(self, publish: Callable[[Any], Any], windows: Iterable[Any]) -> list[Any]:
        self.rounds += 1
        left = [*enumerate(windows)]
        self._chance.shuffle(left)
        done = {number: publish(window) for number, window in left}
        return [done[number] for number in sorted(done)]


class Sessions:
    """The API, which sometimes doesn't answer. A session can be some changes ahead of what was announced."""

    def __init__(self, history: History, chance: random.Random) -> None:
        self._history = history
        self._chance = chance

    def read(self, session_id: str) -> Copy:
        return self._history.copies[session_id][self._number(session_id) - 1]

    def history(self, session_id: str, _key: str) -> list[Entry]:
        number = self._number(session_id)
        return [entry for entry in self._history.entries(session_id) if entry.number <= number]

    def queue(self, session_id: str) -> str:
        self._number(session_id)
        return ""

    def _number(self, session_id: str) -> int:
        self._history.reads += 1
        if self._chance.random() < 0.3:
            self._history.failed_reads += 1
            raise URLError("no answer")
        ahead = self._history.seen[session_id] + self._chance.randrange(3)
        return min(ahead, len(self._history.copies[session_id]))
