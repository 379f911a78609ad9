"""What the commands on the embedded AWS say where a name is missing or wrong, and of an agent who is new."""

import sys
from typing import Any

import pytest

from local import __main__ as local
from local.engine import Engine


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["token", ""], "Name the agent: make token AGENT=…"),
        (["token", "Anna Lee"], "An agent's name has 1 to 128 characters, without blanks."),
        (["token", "x" * 129], "An agent's name has 1 to 128 characters, without blanks."),
        (["up", "--port", "http"], "A port is a number from 1 to 65535: PORT=…"),
        (["up", "--port", "65536"], "A port is a number from 1 to 65535: PORT=…"),
    ],
)
def test_a_missing_name_is_asked_for(
    arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["local", *arguments])
    assert local.main() == 1
    assert capsys.readouterr() == ("", f"\n{told}\n")


@pytest.mark.parametrize(("is_new", "told"), [(True, "Anna is new: the pool has this agent now"), (False, "")])
def test_an_agent_who_is_new_is_told_beside_the_token(
    is_new: bool, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def made(*_: Any) -> bool:
        return is_new

    monkeypatch.setattr(local, "_running", lambda: Engine(1, 8080))
    monkeypatch.setattr("local.deploy.outputs", lambda _: {})
    monkeypatch.setattr("local.seed.make_agent", made)
    monkeypatch.setattr("local.seed.log_in", lambda *_: "a.b.c")
    monkeypatch.setattr(sys, "argv", ["local", "token", "Anna"])
    assert local.main() == 0
    output, errors = capsys.readouterr()
    assert output == "a.b.c\n"
    assert errors.startswith(told)
    assert bool(errors) is is_new
