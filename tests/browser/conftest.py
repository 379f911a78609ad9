"""A browser, and the page of `make desktop` on the stack of the end-to-end tests."""

import shutil
import threading
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from local import desktop, seed
from local.stack import Stack
from tests.e2e.conftest import up as up

_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS: Final = (
    "--no-sandbox",  # which root can't have, as in many containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# The first call of each function is a cold start, and a poll is held by a process of its own.
_PATIENCE_MILLISECONDS: Final = 30_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own, with a profile that is new."""
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    assert path, f"None of {', '.join(_BROWSERS)} is installed. Debian has chromium."
    expect.set_options(timeout=_PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def address(up: Stack) -> Iterator[str]:
    """Where the page is served."""

    def log_in(agent: str) -> str:
        return seed.log_in(up.client, up.outputs, agent)

    with desktop.Server(0, up.api_url, log_in) as server:
        threading.Thread(target=server.serve_forever).start()
        yield server.url
        server.shutdown()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page before anybody has logged in. It must say nothing to the console that is wrong with the page itself."""
    context = browser.new_context(viewport={"width": 1000, "height": 720}, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(_PATIENCE_MILLISECONDS)
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    opened.goto(address)
    yield opened
    context.close()
    assert faults == []
