"""A Python client that openapi-python-client makes from docs/openapi.yaml."""

import json
import re
from pathlib import Path

import pytest
from botocore.credentials import Credentials

from facebook_session.callers import Role
from local import demo, http
from local.seed import PAGE_SESSION
from local.stack import Stack
from tests.e2e.published import API_FILE
from tests.e2e.subscriber import announced, body, make_session
from tests.prove.samples import ALL, CALLS
from tests.prove.tools import HERE, python


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the client is, with the programs that use it."""
    made = tmp_path_factory.mktemp("python")
    at = [f"--path={API_FILE}", f"--output-path={made / 'sessions_client'}"]
    python("openapi-python-client", "generate", "--meta=none", "--fail-on-warning", *at)
    for name in ("exchange.py", "customer.py", "round_trips.py"):
        (made / name).write_text((HERE / name).read_text())
    return made


def test_it_has_every_call(folder: Path) -> None:
    found = {path.stem for path in (folder / "sessions_client/api/default").glob("[a-z]*.py")}
    assert found == {re.sub("([A-Z])", r"_\1", name).lower() for name in CALLS}


@pytest.mark.parametrize("role", Role)
def test_every_request_and_answer_passes_through_it_whole(folder: Path, role: Role) -> None:
    assert json.loads(python("python", folder / "round_trips.py", given=json.dumps(ALL[role]))) == ALL[role]


def test_the_pages_exchange(folder: Path, up: Stack) -> None:
    outcome = json.loads(python("python", folder / "exchange.py", up.api_url, up.token, PAGE_SESSION))
    assert outcome == {"status": 200, "etag": '"34"', "body": {"statusCode": 0}}
    (notification,) = announced(up, 1)
    assert body(notification) == demo.NOTIFICATION


def test_a_system_sends_the_customers_message(folder: Path, up: Stack) -> None:
    """The client writes the request; a signature is not among what generators can make."""
    make_session(up, "customer")
    method, url, key, sent = json.loads(python("python", folder / "customer.py", up.api_url, "customer"))
    payload = sent.encode()
    signed = http.signed(method, url, payload, Credentials("test", "test")) | {"Idempotency-Key": key}
    answers = [http.send(method, url, payload, signed) for _ in range(2)]
    assert [(one.status, one.headers["ETag"], one.text) for one in answers] == [(200, '"34"', '{"statusCode":0}')] * 2
    (notification,) = announced(up, 1)
    (message,) = body(notification)["messages"]
    assert (message["from"]["type"], message["text"]) == ("Customer", "Hello, is anybody there?")
