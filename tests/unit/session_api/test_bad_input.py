"""Ten thousand bad requests: each is refused as the client's fault, and none leaves anything behind."""

import base64
import gc
import tracemalloc

import pytest

from facebook_session.store import SessionStore
from session_api import app
from tests.bad_input import bad_bodies
from tests.unit.builders import FakeDynamoDB, request

COUNT = 10_000
ROOM_BYTES = 1_000_000


def statuses(seed: int, count: int) -> set[int]:
    bodies = (body.decode("latin-1") if body.isascii() else body for body in bad_bodies(seed, count))
    return {app.lambda_handler(sent(body), None)["statusCode"] for body in bodies}


def sent(body: str | bytes) -> dict[str, object]:
    """API Gateway hands over as base64 what is no text."""
    if isinstance(body, str):
        return request(body)
    return request(base64.b64encode(body).decode(), encoded=True)


def test_bad_requests_are_refused_and_change_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dynamodb = FakeDynamoDB()
    monkeypatch.setattr(app, "store", SessionStore(dynamodb, "sessions"))
    assert statuses(seed=1, count=COUNT) <= {400, 413}
    assert dynamodb.calls == []
    capsys.readouterr()


def test_bad_requests_leave_no_memory_taken(capsys: pytest.CaptureFixture[str]) -> None:
    statuses(seed=2, count=200)
    capsys.readouterr()
    tracemalloc.start()
    try:
        statuses(seed=3, count=1_000)
        capsys.readouterr()
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        statuses(seed=4, count=1_000)
        capsys.readouterr()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < ROOM_BYTES
