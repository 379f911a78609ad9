"""Puts what the tour shows into the pages of docs/: each page ends in the exchanges of its group."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local.tour import Played, shown

_MARK: Final = "<!-- From here on: the output of `make docs`. -->"


def write(played: Sequence[Played], docs: Path) -> None:
    """Leaves alone what stands above the mark."""
    for name in sorted({one.step.page for one in played} - {""}):
        page = docs / f"{name}.md"
        written, mark, _ = page.read_text().partition(_MARK)
        exchanges = [shown(one) for one in played if one.step.page == name]
        page.write_text("\n".join([written + mark + "\n", *exchanges]))
