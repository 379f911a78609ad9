"""The report's charts, as SVG. A browser shows their text in its own fonts."""

import io
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from disposition_report.report import Report, Row, Stack
from disposition_report.words import shown

MOST_BARS = 24
_MOST_STACKS = 7
_WIDTH_INCHES = 7.2
_LABEL = 30
_CODE, _FOLDER = "#5b8fd6", "#2f5d9e"
_COLOURS = ("#2f5d9e", "#e07b39", "#4a9d6f", "#8d62b5", "#c9a227", "#c2485d", "#4aa3b5", "#9a9a9a")
_STYLE: Any = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "report",  # the same report is the same page
    "text.parse_math": False,  # a dollar in a code's name is a dollar
    "font.size": 10,
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
}

Draw = Callable[[Axes], None]


def days(report: Report) -> str:
    """A column for each day, of the outermost codes and folders."""
    return _svg(3.2, lambda axes: _columns(axes, [row.name for row in report.days], _fewer(report.stacks)))


def bars(rows: Sequence[Row]) -> str:
    """A bar for each row; folders are darker, and in front of what they hold.

    What is beyond the first rows is in the page's table alone.
    """
    few = rows[:MOST_BARS]
    return _svg(0.5 + 0.27 * len(few), lambda axes: _bars(axes, few))


def _fewer(stacks: Sequence[Stack]) -> list[Stack]:
    """The largest in their order, and the rest as one."""
    by_size = sorted(range(len(stacks)), key=lambda place: -sum(stacks[place].daily))
    largest, rest = sorted(by_size[:_MOST_STACKS]), by_size[_MOST_STACKS:]
    others = [*map(sum, zip(*(stacks[place].daily for place in rest), strict=True))]
    return [stacks[place] for place in largest] + ([Stack("Others", others)] if rest else [])


def _columns(axes: Axes, names: Sequence[str], stacks: Sequence[Stack]) -> None:
    places, below = range(len(names)), [0] * len(names)
    for stack, colour in zip(stacks, _COLOURS, strict=False):
        axes.bar(places, stack.daily, bottom=below, color=colour, label=shown(stack.name, _LABEL), width=0.7)
        below = [low + more for low, more in zip(below, stack.daily, strict=True)]
    every = -(-len(names) // 14)
    axes.set_xticks([*places][::every], [*names][::every], rotation=30, ha="right")
    axes.set_ylim(0, max(below) * 1.1 or 1)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    if stacks:
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)


def _bars(axes: Axes, rows: Sequence[Row]) -> None:
    places = range(len(rows))
    drawn = axes.barh(
        places, [row.sessions for row in rows], color=[_FOLDER if row.is_folder else _CODE for row in rows]
    )
    axes.bar_label(drawn, padding=3)
    axes.set_yticks(places, [shown(row.name, _LABEL) for row in rows])
    for label, row in zip(axes.get_yticklabels(), rows, strict=True):
        label.set_fontweight("bold" if row.is_folder else "normal")
    axes.invert_yaxis()
    axes.set_xlim(0, max((row.sessions for row in rows), default=0) * 1.1 or 1)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _svg(height_inches: float, draw: Draw) -> str:
    with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # a browser has it
        figure = Figure(figsize=(_WIDTH_INCHES, height_inches))
        draw(figure.add_subplot())
        written = io.StringIO()
        figure.savefig(written, format="svg", bbox_inches="tight", transparent=True, metadata={"Date": None})
    return written.getvalue()
