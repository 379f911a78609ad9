"""What an invocation of a function asks of AWS."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median


@dataclass(slots=True)
class Invocation:
    """`cpu_milliseconds` are those of this machine. `calls` are AWS' by service, `amounts` what of a price's name was
    used, and `log_bytes` what the function wrote. `answer_bytes` is None where nobody waits for an answer. `waited` are
    milliseconds in which a held connect does nothing.
    """

    function: str
    cpu_milliseconds: float = 0
    waited: float = 0
    log_bytes: int = 0
    answer_bytes: int | None = None
    calls: Counter[str] = field(default_factory=Counter)
    amounts: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))


def typical(runs: Sequence[Sequence[Invocation]]) -> list[Invocation]:
    """The last of runs that are alike, each invocation with the median of its processor's times."""
    columns = zip(*runs, strict=True)
    return [replace(one[-1], cpu_milliseconds=median(run.cpu_milliseconds for run in one)) for one in columns]
