"""What `make load` takes, and what it ends with."""

import sys
from pathlib import Path

import pytest

from local.problem import Problem
from operate.load import __main__ as load
from operate.load import target
from operate.load.record import Answered, Heard, Record
from operate.load.verdict import verdict


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["", "0", "60", ""], "N is a whole number from 1 to 200: make load N=20 SECONDS=60 RATE=10"),
        (["", "201", "60", ""], "N is a whole number from 1 to 200: make load N=20 SECONDS=60 RATE=10"),
        (["", "20", "3601", ""], "SECONDS is a whole number from 1 to 3600: make load N=20 SECONDS=60 RATE=10"),
        (["", "20", "60", "x"], "RATE is a whole number from 1 to 10000: make load N=20 SECONDS=60 RATE=10"),
        (["", "20", "60", ""], "No stack runs here: start one with make up, or name one of AWS with STACK=…"),
    ],
)
def test_what_it_takes(arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(target, "ENVIRONMENT", tmp_path / "stack.env")
    monkeypatch.setattr(sys, "argv", ["load", *arguments])
    with pytest.raises(SystemExit, match=r".") as ended:
        load.main()
    assert ended.value.code == told


def test_that_agents_need_more_than_a_password_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise Problem("load-1 can't be logged in by password alone.")

    monkeypatch.setattr(target.Target, "named", lambda _: None)
    monkeypatch.setattr(load, "drive", refuse)
    monkeypatch.setattr(sys, "argv", ["load", "stack", "20", "60", ""])
    with pytest.raises(SystemExit) as ended:
        load.main()
    assert ended.value.code == "load-1 can't be logged in by password alone."


def record() -> Record:
    changes = [Answered("s", number, 0.0, 0.1) for number in (1, 2)]
    heard = [Heard("s", number, f"s#{number}#0", str(number), "t", 0.3) for number in (1, 2)]
    return Record(changes, {one.message: one for one in heard}, sessions={"s"}, finished=1)


def test_desktops_begin_one_after_the_other_and_soon() -> None:
    begins = [load.begin(place, 20, 60) for place in range(20)]
    assert begins == [place / 2 for place in range(20)]


def test_what_went_well_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert load.told(record(), verdict(record())) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Conversations: 1 whole, of 1 begun."
    assert lines[-5:] == ["Failed: 0.", "Lost: 0.", "Doubled: 0.", "Out of order: 0.", "Without an answer: 0."]


def test_what_was_lost_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    seen = record()
    del seen.heard["2"]
    assert load.told(seen, verdict(seen)) == 1
    assert "Lost: 1.\n  s: change 2 was not announced\n" in capsys.readouterr().out


def test_what_was_refused_ends_with_1() -> None:
    seen = record()
    seen.failed.append("s: Accept: 400 {}")
    assert load.told(seen, verdict(seen)) == 1
