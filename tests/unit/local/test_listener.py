"""What is heard of a program that prints each message as a line of JSON."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from local import listener
from local.listener import Listener
from local.problem import Problem

ANSWER = {"channel": "/meta/subscribe", "successful": False}
EVENTS = [{"channel": "/v2/me/facebooksession", "data": {"referenceId": number}} for number in (1, 2)]


def hearing(*messages: Any) -> Listener:
    return Listener(io.StringIO("".join(f"{json.dumps(one)}\n" for one in messages)))


def test_events_are_heard_in_order_and_answers_between_them_are_none() -> None:
    desktop = hearing(EVENTS[0], ANSWER, EVENTS[1])
    heard = [desktop.event(), desktop.event()]
    assert [one.message for one in heard] == EVENTS
    assert heard[0].at <= heard[1].at


def test_a_refusal_is_an_answer() -> None:
    assert hearing({"channel": "/meta/handshake"}, ANSWER).answer("subscribe") == ANSWER


def test_a_program_that_ends_is_not_waited_for() -> None:
    with pytest.raises(Problem, match="did not hear"):
        hearing(ANSWER).event()


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """It tells of its environment, says no more until its input ends, and then one thing."""
    monkeypatch.setattr(listener, "_NODE", Path("/bin/sh"))
    path = tmp_path / "program"
    told = '{"channel": "/meta/%s", "packages": "\'"$NODE_PATH"\'", "url": "\'"$API_URL"\'"}'
    path.write_text(f"printf '{told % 'subscribe'}\\n'; read -r end; printf '{told % 'disconnect'}\\n'")
    return path


def test_one_that_says_nothing_is_waited_for_as_long_as_was_said(program: Path, tmp_path: Path) -> None:
    with listener.node(program, tmp_path, API_URL="http://api") as desktop:
        assert desktop.answer("subscribe")["url"] == "http://api"
        with pytest.raises(Problem, match="within 0 s"):
            desktop.event(0.01)


def test_its_last_words_are_heard(program: Path, tmp_path: Path) -> None:
    with listener.node(program, tmp_path) as desktop:
        pass
    assert desktop.answer("disconnect")["packages"] == str(tmp_path)


def test_one_that_does_not_end_is_ended(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "_STOP_SECONDS", 0.1)
    program.write_text("trap '' TERM; while :; do sleep 1; done")
    with listener.node(program, program.parent) as desktop:
        pass
    with pytest.raises(Problem):
        desktop.event()
