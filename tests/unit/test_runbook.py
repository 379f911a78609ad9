"""The runbook says of every alarm whether it can wait, and answers the four questions of somebody who was woken."""

import re

import pytest

from tests.template import ROOT, of_type

ALARMS = [*of_type("AWS::CloudWatch::Alarm")]
HEAD, *_SECTIONS = (ROOT / "docs/runbook.md").read_text().removeprefix("#").split("\n## ")
SECTIONS = dict(section.split("\n", 1) for section in _SECTIONS)


def test_its_headings_are_the_alarms_in_the_templates_order() -> None:
    assert [*SECTIONS] == ALARMS


def test_its_tables_say_once_of_each_alarm_whether_it_can_wait() -> None:
    firsts = [line.split(" | ")[0] for line in HEAD.splitlines() if line.startswith("| [")]
    told = [name for first in firsts for name in re.findall(r"\[(\w+)\]", first)]
    assert sorted(told) == sorted(ALARMS)


@pytest.mark.parametrize("alarm", ALARMS)
def test_a_section_answers_four_questions(alarm: str) -> None:
    assert re.findall(r"^- \*\*(\w+)\*\*: \S", SECTIONS[alarm], re.MULTILINE) == ["Means", "Look", "Do", "Induced"]
