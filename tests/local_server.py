"""A server for tests on a free port of this machine, with a thread for each connection."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from functools import partial
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Final, Self

HOST: Final = "127.0.0.1"


class LocalServer:
    """Listens at `url`. `handler` makes one of socketserver's handlers, for which it gets this server first."""

    def __init__(self, handler: Callable[..., BaseRequestHandler]) -> None:
        self._server = ThreadingTCPServer((HOST, 0), partial(handler, self))

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._server.server_address[1]}"

    @contextlib.contextmanager
    def running(self) -> Iterator[Self]:
        """Whoever calls it must be gone in the end: it waits for their connections."""
        with self._server:
            threading.Thread(target=self._server.serve_forever).start()
            try:
                yield self
            finally:
                self._server.shutdown()
