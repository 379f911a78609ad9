"""What is heard of a program that prints each message as a line of JSON."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from local import listener
from local.listener import Desktop, Listener
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
    assert desktop.messages == [EVENTS[0], ANSWER, EVENTS[1]]


def test_a_refusal_is_an_answer() -> None:
    assert hearing({"channel": "/meta/handshake"}, ANSWER).answer("subscribe") == ANSWER


def test_a_program_that_ends_is_not_waited_for() -> None:
    with pytest.raises(Problem, match="did not hear"):
        hearing(ANSWER).event()


@pytest.fixture
def silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    """It tells of its environment, says no more until its input ends, and then the same again."""
    monkeypatch.setattr(listener, "_NODE", Path("/bin/sh"))
    program = tmp_path / "program"
    tells = """printf '{"channel": "/meta/connect", "packages": "%s", "url": "%s"}\\n' "$NODE_PATH" "$API_URL\""""
    program.write_text(f"{tells}; read -r end; {tells}")
    return Desktop(program, tmp_path)


def test_one_that_says_nothing_is_waited_for_as_long_as_was_said(silent: Desktop) -> None:
    with listener.node(silent, API_URL="http://api") as desktop:
        told = {"packages": str(silent.packages), "url": "http://api"}
        assert desktop.answer("connect") == {"channel": "/meta/connect", **told}
        with pytest.raises(Problem, match="within 0 s"):
            desktop.event(0.01)


def test_its_last_words_are_heard(silent: Desktop) -> None:
    with listener.node(silent) as desktop:
        pass
    assert [desktop.answer("connect") for _ in range(2)] == desktop.messages


def test_one_that_does_not_end_is_ended(silent: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "_STOP_SECONDS", 0.1)
    silent.program.write_text("while :; do sleep 1; done")
    with listener.node(silent) as desktop:
        pass
    with pytest.raises(Problem):
        desktop.event()
