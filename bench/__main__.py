"""Measures, prints a table, writes bench/results.json, and fails where a figure is not reached."""

import json
import os
import platform
import sys
from collections.abc import Iterator
from typing import Any, Final

from bench import bad, cold, desktop, growth, notifier, warm
from bench.measure import ROOT

Row = tuple[str, str, str, float, str, bool]
"""What was measured, both sides, their ratio, what is to be reached, and whether it is."""

Growth = tuple[str, list[str], float]

_CALLS: Final = {
    "SetDisposition": 1,
    "SetDisposition of 500 codes": 1,
    "SendMessage": 2,
    "SendMessage by a system": 2,
    "UpdateUserData of 50 keys": 1,
    "list of 100 sessions": 2,
}
"""The calls of AWS that a request may make."""

_LARGEST_GROWTH: Final = 1.05
"""Of what a request asks of AWS, from the smallest tables to the largest: a longer index is some bytes more."""

_LONGEST_BAD_MS: Final = 50
_RECORDS_PER_SECOND: Final = 900
"""At 10 ms a call of SNS."""

_BUSY_RATIO: Final = 0.9
_LONGEST_UNTIL_HEARD_MS: Final = 300

_MEASUREMENTS: Final = (
    ("warm", warm.run),
    ("bad", bad.run),
    ("notifier", notifier.run),
    ("cold", cold.run),
    ("growth", growth.run),
    ("desktop", desktop.run),
)

RESULTS: Final = ROOT / "bench/results.json"


def main() -> int:
    results: dict[str, Any] = {
        "python": platform.python_version(),
        "processor": f"{platform.machine()}, {os.cpu_count()} cores",
    }
    for name, measure in _MEASUREMENTS:
        print(f"Measuring: {name}", file=sys.stderr)
        results[name] = measure()
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    table, grown = list(rows(results)), list(growth_rows(results["growth"]))
    print_rows(table)
    print_growth(grown)
    return not all(reached for *_, reached in table) or any(ratio > _LARGEST_GROWTH for *_, ratio in grown)


def print_rows(table: list[Row]) -> None:
    print(f"\n{'':44}{'ours':>12}{'bare boto3':>12}{'ratio':>8}   to reach")
    for what, ours, bare, ratio, aim, _ in table:
        print(f"{what:44}{ours:>12}{bare:>12}{ratio:8.2f}   {aim}".rstrip())


def print_growth(grown: list[Growth]) -> None:
    print(
        f"\n{'calls, items and bytes with tables of':44}{''.join(f'{size:>16,}' for size in growth.SIZES)}{'ratio':>8}"
    )
    for what, counts, ratio in grown:
        print(f"{what:44}{''.join(f'{one:>16}' for one in counts)}{ratio:8.2f}   at most {_LARGEST_GROWTH:g}")


def rows(results: dict[str, Any]) -> Iterator[Row]:
    warm_, cold_ = results["warm"], results["cold"]
    yield _milliseconds("warm SetDisposition, p99", warm_["SetDisposition"]["p99"], None)
    for name, measured in warm_.items():
        yield _milliseconds(f"warm {name}, p50", measured["p50"], 1.10 if name.startswith("SetDisposition") else 1.15)
    bad_ = results["bad"]["p99"]
    aim, reached = f"under {_LONGEST_BAD_MS} ms", bad_["ours_ms"] < _LONGEST_BAD_MS
    yield (*_milliseconds("10,000 bad requests, p99", bad_, None)[:4], aim, reached)
    yield _milliseconds("cold SetDisposition, to its answer, p50", cold_["session_api"]["p50"], 1.15)
    yield _milliseconds("cold notification, to its publication, p50", cold_["session_notifier"]["p50"], 1.15)
    yield _cold_handshake(cold_)
    yield _heard(results["desktop"]["p50"])
    yield from _notified(results["notifier"])
    for name, limit in _CALLS.items():
        calls = warm_[name]["aws_calls"]
        yield f"AWS calls of {name}", f"{calls}", f"{limit}", calls / limit, "at most 1", calls <= limit


def _cold_handshake(measured: dict[str, Any]) -> Row:
    """The function that desktops listen to must be there as soon as the notifier."""
    channel, notifier_ = measured["desktop_channel"]["p50"], measured["session_notifier"]["p50"]
    limit = notifier_["ours_ms"]
    row = _milliseconds("cold handshake of a desktop, to its answer, p50", channel, None)
    return (*row[:4], "at most cold notification", channel["ours_ms"] <= limit)


def _heard(measured: dict[str, float]) -> Row:
    """On a stack: what a desktop hears over a held connect, beside what a queue gets from the topic."""
    row = _milliseconds("change to desktop, vs topic to queue, p50", measured, None)
    return (*row[:4], f"under {_LONGEST_UNTIL_HEARD_MS} ms", measured["ours_ms"] < _LONGEST_UNTIL_HEARD_MS)


def _notified(measured: dict[str, Any]) -> Iterator[Row]:
    ours, busy, bare = (measured[f"{side}_per_second"] for side in ("ours", "busy", "bare"))
    ratio, busy_ratio = measured["ratio"], measured["busy_ratio"]
    aim = f"at least {_RECORDS_PER_SECOND} /s and 6"
    reached = ours >= _RECORDS_PER_SECOND and ratio >= 6
    yield "notifier, records, vs one publish each", f"{ours} /s", f"{bare} /s", ratio, aim, reached
    aim, reached = f"at least {_BUSY_RATIO:g}", busy_ratio >= _BUSY_RATIO
    yield "notifier, of one busy session", f"{busy} /s", f"{bare} /s", busy_ratio, aim, reached


def _milliseconds(what: str, sides: dict[str, float], limit: float | None) -> Row:
    aim = "" if limit is None else f"at most {limit:g}"
    reached = limit is None or sides["ratio"] <= limit
    return what, f"{sides['ours_ms']:.2f} ms", f"{sides['bare_ms']:.2f} ms", sides["ratio"], aim, reached


def growth_rows(measured: dict[str, Any]) -> Iterator[Growth]:
    for what, sizes in measured.items():
        counts = [[count[unit] for unit in ("calls", "items", "bytes")] for count in sizes.values()]
        ratio = max(max(of_unit) / min(of_unit) for of_unit in zip(*counts, strict=True))
        yield what, [" / ".join(map(str, count)) for count in counts], ratio


if __name__ == "__main__":
    sys.exit(main())
