"""Measures, prints a table, writes bench/results.json, and fails where a figure is not reached."""

import json
import os
import platform
import sys
from collections.abc import Iterator
from typing import Any, Final

from bench import cold, growth, notifier, warm
from bench.measure import ROOT

Row = tuple[str, str, str, float, float | None, bool]
Growth = tuple[str, list[str], float]

_CALLS: Final = {"SetDisposition": 1, "SendMessage": 2, "UpdateUserData of 50 keys": 1, "list of 100 sessions": 2}
"""The calls of AWS that a request may make."""

_LARGEST_GROWTH: Final = 1.05
"""Of what a request asks of AWS, from the smallest tables to the largest: a longer index is some bytes more."""

_MEASUREMENTS: Final = (("warm", warm.run), ("notifier", notifier.run), ("cold", cold.run), ("growth", growth.run))

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
    return any(missed(row) for row in table) or any(ratio > _LARGEST_GROWTH for *_, ratio in grown)


def print_rows(table: list[Row]) -> None:
    print(f"\n{'':44}{'ours':>12}{'bare boto3':>12}{'ratio':>8}   to reach")
    for what, ours, bare, ratio, limit, at_most in table:
        aim = "" if limit is None else f"   {'at most' if at_most else 'at least'} {limit:g}"
        print(f"{what:44}{ours:>12}{bare:>12}{ratio:8.2f}{aim}")


def print_growth(grown: list[Growth]) -> None:
    print(
        f"\n{'calls, items and bytes with tables of':44}{''.join(f'{size:>16,}' for size in growth.SIZES)}{'ratio':>8}"
    )
    for what, asked, ratio in grown:
        print(f"{what:44}{''.join(f'{one:>16}' for one in asked)}{ratio:8.2f}   at most {_LARGEST_GROWTH:g}")


def missed(row: Row) -> bool:
    *_, ratio, limit, at_most = row
    return limit is not None and (ratio > limit if at_most else ratio < limit)


def rows(results: dict[str, Any]) -> Iterator[Row]:
    warm_, cold_ = results["warm"], results["cold"]
    yield from _milliseconds("warm SetDisposition, p99", warm_["SetDisposition"]["p99"], None)
    for name, measured in warm_.items():
        yield from _milliseconds(f"warm {name}, p50", measured["p50"], 1.10 if name == "SetDisposition" else 1.15)
    yield from _milliseconds("cold session_api, p50, vs DynamoDB client", cold_["session_api"]["p50"], 1.15)
    yield from _milliseconds("cold session_notifier, p50, vs SNS client", cold_["session_notifier"]["p50"], 1.15)
    per_second = results["notifier"]
    ours, bare = (f"{per_second[side]} /s" for side in ("ours_per_second", "bare_per_second"))
    yield "notifier, records, vs one publish each", ours, bare, per_second["ratio"], 6, False
    for name, limit in _CALLS.items():
        calls = warm_[name]["aws_calls"]
        yield f"AWS calls of {name}", f"{calls}", f"{limit}", calls / limit, 1, True


def _milliseconds(what: str, sides: dict[str, float], limit: float | None) -> Iterator[Row]:
    yield what, f"{sides['ours_ms']:.2f} ms", f"{sides['bare_ms']:.2f} ms", sides["ratio"], limit, True


def growth_rows(measured: dict[str, Any]) -> Iterator[Growth]:
    for what, sizes in measured.items():
        counts = [[count[unit] for unit in ("calls", "items", "bytes")] for count in sizes.values()]
        ratio = max(max(of_unit) / min(of_unit) for of_unit in zip(*counts, strict=True))
        yield what, [" / ".join(map(str, count)) for count in counts], ratio


if __name__ == "__main__":
    sys.exit(main())
