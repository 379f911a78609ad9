"""The report for a terminal: four tables, one below the other."""

from collections.abc import Iterator, Sequence

from disposition_report.report import Report, Row
from disposition_report.words import MAX_WIDTH, shown, width

_INDENT = "  "


def heading(report: Report) -> str:
    """Such as `Dispositions from 2014-01-03 to 2014-01-09 (UTC): 5 sessions`."""
    first, last = report.days[0].name, report.days[-1].name
    span = f"on {first}" if first == last else f"from {first} to {last}"
    return f"Dispositions {span} (UTC): {report.sessions} {'session' if report.sessions == 1 else 'sessions'}"


def text(report: Report) -> str:
    return "\n\n".join([heading(report), *("\n".join(_table(*one, report.sessions)) for one in titled(report))])


def titled(report: Report) -> Iterator[tuple[str, Sequence[Row]]]:
    """The report's tables; those without rows are left out."""
    tables = {"Code": report.codes, "Queue": report.queues, "Agent": report.agents, "Day": report.days}
    yield from ((title, rows) for title, rows in tables.items() if rows)


def share(sessions: int, total: int) -> str:
    return f"{100 * sessions / total:.0f} %" if total else ""


def _table(title: str, rows: Sequence[Row], total: int) -> Iterator[str]:
    yield _line(title, "Sessions", "Share")
    for row in rows:
        name = _INDENT * row.depth + shown(row.name, MAX_WIDTH - len(_INDENT) * row.depth)
        yield _line(name, str(row.sessions), share(row.sessions, total))


def _line(name: str, sessions: str, share: str) -> str:
    return f"{name}{' ' * (MAX_WIDTH - width(name))}{sessions:>10}{share:>8}".rstrip()
