"""A policy that may become the next version, and what is told of it before."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from facebook_session.policy import Document
from operate.open_sessions import Count
from operate.policy_changes import PolicyChanges

_WIDTH: Final = 100
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """`present` is the version in force; 0: there is none."""

    present: int
    document: Document
    changes: PolicyChanges
    count: Count

    def whole(self) -> Iterator[str]:
        """In lines, with all names."""
        yield f"Version {self.present} is in force." if self.present else "No version is in force."
        for kind, names in asdict(self.changes).items():
            first, *others = _wrapped(names) or [""]
            yield f"  {kind:<10}{len(names):>4}  {first}".rstrip()
            yield from (f"{'':<18}{line}" for line in others)
        yield f"{self._refused()} would be refused."

    def short(self) -> Iterator[str]:
        """In a line of numbers, and one of the sessions."""
        yield ", ".join(f"{kind} {len(names)}" for kind, names in asdict(self.changes).items())
        yield f"{self._refused()} this policy refuses."

    def _refused(self) -> str:
        return f"Open sessions: {self.count.refused:,} of {self.count.read:,} have a disposition that"


def _wrapped(names: Sequence[str]) -> list[str]:
    """In lines, which end behind names."""
    unbroken = ", ".join(printable(name).replace(" ", _NO_BREAK) for name in names)
    lines = textwrap.wrap(unbroken, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return [line.replace(_NO_BREAK, " ") for line in lines]


def printable(text: str) -> str:
    """Without what a terminal could take for a command."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
