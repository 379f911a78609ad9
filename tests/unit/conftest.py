"""No network, no real pauses, and what the functions write to their logs."""

import logging
import sys
from collections.abc import Callable

import pytest
from hypothesis import settings

settings.register_profile("unit", deadline=None, database=None, derandomize=True)
settings.load_profile("unit")


@pytest.fixture(autouse=True)
def _no_network(socket_disabled: None) -> None:
    """pytest-socket refuses to open a socket."""


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Reads what was written since the last call. Powertools' handler keeps the stdout of the time of its import."""
    for handler in logging.getLogger("test").handlers:
        monkeypatch.setattr(handler, "stream", sys.stdout)
    return lambda: "".join(capsys.readouterr())


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that the publisher makes, in seconds. They take no time."""
    made: list[float] = []
    monkeypatch.setattr("session_notifier.publisher.time.sleep", made.append)
    return made
