"""The stack of `make up`, on a port and in a folder of its own, for all tests here."""

from collections.abc import Iterator

import pytest

from local import deploy, engine, stack
from local.demo import PUBLIC_URL
from local.stack import Stack
from tests.e2e.bayeux import HOLD_SECONDS
from tests.e2e.copies import Subscriber, subscribe
from tests.e2e.desktop import Desktop


@pytest.fixture(scope="session")
def up() -> Iterator[Stack]:
    home = deploy.ROOT / ".local/e2e"
    running = stack.start(engine.free_port(), home, print)
    try:
        yield stack.bring_up(running, PUBLIC_URL, home, print, HoldSeconds=str(HOLD_SECONDS))
    finally:
        engine.stop(running)


@pytest.fixture(scope="session")
def subscriber(up: Stack) -> Subscriber:
    """The example subscriber, on the same stack."""
    return subscribe(up, "session-copies")


@pytest.fixture(scope="session")
def desktop(up: Stack) -> Desktop:
    """The desktop of the page's agent."""
    return Desktop(up, up.token)
