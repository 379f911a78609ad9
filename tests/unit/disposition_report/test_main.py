"""What `make report` says where a name or a number is missing or wrong."""

import sys
from typing import Any

import pytest

from disposition_report import __main__ as command

STACKS = "Name the stacks: make report STACK=… REPORTS=…"
DAYS = "Say for how many days, from 1 to 366: make report DAYS=7"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["", "b", "7", "c"], STACKS),
        (["a", "", "7", "c"], STACKS),
        *((["a", "b", days, "c"], DAYS) for days in ("", "0", "367", "x", "²")),
    ],
)
def test_what_is_missing_is_asked_for(arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["report", *arguments])
    with pytest.raises(SystemExit, match=f"^{told}$"):
        command.main()


class CloudFormation:
    """Describes a stack without outputs."""

    def describe_stacks(self, **_: Any) -> Any:
        return {"Stacks": [{}]}


def test_another_stack_is_told_from_these(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boto3.client", lambda _: CloudFormation())
    with pytest.raises(SystemExit, match=r"^other has no output CountTableName"):
        command.output("other", "CountTableName")
