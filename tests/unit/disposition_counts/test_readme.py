"""The example's README shows the rule as it is."""

import inspect

from disposition_counts import rule
from tests.template import ROOT


def test_the_readme_shows_the_rule() -> None:
    shown = (ROOT / "examples/reports/README.md").read_text().split("```python\n")[1].split("```")[0]
    assert inspect.getsource(rule.follow).endswith(shown)
