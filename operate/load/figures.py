"""Times as percentiles and as a small histogram. Pure."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import quantiles
from typing import Final

_WIDTH: Final = 40


def figures(name: str, seconds: Sequence[float]) -> Iterator[str]:
    """In lines; each bar is of those up to its milliseconds, and longer than half of them."""
    if len(seconds) < 2:
        yield f"{name}: {len(seconds)}, too few for figures"
        return
    milliseconds = [one * 1_000 for one in seconds]
    cuts = quantiles(milliseconds, n=100, method="inclusive")
    shown = ", ".join(f"p{percent} {cuts[percent - 1]:,.0f} ms" for percent in (50, 90, 99))
    yield f"{name}: {len(seconds):,}, {shown}, longest {max(milliseconds):,.0f} ms"
    yield from _bars(milliseconds)


def _bars(milliseconds: Sequence[float]) -> Iterator[str]:
    counts = Counter(max(0, math.ceil(math.log2(max(one, 1)))) for one in milliseconds)
    most = max(counts.values())
    for power in range(min(counts), max(counts) + 1):
        bar = "#" * math.ceil(counts[power] / most * _WIDTH)
        yield f"  {2**power:>9,} ms {counts[power]:>7,}  {bar}".rstrip()
