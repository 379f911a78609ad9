"""The report as one page of HTML, which loads nothing from elsewhere."""

import base64
import html
from collections.abc import Sequence

from disposition_report import charts
from disposition_report.report import Report, Row
from disposition_report.tables import heading, share, titled
from disposition_report.words import shown

_MOST_LETTERS = 200

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 16px/1.4 system-ui, sans-serif; color: #222; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
h1 {{ font-size: 1.4rem }}
h2 {{ font-size: 1.1rem; margin: 2rem 0 .5rem }}
img {{ max-width: 100%; height: auto }}
table {{ border-collapse: collapse; margin: .5rem 0 }}
th, td {{ text-align: left; padding: .15rem 1.5rem .15rem 0; border-bottom: 1px solid #e4e4e4; overflow-wrap: anywhere }}
th + th, td + td {{ text-align: right }}
</style>
</head>
<body>
<h1>{title}</h1>
{sections}
</body>
</html>
"""


def page(report: Report) -> str:
    title = html.escape(heading(report))
    return _PAGE.format(title=title, sections="\n".join(_section(*one, report) for one in titled(report)))


def _section(title: str, rows: Sequence[Row], report: Report) -> str:
    chart = charts.days(report) if rows is report.days else charts.bars(rows)
    image = base64.b64encode(chart.encode()).decode()
    named = f"Sessions by {title.lower()}"
    return "\n".join(
        [
            f"<h2>{named}</h2>",
            f'<img alt="{named}, the figures of the table below" src="data:image/svg+xml;base64,{image}">',
            f"<details{'' if len(rows) > charts.MOST_BARS else ' open'}><summary>Table</summary>",
            f"<table><tr><th>{title}</th><th>Sessions</th><th>Share</th></tr>",
            *(_row(row, report.sessions) for row in rows),
            "</table></details>",
        ]
    )


def _row(row: Row, total: int) -> str:
    name = html.escape(shown(row.name, _MOST_LETTERS))
    name = f"<b>{name}</b>" if row.is_folder else name
    indented = f'<td style="padding-left: {1.2 * row.depth:.1f}rem">{name}</td>'
    return f"<tr>{indented}<td>{row.sessions}</td><td>{share(row.sessions, total)}</td></tr>"
