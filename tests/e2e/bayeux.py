"""A Bayeux client by long-polling, as thin as can be: what it sends and what it got stand in the test."""

import contextlib
import itertools
import json
import time
from collections.abc import Mapping
from typing import Any

from local import http
from local.http import Answer
from local.stack import Stack

CHANNEL = "/v2/me/facebooksession"
URGENT = {"timeout": 0}
HOLD_SECONDS = 5
"""Of the tests' stack: by default it is 25, and each test that waits for nothing would take as long."""

Message = Mapping[str, Any]


class Failed(Exception):
    """No 200: a client tries again."""


class Client:
    """`events` are the data of all that has come, in order."""

    def __init__(self, up: Stack, token: str, client_id: str = "", *, acknowledges: bool = False) -> None:
        self._up = up
        self._token = token
        self._ids = map(str, itertools.count(1))
        self._acknowledges = acknowledges
        self._acknowledged = -1
        self.client_id = client_id
        self.events: list[dict[str, Any]] = []

    def post(self, path: str, messages: Any) -> Answer:
        url = f"{self._up.api_url}/notifications{path}"
        headers = http.bearer(self._token) | {"Content-Type": "application/json;charset=UTF-8"}
        return http.send("POST", url, json.dumps(messages).encode(), headers)

    def send(self, kind: str, **more: Any) -> dict[str, Any]:
        """The answer to one message of a meta channel; what comes with it is among `events`."""
        number = next(self._ids)
        message = {"id": number, "channel": f"/meta/{kind}", **more}
        if self.client_id:
            message["clientId"] = self.client_id
        answer = self.post(f"/{kind}", [message])
        if answer.status != 200:
            raise Failed(answer.text)
        *events, last = json.loads(answer.text)
        assert last["id"] == number
        assert all(one.keys() == {"channel", "data"} for one in events)
        self.events += [one["data"] for one in events]
        answered: dict[str, Any] = last
        return answered

    def begin(self, *subscriptions: str) -> "Client":
        """Handshake, first connect, subscriptions."""
        more = {"ext": {"ack": True}} if self._acknowledges else {}
        shaken = self.send(
            "handshake", version="1.0", minimumVersion="1.0", supportedConnectionTypes=["long-polling"], **more
        )
        assert shaken["successful"], shaken
        self.client_id = shaken["clientId"]
        assert self.connect(advice=URGENT)["successful"]
        for one in subscriptions or (CHANNEL,):
            assert self.send("subscribe", subscription=one)["successful"]
        return self

    def connect(self, **more: Any) -> dict[str, Any]:
        extension = {"ext": {"ack": self._acknowledged}} if self._acknowledges else {}
        answer = self.send("connect", connectionType="long-polling", **extension, **more)
        self._acknowledged = answer.get("ext", {}).get("ack", self._acknowledged)
        return answer

    def listen(self, count: int, patience_seconds: float = 60) -> list[dict[str, Any]]:
        """The first so many events, for which it connects again and again, also where an answer fails."""
        end = time.monotonic() + patience_seconds
        while len(self.events) < count and time.monotonic() < end:
            with contextlib.suppress(Failed):
                assert self.connect()["successful"]
        return self.events[:count]
