"""A desktop lives conversations: each request once, its answer put down, and what comes of a bad one."""

import base64
import json
import threading
import time
from collections.abc import Mapping
from typing import Any

import pytest

from operate.load import desktop
from operate.load.desktop import Desktop, Unknown, conversation
from operate.load.record import Record

STEPS = [*conversation("s", "Anna")]


class FakeApi:
    """Numbers the changes of each session; ends the work behind so many requests."""

    def __init__(self, stop: threading.Event, most: int, bad: Mapping[int, int | None] | None = None) -> None:
        self.sent: list[tuple[str, str, bool]] = []
        self._numbers: dict[str, int] = {}
        self._stop, self._most, self._bad = stop, most, bad or {}

    def post(self, path: str, body: Mapping[str, Any], *, by_system: bool) -> tuple[int, int, str]:
        self.sent.append((path, str(body.get("operationName", "creation")), by_system))
        if len(self.sent) == self._most:
            self._stop.set()
        status = self._bad.get(len(self.sent), 200)
        if status is None:
            raise Unknown
        session = str(body.get("id", path.rpartition("/")[2]))
        self._numbers[session] = self._numbers.get(session, 0) + 1
        return status, self._numbers[session], "{}"


def worked(most: int, bad: Mapping[int, int | None] | None = None) -> tuple[FakeApi, Record]:
    stop, record = threading.Event(), Record()
    api: Any = FakeApi(stop, most, bad)
    Desktop(api, "Anna", 0.0, record, stop).work(0.0)
    return api, record


def test_a_conversation_has_all_that_belongs_to_it() -> None:
    api, record = worked(len(STEPS))
    assert [name for _, name, _ in api.sent] == [
        "creation", "SendMessage", "Accept", "AttachUserData", *(["SendMessage"] * 6),
        "UpdateUserData", "SetDisposition", "Complete",
    ]  # fmt: skip
    assert api.sent[0] == ("/facebooksessions", "creation", True)
    assert api.sent[2] == ("/me/facebooksessions/Anna-0", "Accept", False)
    assert [one.number for one in record.answered] == [*range(1, len(STEPS) + 1)]
    assert record.finished == 1


def test_one_conversation_comes_behind_the_other() -> None:
    _, record = worked(2 * len(STEPS))
    assert record.finished == 2
    assert record.sessions >= {"Anna-0", "Anna-1"}


def test_a_refusal_ends_the_conversation_and_is_told() -> None:
    _, record = worked(4, {3: 400})
    assert record.failed == ["Anna-0: Accept: 400 {}"]
    assert (record.finished, record.unsure) == (0, set())
    assert [one.session for one in record.answered] == ["Anna-0", "Anna-0", "Anna-1"]


def test_an_unknown_outcome_ends_the_conversation() -> None:
    _, record = worked(3, {2: None})
    assert record.unsure == {"Anna-0"}
    assert record.failed == []


class FakeConnection:
    """Answers with each of these in turn; raises what is an exception."""

    def __init__(self, answers: list[int | OSError]) -> None:
        self.answers, self.keys = answers, list[str]()
        self.headers = {"ETag": '"3"'}

    def request(self, _method: str, _path: str, _content: bytes, headers: Mapping[str, str]) -> None:
        self.keys.append(headers["Idempotency-Key"])

    def getresponse(self) -> "FakeConnection":
        one = self.answers.pop(0)
        if isinstance(one, OSError):
            raise one
        self.status = one
        return self

    def read(self) -> bytes:
        return b"{}"


def token(name: str = "token", seconds: int = 3_600) -> str:
    """With claims as Cognito writes them, and no padding, whatever their length."""
    claims = json.dumps({"sub": name, "iat": 1_000_000, "exp": 1_000_000 + seconds}).encode()
    return f"head.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.signature"


@pytest.mark.parametrize("name", ["a", "ab", "abc", "Jürgen", "ÿ?>"])
def test_a_token_says_itself_how_long_it_lives(name: str) -> None:
    assert desktop.life(token(name, 300)) == 300


def test_a_token_is_renewed_before_it_ends(monkeypatch: Any) -> None:
    now, made = [0.0], list[str]()

    def log_in() -> str:
        made.append(token(seconds=300))
        return made[-1]

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(desktop.Api, "_connect", lambda _: FakeConnection([200] * 3))
    api = desktop.Api("http://localhost:1/api/v2", log_in)
    for now[0], count in ((0.0, 1), (224.0, 1), (226.0, 2)):
        api.post("/me/facebooksessions/s", {}, by_system=False)
        assert len(made) == count


def test_what_may_not_have_been_carried_out_is_sent_again_with_its_key(monkeypatch: Any) -> None:
    connection = FakeConnection([503, ConnectionResetError(), 200])
    monkeypatch.setattr(desktop.Api, "_connect", lambda _: connection)
    monkeypatch.setattr("time.sleep", lambda _: None)
    api = desktop.Api("http://localhost:1/api/v2", token)
    assert api.post("/me/facebooksessions/s", {}, by_system=False) == (200, 3, "{}")
    assert len(connection.keys) == 3
    assert len({*connection.keys}) == 1


def test_without_an_answer_it_gives_up(monkeypatch: Any) -> None:
    connection = FakeConnection([503] * 5)
    monkeypatch.setattr(desktop.Api, "_connect", lambda _: connection)
    monkeypatch.setattr("time.sleep", lambda _: None)
    api = desktop.Api("http://localhost:1/api/v2", token)
    with pytest.raises(Unknown):
        api.post("/me/facebooksessions/s", {}, by_system=False)
