"""The server of examples/desktop, on connections that are no sockets; and the page's own rules."""

import io
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from local import desktop
from local.problem import Problem
from tests.template import ROOT

SCRIPT = (ROOT / "examples/desktop/desktop.js").read_text()


class Connection:
    """What a browser sends, and what it gets."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self.answer = b""

    def makefile(self, *_: Any) -> io.BytesIO:
        return io.BytesIO(self._request)

    def sendall(self, data: bytes) -> None:
        self.answer += data


def ask(method: str, path: str, body: bytes = b"", length: str | None = None) -> tuple[int, str, bytes]:
    """Status, media type and body."""

    def log_in(agent: str) -> dict[str, str]:
        if " " in agent:
            raise Problem("No such name.")
        return {"token": f"token of {agent}", "api": "http://127.0.0.1:8080/api/v2"}

    head = f"{method} {path} HTTP/1.1\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n"
    connection = Connection(head.encode() + body)
    server = cast("desktop.Server", SimpleNamespace(log_in=log_in))
    desktop.Handler(cast("Any", connection), ("127.0.0.1", 1), server)
    lines, content = connection.answer.split(b"\r\n\r\n", 1)
    kind = re.search(rb"Content-Type: (\S+);", lines)
    assert kind
    return int(lines.split()[1]), kind[1].decode(), content


@pytest.fixture
def cometd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package of npm, in a folder beside other things."""
    folder = tmp_path / "cometd"
    folder.mkdir()
    (folder / "cometd.js").write_text("export class CometD {}")
    (tmp_path / "other.js").write_text("other")
    monkeypatch.setattr(desktop, "COMETD", folder)
    return folder


@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [
        ("/", "index.html", "text/html"),
        ("/index.html", "index.html", "text/html"),
        ("/desktop.js?1", "desktop.js", "text/javascript"),
        ("/log-in.js", "log-in.js", "text/javascript"),
        ("/desktop.css", "desktop.css", "text/css"),
    ],
)
def test_the_page_is_served(path: str, name: str, kind: str) -> None:
    assert ask("GET", path) == (200, kind, (ROOT / "examples/desktop" / name).read_bytes())


def test_cometd_is_served_as_npm_has_it(cometd: Path) -> None:
    assert ask("GET", "/cometd/cometd.js") == (200, "text/javascript", (cometd / "cometd.js").read_bytes())


@pytest.mark.parametrize(
    "path",
    [
        "/README.md",
        "/x.js",
        "/../desktop/desktop.js",
        "/cometd/",
        "/cometd/../other.js",
        "/cometd/x/y.js",
        "//a.js",
        "/.",
    ],
)
@pytest.mark.usefixtures("cometd")
def test_nothing_else_is_served(path: str) -> None:
    assert ask("GET", path)[0] == 404


def test_an_agent_logs_in_by_name() -> None:
    status, kind, body = ask("POST", "/login", json.dumps({"agent": "Änna"}).encode())
    assert (status, kind) == (200, "application/json")
    assert json.loads(body) == {"token": "token of Änna", "api": "http://127.0.0.1:8080/api/v2"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"agent": 1}', b"\xff", b'{"agent": "' + b"x" * 2_000])
def test_a_log_in_without_a_name_is_told(body: bytes) -> None:
    status, _, told = ask("POST", "/login", body)
    assert (status, json.loads(told)) == (400, {"message": 'Send {"agent": name}.'})


def test_what_can_be_no_name_is_told() -> None:
    status, _, told = ask("POST", "/login", b'{"agent": "Anna Lee"}')
    assert (status, json.loads(told)) == (400, {"message": "No such name."})


def test_a_length_that_is_none_is_told() -> None:
    assert ask("POST", "/login", b"{}", length="many")[0] == 400


def test_there_is_one_path_to_send_to() -> None:
    assert ask("POST", "/", b"{}")[0] == 404


def test_what_comes_from_the_network_never_becomes_markup() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTML|DOMParser|eval\(", SCRIPT)


def test_what_the_script_looks_for_is_on_the_page() -> None:
    page = (ROOT / "examples/desktop/index.html").read_text()
    named = set(re.findall(r'(?:\$|set)\("([\w-]+)"', SCRIPT))
    assert named
    assert named <= set(re.findall(r' id="([\w-]+)"', page))
