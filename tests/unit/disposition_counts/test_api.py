"""How a session is read to be counted: signed, and without taking a failure for an absence."""

import io
import json
import urllib.error
from email.message import Message
from typing import Any

import pytest
from botocore.credentials import Credentials

from disposition_counts import api
from disposition_counts.rule import Entry, Gone
from facebook_session.errors import RouteNotFound, SessionError, SessionNotFound
from rest_api import answers

URL = "https://chat.example.com/api/v2"
BEFORE_MIDNIGHT = 1_389_311_999_999  # 2014-01-09T23:59:59.999Z


def refusal(error: SessionError) -> bytes:
    """The API's answer."""
    body: str = answers.refused(error)["body"]
    return body.encode()


class Api:
    """Answers with `status`, an error with `body`, and keeps the requests."""

    def __init__(self, status: int, body: bytes) -> None:
        self._status = status
        self._body = body
        self.requests: list[Any] = []

    def __call__(self, request: Any, timeout: float) -> io.BytesIO:
        assert timeout == api._TIMEOUT_SECONDS
        self.requests.append(request)
        if self._status != 200:
            raise urllib.error.HTTPError(request.full_url, self._status, "", Message(), io.BytesIO(self._body))
        return io.BytesIO(self._body)


def sessions(monkeypatch: pytest.MonkeyPatch, answer: object, status: int = 200) -> tuple[api.SessionApi, Api]:
    fake = Api(status, answer if isinstance(answer, bytes) else json.dumps(answer).encode())
    monkeypatch.setattr("urllib.request.urlopen", fake)
    return api.SessionApi(URL, "eu-west-1", lambda: Credentials("key", "secret", "token")), fake


def entry(value: Any, number: int = 5, key: str = "D", **more: Any) -> dict[str, Any]:
    return {
        "dispositionKey": key,
        "disposition": value,
        "userName": "Anna",
        "timestamp": "2014-01-09 23:59:59.999+0000",
        "timestampSeconds": BEFORE_MIDNIGHT,
        "referenceId": number,
        **more,
    }


def test_the_history_is_read_of_one_key_with_days_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = [entry("a"), entry("b", key="Another"), entry(None, 7, timestampSeconds=BEFORE_MIDNIGHT + 1)]
    reader, fake = sessions(monkeypatch, {"statusCode": 0, "dispositions": shown})
    assert reader.history("s", "D") == [
        Entry(5, "a", "2014-01-09", "Anna"),
        Entry(7, None, "2014-01-10", "Anna"),
    ]
    (request,) = fake.requests
    assert request.full_url == f"{URL}/facebooksessions/s/dispositions"
    assert "/eu-west-1/execute-api/aws4_request" in request.headers["Authorization"]
    assert request.headers["X-amz-security-token"] == "token"


@pytest.mark.parametrize(("session", "queue"), [({"queueName": "Returns"}, "Returns"), ({}, "")])
def test_the_queue_is_read(monkeypatch: pytest.MonkeyPatch, session: Any, queue: str) -> None:
    reader, fake = sessions(monkeypatch, {"statusCode": 0, "facebooksession": session})
    assert reader.queue("s") == queue
    assert fake.requests[0].full_url == f"{URL}/facebooksessions/s?fields=queueName"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("a", "a"), (" a ", " a "), ("", None), (" \t", None), (None, None), (7, "7"),
        ({"b": 1, "a": "é"}, '{"a": "é", "b": 1}'),
    ],
)  # fmt: skip
def test_whatever_was_set_is_a_code_but_blank_text(value: Any, code: str | None) -> None:
    assert api.code_in(value) == code


def test_what_is_read_once_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, fake = sessions(monkeypatch, {"statusCode": 0, "dispositions": [entry("a")]})
    session = api.ReadSession(reader, "s", "D")
    assert session.history() == session.history() == [Entry(5, "a", "2014-01-09", "Anna")]
    assert len(fake.requests) == 1


GONE = refusal(SessionNotFound())


def test_a_session_that_is_gone_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, _ = sessions(monkeypatch, GONE, 404)
    for read in (lambda: reader.history("s", "D"), lambda: reader.queue("s")):
        with pytest.raises(Gone):
            read()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, GONE), (500, GONE), (503, b"{}"),
        (404, refusal(RouteNotFound())), (404, b""), (404, b"null"), (404, b"\xff"),
    ],
)  # fmt: skip
def test_a_failure_is_no_absence(monkeypatch: pytest.MonkeyPatch, status: int, body: bytes) -> None:
    reader, _ = sessions(monkeypatch, body, status)
    with pytest.raises(urllib.error.HTTPError):
        reader.history("s", "D")
