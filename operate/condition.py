"""How a stack is: what is wrong with it, and what there is to know beside that. Pure: what was seen comes in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from operate.deployed import Deployed
from operate.notifier_log import Delivery

_LATE_SECONDS: Final = 60  # as StreamAgeAlarm and DesktopAgeAlarm have it
_WORKS: Final = ("Enabled", "Enabling", "Creating", "Updating")
_FAILED: Final = ("PROBLEM", "FAILED")  # how a mapping's last result begins, on AWS and on the embedded one
_MEND: Final = "Mend what is wrong, then make redrive."
_COLUMN: Final = 16


@dataclass(frozen=True, slots=True)
class Alarm:
    name: str
    description: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """A mapping, which brings a queue's or a stream's records to a function, `to`; `without` is what becomes of them
    where it doesn't.
    """

    to: str
    without: str
    state: str
    last_result: str

    @property
    def works(self) -> bool:
        return self.state in _WORKS and not self.last_result.startswith(_FAILED)


@dataclass(frozen=True, slots=True)
class Traffic:
    """The version that calls of a function go to, and the shares of those that a rollout shifts them to."""

    function: str
    version: str
    shifted: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pile:
    """Objects of the bucket, and the oldest one's time."""

    objects: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Condition:
    """What was seen. `version` is None where the function does not answer, `subscriptions` where there is no topic,
    `ages` (seconds) and `throttled` where there is no metric, `delivery` where there was none for an hour.
    """

    deployed: Deployed
    version: str | None
    traffic: Sequence[Traffic]
    alarms: Sequence[Alarm]
    subscriptions: int | None
    feeds: Sequence[Feed]
    ages: Mapping[str, float | None]
    delivery: Delivery | None
    quarantined: Pile
    given_up: Pile
    removals: int
    throttled: Mapping[str, float | None]
    open_sessions: Mapping[str, int]

    def faults(self) -> list[str]:
        """What is wrong, the worst first; a sentence each."""
        return [*_announcing(self), *_behind(self), *_deployment(self), *_alarms(self)]

    def lines(self) -> Iterator[str]:
        yield from self.faults() or ["All is well."]
        yield ""
        for name, text in _shown(self):
            yield f"{name:<{_COLUMN}}{text}"


def _announcing(seen: Condition) -> Iterator[str]:
    if seen.subscriptions is None:
        yield "Changes are not announced: the topic does not exist."
    elif seen.delivery and seen.delivery.left:
        why = f": {seen.delivery.error}" if seen.delivery.error else ""
        yield f"Changes are not announced: at {_time(seen.delivery.at)} {seen.delivery.left} could not be{why}."
    for feed in seen.feeds:
        if not feed.works:
            yield f"{feed.without}: the mapping is {feed.state}, its last result {feed.last_result}."
    for whom, age in seen.ages.items():
        if age is not None and age > _LATE_SECONDS:
            yield f"{whom} hear of changes late: the oldest waits for {age:,.0f} s."


def _behind(seen: Condition) -> Iterator[str]:
    """What is left for `make redrive`."""
    if seen.quarantined.objects:
        yield f"Some changes are not announced: {_pile(seen.quarantined)} in quarantine. {_MEND}"
    if seen.given_up.objects:
        yield f"Some changes are not announced: the stream gave up on them, {_pile(seen.given_up)}. {_MEND}"
    if seen.removals:
        yield f"Some removed sessions are not erased: {seen.removals} among the dead letters. {_MEND}"


def _deployment(seen: Condition) -> Iterator[str]:
    if seen.version is None:
        yield "The API's function does not answer: its log says why."
    if "FAILED" in seen.deployed.status or "ROLLBACK" in seen.deployed.status:
        yield f"The last deployment failed: {seen.deployed.status}."


def _alarms(seen: Condition) -> Iterator[str]:
    for alarm in seen.alarms:
        yield f"{alarm.name} since {_time(alarm.since)}: {alarm.description}."


def _shown(seen: Condition) -> Iterator[tuple[str, str]]:
    parameters = (f"{name}={value}" for name, value in seen.deployed.parameters.items())
    yield "stack", _stack(seen.deployed.arn)
    yield "version", seen.version or "unknown"
    yield "deployed", f"{_time(seen.deployed.changed)}, {seen.deployed.status}"
    yield "traffic", ", ".join(map(_traffic, seen.traffic)) or "not by versions"
    yield "parameters", " ".join(parameters) or "all by default"
    yield "alarms", f"{len(seen.alarms)} of {len(seen.deployed.alarms)} in ALARM"
    yield "topic", "none" if seen.subscriptions is None else f"subscriptions: {seen.subscriptions}"
    yield "oldest change", ", ".join(f"{whom.lower()}: {_age(age)}" for whom, age in seen.ages.items())
    yield "last delivery", _delivery(seen.delivery)
    for feed in seen.feeds:
        yield f"to {feed.to}", f"{feed.state}, last result: {feed.last_result}"
    yield "undelivered", f"quarantine: {_pile(seen.quarantined)}; given up by the stream: {_pile(seen.given_up)}"
    yield "dead letters", f"{seen.removals} removals" if seen.removals else "none"
    yield "throttled", _throttled(seen.throttled)
    yield "open sessions", ", ".join(f"{state} {count:,}" for state, count in seen.open_sessions.items())


def _stack(arn: str) -> str:
    """Of `arn:aws:cloudformation:{region}:{account}:stack/{name}/{id}`."""
    *_, region, account, resource = arn.split(":")
    return f"{resource.split('/')[1]}, {account}, {region}"


def _traffic(traffic: Traffic) -> str:
    shifted = "".join(f" ({share:.0%} to {version})" for version, share in traffic.shifted.items())
    return f"{traffic.function} to {traffic.version}{shifted}"


def _delivery(last: Delivery | None) -> str:
    if last is None:
        return "none in the last hour"
    return f"{_time(last.at)}, {f'left: {last.left}' if last.left else 'all announced'}"


def _age(seconds: float | None) -> str:
    return "no metric in ten minutes" if seconds is None else f"{seconds:.1f} s"


def _throttled(counts: Mapping[str, float | None]) -> str:
    """In the last hour."""
    if all(count is None for count in counts.values()):
        return "no metric in the last hour"
    some = [f"{name} {count:,.0f}" for name, count in counts.items() if count]
    return f"{', '.join(some) or 'nothing'} in the last hour"


def _pile(pile: Pile) -> str:
    if pile.since is None:
        return "nothing"
    return f"{pile.objects:,} {'object' if pile.objects == 1 else 'objects'} since {_time(pile.since)}"


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
