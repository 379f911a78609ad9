"""Desktops that listen, such as cometd.js: each a program that prints what it gets."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from local.problem import Problem

CHANNEL: Final = "/v2/me/facebooksession"

_ROOT: Final = Path(__file__).parent.parent
_NODE: Final = _ROOT / ".tools/nodejs/bin/node"
_PATIENCE_SECONDS: Final = 30
_STOP_SECONDS: Final = 15

Message = dict[str, Any]


@dataclass(frozen=True)
class Desktop:
    """A program, and the folder of the npm packages that it needs."""

    program: Path
    packages: Path


COMETD: Final = Desktop(_ROOT / "local/cometd/listen.cjs", _ROOT / ".tools/cometd/node_modules")


@dataclass(frozen=True)
class Heard:
    """A message of Bayeux, and when it was there, in seconds of the monotonic clock."""

    message: Message
    at: float


class Listener:
    """What a program hears that prints each message as a line of JSON; `messages` are all that have come."""

    def __init__(self, lines: IO[str]) -> None:
        self.messages: list[Message] = []
        self._heard: queue.SimpleQueue[Heard | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=[lines], daemon=True).start()

    def _read(self, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                heard = Heard(json.loads(line), time.monotonic())
                self.messages.append(heard.message)
                self._heard.put(heard)
        self._heard.put(None)

    def event(self, patience_seconds: float = _PATIENCE_SECONDS) -> Heard:
        """The next one. Raises Problem where none comes."""
        return self._next(lambda message: "data" in message, patience_seconds)

    def answer(self, kind: str, patience_seconds: float = _PATIENCE_SECONDS) -> Message:
        """The next one on a meta channel, be it a refusal. Raises Problem where none comes."""
        return self._next(lambda message: message["channel"] == f"/meta/{kind}", patience_seconds).message

    def _next(self, is_wanted: Callable[[Message], bool], patience_seconds: float) -> Heard:
        """What comes before it is passed over."""
        end = time.monotonic() + patience_seconds
        with contextlib.suppress(queue.Empty):
            while heard := self._heard.get(timeout=max(0, end - time.monotonic())):
                if is_wanted(heard.message):
                    return heard
        raise Problem(f"The desktop did not hear what it should within {patience_seconds:.0f} s.")


@contextlib.contextmanager
def listening(
    api_url: str, token: str, channel: str = CHANNEL, desktop: Desktop = COMETD, **more: str
) -> Iterator[Listener]:
    """A desktop with an agent's token, once it has subscribed to a channel. It disconnects in the end.

    `more` are variables of its environment.
    """
    variables = {"API_URL": api_url, "AGENT_TOKEN": token, "CHANNEL": channel, **more}
    with node(desktop, **variables) as listener:
        listener.answer("subscribe")
        yield listener


@contextlib.contextmanager
def node(desktop: Desktop, **variables: str) -> Iterator[Listener]:
    """A desktop under Node. It is to end when its input does, and is ended soon after."""
    with _started([_NODE, desktop.program], variables | {"NODE_PATH": str(desktop.packages)}) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield Listener(process.stdout)
        finally:
            process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)


@contextlib.contextmanager
def _started(command: Sequence[Path], variables: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """A process, which is gone in the end, with those that it has started."""
    process = subprocess.Popen(
        command,
        env=os.environ | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
