"""The server of `make desktop`, over HTTP."""

import threading
from collections.abc import Iterator

import pytest

from local import http
from local.desktop import Server
from local.problem import Problem


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(0, "http://127.0.0.1:8080/api/v2", str.upper) as made:
        threading.Thread(target=made.serve_forever).start()
        yield made
        made.shutdown()


def test_it_serves_the_page_and_logs_in_at_its_address(server: Server) -> None:
    assert "<html" in http.send("GET", server.url, None, {}).text
    answer = http.send("POST", f"{server.url}login", b'{"agent": "anna"}', {})
    assert answer.body == {"token": "ANNA", "api": "http://127.0.0.1:8080/api/v2"}


def test_a_port_that_is_taken_is_told(server: Server) -> None:
    with pytest.raises(Problem, match=rf"^Port {server.server_port} of 127.0.0.1 is taken. .* PORT=…$"):
        Server(server.server_port, "", str.upper)
