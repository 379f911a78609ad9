"""What the commands for operators say where a name is missing or wrong: one sentence, before AWS is asked."""

import sys

import pytest

from operate import __main__ as operate

NOT_BOTH = "Name a file or a version, not both: make dispositions FILE=… or VERSION=…"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["forget", "stack", ""], "Name the session: make forget SESSION=…"),
        (["forget", "stack", "a b"], "A session's id has 1 to 128 letters, digits, _, . or -, and is not dots alone."),
        (["forget", "stack", ".."], "A session's id has 1 to 128 letters, digits, _, . or -, and is not dots alone."),
        (["forget", "", "session"], "Name the stack: STACK=…"),
        (["redrive", ""], "Name the stack: STACK=…"),
        (["dispositions", "", "file", "", ""], "Name the stack: STACK=…"),
        (["dispositions", "stack", "", "", ""], "Name the file: make dispositions FILE=…"),
        (["dispositions", "stack", "", "1", ""], "Name the file: make dispositions FILE=…"),
        (["dispositions", "stack", "file", "", "1"], NOT_BOTH),
        (["dispositions", "stack", "", "", "x"], "A version is a whole number from 1: make dispositions VERSION=…"),
        (["dispositions", "stack", "", "", "0"], "A version is a whole number from 1: make dispositions VERSION=…"),
        (
            ["dispositions", "stack", "", "", "1" * 40],
            "A version is a whole number from 1: make dispositions VERSION=…",
        ),
        (["dispositions", "stack", "no/such file", "", ""], "no/such file: No such file or directory."),
    ],
)
def test_a_missing_name_is_asked_for(arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["operate", *arguments])
    with pytest.raises(SystemExit, match=r".") as ended:
        operate.main()
    assert ended.value.code == told  # which Python prints, and ends with status 1
