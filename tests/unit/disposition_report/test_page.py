"""The report as text and as a page: names are shown as they are, and do nothing."""

import base64
import re
from xml.etree import ElementTree

import pytest

from disposition_counts.rule import Group
from disposition_report import tables
from disposition_report.charts import MOST_BARS
from disposition_report.counts import Count
from disposition_report.page import page
from disposition_report.report import Report, report
from disposition_report.words import shown, width
from tests.unit.disposition_report.test_report import COUNTS, DAYS, TREE

TEXT = """\
Dispositions from 2014-02-28 to 2014-03-01 (UTC): 12 sessions

Code                                          Sessions   Share
Resolved                                             4    33 %
Returns                                              6    50 %
  Refund                                             5    42 %
  Swaps                                              1     8 %
    Swap (retired)                                   1     8 %
Not in the policy                                    2    17 %
  Anything                                           2    17 %

Queue                                         Sessions   Share
Q                                                   11    92 %
(no queue)                                           1     8 %

Agent                                         Sessions   Share
Anna                                                10    83 %
Ben                                                  2    17 %

Day                                           Sessions   Share
2014-02-28                                           6    50 %
2014-03-01                                           6    50 %"""
ODD = [
    "<script>alert(1)</script>", "$x$ & $y", "$\\frac{1}$", "line\nbreak", "\x1b[31mred", "退款", "💬", "'\"",
    "e\u0301", "\u202eback", "x" * 4_096, "\ufffe",
]  # fmt: skip


def of(*names: str) -> Report:
    return report([Count(Group(DAYS[0], name, name, name), 1) for name in names], DAYS, [])


def images(text: str) -> list[ElementTree.Element]:
    """The page's charts, which must be whole SVG."""
    found = re.findall(r'src="data:image/svg\+xml;base64,([^"]*)"', text)
    return [ElementTree.fromstring(base64.b64decode(one)) for one in found]  # noqa: S314


def texts(chart: ElementTree.Element) -> list[str]:
    return ["".join(one.itertext()) for one in chart.iter("{http://www.w3.org/2000/svg}text")]


def test_the_text_has_four_tables() -> None:
    assert tables.text(report(COUNTS, DAYS, TREE)) == TEXT


def test_one_day_and_one_session_are_named_so() -> None:
    assert tables.heading(of("a")).endswith(": 1 session")
    assert tables.heading(report([], DAYS[:1], [])) == "Dispositions on 2014-02-28 (UTC): 0 sessions"


@pytest.mark.parametrize("name", ODD)
def test_no_name_breaks_the_text(name: str) -> None:
    lines = tables.text(of(name)).splitlines()
    assert len(lines) == 14
    assert all(line.isprintable() for line in lines)
    assert len({width(line) for line in lines if line.endswith("%")}) == 1


def test_the_page_has_a_chart_and_a_table_of_each_and_loads_nothing() -> None:
    text = page(report(COUNTS, DAYS, TREE))
    assert len(images(text)) == text.count("<table>") == 4
    assert not re.search(r"<script|<link|https?:", text)
    by_code, _, _, by_day = map(texts, images(text))
    assert {"Resolved", "Returns", "5"} <= {*map(str.strip, by_code)}
    assert {"2014-02-28", "Returns"} <= {*by_day}


@pytest.mark.parametrize("name", ODD)
def test_no_name_breaks_the_page(name: str) -> None:
    text = page(of(name))
    assert "<script" not in text
    assert shown(name, 30) in [one.strip() for one in texts(images(text)[0])]


def test_a_page_of_nothing_and_one_of_very_much_are_made() -> None:
    assert len(images(page(report([], DAYS, TREE)))) == 1
    many = page(of(*(f"code {number}" for number in range(500))))
    assert len(many) < 500_000
    assert len([one for one in texts(images(many)[0]) if one.strip().startswith("code")]) == MOST_BARS


def test_the_same_report_is_the_same_page() -> None:
    assert page(report(COUNTS, DAYS, TREE)) == page(report(COUNTS, DAYS, TREE))
