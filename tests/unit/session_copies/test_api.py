"""How the subscriber reads a session: signed, with its number, and without taking a failure for an absence."""

import io
import urllib.error
from decimal import Decimal
from email.message import Message
from typing import Any, ClassVar

import pytest
from botocore.credentials import Credentials

from session_copies import api
from session_copies.rule import Copy

URL = "https://chat.example.com/api/v2"
BODY = b'{"statusCode":0,"facebooksession":{"userData":{"Total":19.95,"Gift":null}}}'


class Answer(io.BytesIO):
    headers: ClassVar = {"ETag": '"34"'}


class Api:
    """Answers with `status`, and keeps the requests."""

    def __init__(self, status: int) -> None:
        self._status = status
        self.requests: list[Any] = []

    def __call__(self, request: Any, timeout: float) -> Answer:
        assert timeout == api._TIMEOUT_SECONDS
        self.requests.append(request)
        if self._status != 200:
            raise urllib.error.HTTPError(request.full_url, self._status, "", Message(), io.BytesIO(b"{}"))
        return Answer(BODY)


def sessions(monkeypatch: pytest.MonkeyPatch, status: int = 200) -> tuple[api.SessionApi, Api]:
    fake = Api(status)
    monkeypatch.setattr("urllib.request.urlopen", fake)
    return api.SessionApi(URL, "eu-west-1", lambda: Credentials("key", "secret", "token")), fake


def test_a_session_is_read_with_its_number_and_exact_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, fake = sessions(monkeypatch)
    assert reader.read("s") == Copy(34, {"Total": Decimal("19.95"), "Gift": None})
    (request,) = fake.requests
    assert request.full_url == f"{URL}/facebooksessions/s?fields=userData"
    assert "/eu-west-1/execute-api/aws4_request" in request.headers["Authorization"]
    assert request.headers["X-amz-security-token"] == "token"


def test_a_session_that_is_gone_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, _ = sessions(monkeypatch, 404)
    assert reader.read("s") is None


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_failure_is_no_absence(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    reader, _ = sessions(monkeypatch, status)
    with pytest.raises(urllib.error.HTTPError):
        reader.read("s")
