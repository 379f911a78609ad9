"""From an agent's request to its notification: on the agent's desktop, over a held connect, and with a subscriber of
the topic, on a stack of the embedded AWS.
"""

import json
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

from bench.measure import against
from local import deploy, engine, http, stack
from local.demo import PUBLIC_URL
from local.seed import PAGE_SESSION
from local.stack import Stack
from tests.e2e.bayeux import Client

_ROUNDS: Final = 60
_WARM_ROUNDS: Final = 10
_PATIENCE_SECONDS: Final = 30


def run() -> dict[str, Any]:
    """p50 of both, in milliseconds; of the subscriber as the bare side."""
    with _stack() as up, ThreadPoolExecutor(2) as threads:
        client = Client(up, up.token).begin()
        seconds = [_change(up, client, threads) for _ in range(_WARM_ROUNDS + _ROUNDS)][_WARM_ROUNDS:]
    desktop, subscriber = zip(*seconds, strict=True)
    return {"p50": against([*desktop], [*subscriber], 50)}


def _change(up: Stack, client: Client, threads: ThreadPoolExecutor) -> tuple[float, float]:
    """Seconds until the change is heard of by each: both wait before it is made."""
    heard = threads.submit(_heard, client)
    received = threads.submit(_received, up)
    time.sleep(0.5)
    url = f"{up.api_url}/me/facebooksessions/{PAGE_SESSION}"
    body = {"operationName": "SetDisposition", "disposition": str(uuid.uuid4())}
    begin = time.perf_counter()
    answer = http.send("POST", url, json.dumps(body).encode(), http.bearer(up.token))
    assert answer.status == 200, answer.text
    return heard.result() - begin, received.result() - begin


def _heard(client: Client) -> float:
    client.events.clear()
    assert client.listen(1, _PATIENCE_SECONDS)
    return time.perf_counter()


def _received(up: Stack) -> float:
    for _ in up.notifications(_PATIENCE_SECONDS):
        return time.perf_counter()
    raise AssertionError("The topic announced nothing.")


@contextmanager
def _stack() -> Iterator[Stack]:
    home = deploy.ROOT / ".local/bench"
    running = stack.start(engine.free_port(), home, _say)
    try:
        yield stack.bring_up(running, PUBLIC_URL, home, _say)
    finally:
        engine.stop(running)


def _say(what: str) -> None:
    print(what, file=sys.stderr)
