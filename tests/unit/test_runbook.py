"""The runbook has a section on every alarm, in which the four questions of somebody who was woken are answered."""

import re

import pytest

from tests.template import ROOT, TEMPLATE

ALARMS = [name for name, one in TEMPLATE["Resources"].items() if one["Type"] == "AWS::CloudWatch::Alarm"]
SECTIONS = dict(
    section.split("\n", 1) for section in (ROOT / "docs/runbook.md").read_text().removeprefix("#").split("\n## ")[1:]
)


def test_its_headings_are_the_alarms_in_the_templates_order() -> None:
    assert [*SECTIONS] == ALARMS


@pytest.mark.parametrize("alarm", ALARMS)
def test_a_section_answers_four_questions(alarm: str) -> None:
    assert re.findall(r"^- \*\*(\w+)\*\*: \S", SECTIONS[alarm], re.MULTILINE) == ["Means", "Look", "Do", "Induced"]
