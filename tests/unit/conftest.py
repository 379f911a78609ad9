"""No network, no real pauses, and what the functions write to their logs."""

import logging
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from facebook_session.policy import NO_POLICY
from session_api import app

settings.register_profile("unit", deadline=None, database=None, derandomize=True)
settings.load_profile("unit")


@pytest.fixture(autouse=True)
def _no_network(socket_disabled: None) -> None:
    """pytest-socket refuses to open a socket."""


@pytest.fixture(autouse=True, scope="session")
def _no_pauses_between_attempts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("facebook_session.database.wait", lambda _seconds: None)
        patch.setattr("facebook_session.store.wait", lambda _seconds: None)
        yield


@pytest.fixture(autouse=True)
def _no_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of the policy have their own table."""
    monkeypatch.setattr(app.policies, "current", lambda: NO_POLICY)


class Stdout:
    """The `sys.stdout` of the moment: pytest replaces it between a fixture and its test, and a log handler keeps it."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Reads what the functions wrote since the last call: their log and their metrics."""
    for handler in logging.getLogger("test").handlers:
        monkeypatch.setattr(handler, "stream", Stdout())
    return lambda: "".join(capsys.readouterr())


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that the publisher makes, in seconds. They take no time."""
    made: list[float] = []
    monkeypatch.setattr("session_notifier.publisher.time.sleep", made.append)
    return made
