"""How the subscriber reads a session: signed, with its number, and without taking a failure for an absence."""

import io
import urllib.error
from decimal import Decimal
from email.message import Message
from typing import Any, ClassVar

import pytest
from botocore.credentials import Credentials

from facebook_session.errors import RouteNotFound, SessionError, SessionNotFound
from rest_api import answers
from session_copies import api
from session_copies.rule import Copy

URL = "https://chat.example.com/api/v2"
BODY = b'{"statusCode":0,"facebooksession":{"userData":{"Total":19.95,"Gift":null}}}'


def refusal(error: SessionError) -> bytes:
    """The API's answer."""
    body: str = answers.refused(error)["body"]
    return body.encode()


GONE = refusal(SessionNotFound())


class Answer(io.BytesIO):
    headers: ClassVar = {"ETag": '"34"'}


class Api:
    """Answers with `status`, an error with `body`, and keeps the requests."""

    def __init__(self, status: int, body: bytes) -> None:
        self._status = status
        self._body = body
        self.requests: list[Any] = []

    def __call__(self, request: Any, timeout: float) -> Answer:
        assert timeout == api._TIMEOUT_SECONDS
        self.requests.append(request)
        if self._status != 200:
            raise urllib.error.HTTPError(request.full_url, self._status, "", Message(), io.BytesIO(self._body))
        return Answer(BODY)


def sessions(monkeypatch: pytest.MonkeyPatch, status: int = 200, body: bytes = b"{}") -> tuple[api.SessionApi, Api]:
    fake = Api(status, body)
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
    reader, _ = sessions(monkeypatch, 404, GONE)
    assert reader.read("s") is None


@pytest.mark.parametrize("status", [403, 500, 503])
@pytest.mark.parametrize("body", [b"{}", GONE])
def test_a_failure_is_no_absence(monkeypatch: pytest.MonkeyPatch, status: int, body: bytes) -> None:
    reader, _ = sessions(monkeypatch, status, body)
    with pytest.raises(urllib.error.HTTPError):
        reader.read("s")


@pytest.mark.parametrize(
    "body",
    [
        refusal(RouteNotFound()),
        b"",
        b"{}",
        b"null",
        GONE[:-1],
        GONE.replace(b"6", b"7"),
        GONE.replace(b"session", b"page"),
        b"[" + GONE + b"]",
        b"<html><body>Not Found</body></html>",
        b'{"message":"Not Found"}',
        b"\xff",
    ],
)
def test_only_the_apis_own_404_is_an_absence(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    reader, _ = sessions(monkeypatch, 404, body)
    with pytest.raises(urllib.error.HTTPError):
        reader.read("s")
