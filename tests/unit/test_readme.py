"""What the README says of the template."""

import re

from tests.template import ROOT, TEMPLATE


def test_the_readme_has_each_parameter_with_its_default() -> None:
    section = (ROOT / "README.md").read_text().split("\n## Deploy it\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([^|]+) \|", section, re.MULTILINE)
    told = {
        name: default
        for names, defaults in rows
        for name, default in zip(re.findall(r"\w+", names), defaults.split(", "), strict=True)
    }
    defaults = {name: str(one["Default"]) for name, one in TEMPLATE["Parameters"].items()}
    assert told.keys() == defaults.keys()
    written = {name: value.strip("` ") for name, value in told.items() if defaults[name]}
    assert written == {name: default for name, default in defaults.items() if default}
