"""A desktop: one agent, and the systems round it, who live one conversation after the other at a steady pace."""

import base64
import http.client
import json
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from operate.load.record import Answered, Record

_TIMEOUT_SECONDS: Final = 60
_ATTEMPTS: Final = 5
_SHARE_OF_LIFE: Final = 0.75  # for which a token is used

Step = tuple[bool, Mapping[str, Any]]
"""Whether it is a system's, and the body of the request."""


class Unknown(Exception):
    """No answer came, or none that says what became of the request."""


class Api:
    """Requests to the API at `url`, over a connection that stays."""

    def __init__(self, url: str, log_in: Callable[[], str]) -> None:
        self._url = urllib.parse.urlsplit(url)
        self._log_in = log_in
        self._take_token()
        session = boto3.session.Session()
        self._signer = SigV4Auth(session.get_credentials(), "execute-api", session.region_name)
        self._connection = self._connect()

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        return kind(self._url.netloc, timeout=_TIMEOUT_SECONDS)

    def post(self, path: str, body: Mapping[str, Any], *, by_system: bool) -> tuple[int, int, str]:
        """Status, the session's number, and the answer. It is sent again where it may not have been carried out; its
        key makes it one. Raises Unknown.
        """
        content, key = json.dumps(body).encode(), str(uuid.uuid4())
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(1)
            try:
                status, number, answer = self._send(path, content, key, by_system=by_system)
            except (OSError, http.client.HTTPException):
                self._connection = self._connect()
                continue
            if status != 503:
                return status, number, answer
        raise Unknown

    def _send(self, path: str, content: bytes, key: str, *, by_system: bool) -> tuple[int, int, str]:
        headers = {"Content-Type": "application/json"}
        if by_system:
            request = AWSRequest("POST", self._url.geturl() + path, data=content, headers=headers)
            self._signer.add_auth(request)
            headers = dict(request.headers.items())
        else:
            headers["Authorization"] = f"Bearer {self._fresh_token()}"
        headers["Idempotency-Key"] = key
        self._connection.request("POST", self._url.path + path, content, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        return response.status, int((response.headers["ETag"] or '"0"').strip('"')), text

    def _fresh_token(self) -> str:
        if time.monotonic() > self._until:
            self._take_token()
        return self._token

    def _take_token(self) -> None:
        self._token = self._log_in()
        self._until = time.monotonic() + _SHARE_OF_LIFE * life(self._token)


def life(token: str) -> int:
    """Seconds from its issue to its end, as the token itself says: `TokenMinutes` decides."""
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return int(claims["exp"] - claims["iat"])


def conversation(session: str, agent: str) -> Iterator[Step]:
    """Each step is a change; the first is the creation."""
    yield True, {"id": session, "customer": {"nickname": "Customer"}, "agent": {"userName": agent}}
    yield True, _operation("SendMessage", text="Hello? Where is my order?")
    yield False, _operation("Accept", nickname="Agent")
    yield True, _operation("AttachUserData", userData={"Order": 4711})
    for turn in range(3):
        yield False, _operation("SendMessage", text=f"Question {turn + 1}: what do you see?")
        yield True, _operation("SendMessage", text=f"Answer {turn + 1}: nothing yet.")
    yield False, _operation("UpdateUserData", userData={"Order": 4712})
    yield False, _operation("SetDisposition", disposition="IssueResolved")
    yield False, _operation("Complete")


def _operation(name: str, **parameters: Any) -> dict[str, Any]:
    return {"operationName": name, **parameters}


@dataclass(frozen=True, slots=True)
class Desktop:
    """A request each `interval` seconds, until `stop` is set."""

    api: Api
    agent: str
    interval: float
    record: Record
    stop: threading.Event

    def work(self, delay: float) -> None:
        """It begins after so many seconds."""
        due, number = time.monotonic() + delay, 0
        while not self.stop.is_set():
            session, number = f"{self.agent}-{number}", number + 1
            self.record.sessions.add(session)
            for is_first, (by_system, body) in zip(_first(), conversation(session, self.agent), strict=False):
                if self.stop.wait(max(0, due - time.monotonic())):
                    return
                due = max(due + self.interval, time.monotonic())
                if not self._step(session, body, by_system=by_system, creates=is_first):
                    break
            else:
                self.record.finished += 1

    def _step(self, session: str, body: Mapping[str, Any], *, by_system: bool, creates: bool) -> bool:
        """Whether the conversation goes on."""
        path = "/facebooksessions" + ("" if creates else f"/{session}")
        sent = time.time()
        try:
            status, number, answer = self.api.post(path if by_system else f"/me{path}", body, by_system=by_system)
        except Unknown:
            self.record.unsure.add(session)
            return False
        if status >= 300:
            self.record.failed.append(f"{session}: {body.get('operationName', 'creation')}: {status} {answer}")
            return False
        self.record.answered.append(Answered(session, number, sent, time.time()))
        return True


def _first() -> Iterator[bool]:
    yield True
    while True:
        yield False
