"""A way to the API that can fail as networks do."""

import contextlib
import socket
import threading
from socketserver import BaseRequestHandler
from typing import Any, Final

from tests.local_server import HOST, LocalServer

POLL: Final = b"/notifications/connect "
"""In a request that is held."""

EVENT: Final = b'"data":'
"""In an answer that brings something."""

_CHUNK_BYTES: Final = 65_536


class Network(LocalServer):
    """Listens at `url` and passes on to `port` of this machine."""

    def __init__(self, port: int) -> None:
        self.to = (HOST, port)
        self._fatal = b""
        self._spared = 0
        self._failed = threading.Event()
        super().__init__(_Handler)

    def fail_at(self, fatal: bytes, spared: int = 0) -> None:
        """A connection that carries this ends, once: behind a request, which arrives, or before an answer. The first
        ones are spared.
        """
        self._failed.clear()
        self._fatal, self._spared = fatal, spared

    def await_failure(self, patience_seconds: float) -> None:
        assert self._failed.wait(patience_seconds)

    def carry(self, sender: socket.socket, receiver: socket.socket, *, requests: bool) -> None:
        """Until one of them ends."""
        with contextlib.suppress(OSError):
            while chunk := sender.recv(_CHUNK_BYTES):
                fails = self._fails(chunk)
                if requests or not fails:
                    receiver.sendall(chunk)
                if fails:
                    break
        for end in (sender, receiver):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _fails(self, chunk: bytes) -> bool:
        if not self._fatal or self._fatal not in chunk:
            return False
        self._spared -= 1
        if self._spared >= 0:
            return False
        self._fatal = b""
        self._failed.set()
        return True


class _Handler(BaseRequestHandler):
    """One connection of a client."""

    def __init__(self, network: Network, *connection: Any) -> None:
        self._network = network
        super().__init__(*connection)

    def handle(self) -> None:
        with socket.create_connection(self._network.to) as server:
            back = threading.Thread(target=self._network.carry, args=[server, self.request], kwargs={"requests": False})
            back.start()
            self._network.carry(self.request, server, requests=True)
            back.join()
