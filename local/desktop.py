"""Serves examples/desktop on 127.0.0.1, and logs its agents in to the stack that runs.

The page has one origin and the API another, with CORS between them: as on AWS, where a desktop comes from a site of its
own, which `AllowedOrigins` names. A proxy would hide that, and would have to hold polls.
"""

import json
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from local.problem import Problem

_ROOT: Final = Path(__file__).parent.parent
PAGE: Final = _ROOT / "examples/desktop"
COMETD: Final = _ROOT / ".tools/cometd/node_modules/cometd"
"""The package as npm has it: modules of ECMAScript, which browsers load as they are."""

# The machine's own table may have none for modules that browsers take.
_KINDS: Final = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
_MAX_BODY_BYTES: Final = 1_000

LogIn = Callable[[str], str]
"""From an agent's name to a token; raises Problem for what can be no name."""


class Server(ThreadingHTTPServer):
    """With threads: a browser opens connections before it needs them, and an idle one would hold up the others."""

    daemon_threads = True

    def __init__(self, port: int, api_url: str, log_in: LogIn) -> None:
        """`port` 0 is any that is free."""
        try:
            super().__init__(("127.0.0.1", port), Handler)
        except OSError:
            raise Problem(f"Port {port} of 127.0.0.1 is taken. Choose another one: make desktop PORT=…") from None
        self.api_url = api_url
        self._log_in = log_in
        self._one_by_one = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def log_in(self, agent: str) -> dict[str, str]:
        """What examples/desktop/log-in.js needs. One at a time: boto3 makes clients in one thread only."""
        with self._one_by_one:
            return {"token": self._log_in(agent), "api": self.api_url}


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        file = served(path)
        if file is None:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"There is no such file.\n")
        else:
            self._answer(HTTPStatus.OK, _KINDS[file.suffix], file.read_bytes())

    def do_POST(self) -> None:
        if self.path != "/login":
            self._answer_json(HTTPStatus.NOT_FOUND, {"message": "There is no such path."})
            return
        try:
            self._answer_json(HTTPStatus.OK, self.server.log_in(self._agent()))
        except Problem as problem:
            self._answer_json(HTTPStatus.BAD_REQUEST, {"message": str(problem)})

    def _agent(self) -> str:
        try:
            length = int(self.headers.get("Content-Length", "0"))
            agent = json.loads(self.rfile.read(min(length, _MAX_BODY_BYTES)))["agent"]
        except (ValueError, TypeError, KeyError):
            agent = None
        if not isinstance(agent, str):
            raise Problem('Send {"agent": name}.')
        return agent

    def _answer_json(self, status: HTTPStatus, content: dict[str, str]) -> None:
        self._answer(status, "application/json", json.dumps(content).encode())

    def _answer(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """The terminal is for the address."""


def served(path: str) -> Path | None:
    """The file at this path: the page's, or cometd.js' below cometd/."""
    name = path.removeprefix("/") or "index.html"
    folder = COMETD if name.startswith("cometd/") else PAGE
    name = name.removeprefix("cometd/")
    # A name and no path: nothing outside of the two folders.
    is_name = Path(name).name == name and Path(name).suffix in _KINDS
    return folder / name if is_name and (folder / name).is_file() else None
