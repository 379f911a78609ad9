"""The command behind `make cost`: dollars by AWS' list prices, for what the functions ask of AWS in a run here."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from operate.cost import plays
from operate.cost.bill import Bill, Item, total
from operate.cost.deployment import Deployment
from operate.cost.prices import Prices
from operate.cost.stage import staged
from operate.cost.usage import Invocation
from tests.template import TEMPLATE

_HOUR: Final = 3_600
_MONTH: Final = 30 * 24 * _HOUR
_GIGA: Final = 1024**3

Run = Sequence[Invocation]


_ROUNDS: Final = 3


def main() -> int:
    """With an argument: so many rounds."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else _ROUNDS
    print("Playing requests and conversations on moto, about half a minute", file=sys.stderr)
    print(*_told(Bill(Prices.read(), Deployment.of(TEMPLATE)), rounds), sep="\n")
    return 0


def _told(bill: Bill, rounds: int) -> list[str]:
    with staged(rounds) as stage:
        page, talk = plays.pages_request(stage), plays.conversation(stage)
        connect, followed = plays.held_connect(stage), plays.conversation(stage, followed=True)
        removal, stored = plays.removal(stage), plays.stored_bytes(stage)
        gauge = plays.gauge(stage)
    return [
        *_head(bill.prices, bill.deployment),
        *_shown("A million SetDispositions, as the page's", replace(bill, times=1_000_000).items(page)),
        *_shown("A thousand conversations", replace(bill, times=1_000).items(talk)),
        *_shown("A desktop that listens, an hour, while nothing comes", _hourly(bill).items(connect)),
        *_options(bill, talk, followed, removal, stored),
        *_monthly(bill, len(stage.meter.metrics), gauge),
    ]


def _head(prices: Prices, deployment: Deployment) -> Iterator[str]:
    sizes = ", ".join(f"{name.removesuffix('Function')} {size}" for name, size in deployment.megabytes.items())
    yield f"Dollars, by the list prices of operate/prices.json (us-east-1, {prices.as_of}), beyond free tiers."
    yield f"Functions on {deployment.architecture}, in MB: {sizes}."


def _hourly(bill: Bill) -> Bill:
    return replace(bill, times=_HOUR // bill.deployment.hold_seconds)


def _shown(title: str, items: Sequence[Item]) -> Iterator[str]:
    yield from ("", title)
    for one in items:
        yield f"  {one.name:<24}{one.amount:>15,.3f} {one.unit:<28}{one.dollars:>10.4f}  {one.source}"
    yield f"  {'in all':<24}{'':>15} {'':<28}{total(items):>10.4f}"


def _options(bill: Bill, talk: Run, followed: Run, removal: Run, stored: int) -> Iterator[str]:
    """What can be added, by the same prices."""
    yield from ("", "What else a thousand conversations can cost")
    for name, dollars, more in _more(bill, talk, followed, removal, stored):
        yield _line(name, dollars, more, "+")
    yield f"  {'ArchiveDays':<70}{'':>10}  not computed: the list has no price of it"


def _monthly(bill: Bill, metrics: int, gauge: Run) -> Iterator[str]:
    yield from ("", "A month, whatever is asked of it")
    prices, alarms = bill.prices.dollars, bill.deployment.alarms
    runs = _MONTH // (bill.deployment.gauge_minutes * 60)
    yield _line("alarms", alarms * prices["alarm month"], f"{alarms} of them")
    yield _line("metrics", metrics * prices["metric month"], f"{metrics} of them, where all answers are 2xx")
    yield _line("dashboard", prices["dashboard month"], "")
    yield _line("counting what lies undelivered", total(replace(bill, times=runs).items(gauge)), f"{runs:,} times")
    yield _line("KmsKeyArn", prices["key month"], "and 0.03 for 10,000 uses, which are not counted", "+")
    yield _line("WebAclArn", prices["web ACL month"], "and its rules", "+")


def _line(name: str, dollars: float, more: str, sign: str = "") -> str:
    return f"  {name:<70}{dollars:>{sign}10.4f}  {more}".rstrip()


def _more(bill: Bill, talk: Run, followed: Run, removal: Run, stored: int) -> Iterator[tuple[str, float, str]]:
    prices, thousand = bill.prices.dollars, replace(bill, times=1_000)
    used = {name: _sum(talk, name) * 1_000 for name in ("publication", "notification", "published byte")}
    requests = sum(one.answer_bytes is not None for one in talk) * 1_000
    fifo = used["notification"] * prices["fifo publication"]
    fifo += used["published byte"] / _GIGA * prices["fifo published GB"]
    kept = prices["stored GB-month"] + prices["recoverable GB-month"]
    more = total(thousand.items(followed)) - total(thousand.items(talk))
    yield "a desktop that follows", more, "each change is brought to it by an answer of its own"
    yield (
        "a subscriber by HTTPS",
        used["notification"] * prices["delivery by HTTPS"],
        "queues and functions: nothing",
    )
    yield "TopicType=fifo", fifo - used["publication"] * prices["publication"], "at most; deliveries are not counted"
    yield "RetentionDays", total(thousand.items(removal)), "once, when they are removed"
    yield "what is kept", stored * 1_000 / _GIGA * kept, f"a month, with recovery: {stored:,} bytes each"
    yield "WAF", requests * prices["web ACL request"], "by requests"


def _sum(run: Run, name: str) -> float:
    return sum(one.amounts.get(name, 0) for one in run)


if __name__ == "__main__":
    sys.exit(main())
