"""Desktops as CometD's clients are, on moto, and a clock that only moves while a connect is held."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

from desktop_channel import app as channel
from desktop_notifier import app as notifier
from local import seed
from tests.system import System
from tests.unit.builders import CLAIMS, request

SESSIONS: Final = "/v2/me/facebooksession"


class Clock:
    """In place of the module `time`. While somebody sleeps, what is `meanwhile` happens, once."""

    def __init__(self) -> None:
        self.now = 1_389_261_480.0
        self.slept = 0.0
        self.meanwhile: Callable[[], object] | None = None

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()


class Polled(NamedTuple):
    """What a connect brought: the events' data, in order, and the answer itself."""

    events: list[Any]
    answer: dict[str, Any]

    @property
    def kinds(self) -> list[str]:
        return [one["notificationType"] for one in self.events]

    @property
    def numbers(self) -> list[int]:
        return [one["referenceId"] for one in self.events if "referenceId" in one]


class Desktop:
    """A tab of an agent's. With `acknowledges` it says in each connect which answer it got last, as cometd.js does."""

    def __init__(self, user: str = seed.PAGE_AGENT, *, acknowledges: bool = False) -> None:
        self.user = user
        self.client_id = ""
        self._acknowledges = acknowledges
        self._received = -1
        self._id = 0

    def listen(self, subscription: object = SESSIONS) -> "Desktop":
        """As a desktop begins: handshake, subscription, the first connect."""
        extension = {"ext": {"ack": True}} if self._acknowledges else {}
        (given,) = self.send("handshake", supportedConnectionTypes=["long-polling"], **extension)
        self.client_id = given["clientId"]
        assert self.send("subscribe", subscription=subscription)[0]["successful"]
        assert self.connect().answer["successful"]
        return self

    def send(self, kind: str, **fields: Any) -> list[dict[str, Any]]:
        return self.post([self.message(kind, **fields)])

    def message(self, kind: str, **fields: Any) -> dict[str, Any]:
        self._id += 1
        client = {"clientId": self.client_id} if self.client_id else {}
        return {"id": str(self._id), "channel": f"/meta/{kind}", **client, **fields}

    def post(self, messages: object) -> list[dict[str, Any]]:
        status, answers = self.exchange(messages)
        assert status == 200
        assert isinstance(answers, list)
        return answers

    def exchange(self, messages: object) -> tuple[int, Any]:
        claims = {**CLAIMS, "cognito:username": self.user}
        event = request(messages, claims=claims, route="POST /v2/notifications")
        given = channel.lambda_handler(event, None)
        return given["statusCode"], json.loads(given["body"])

    def connect(self, *, lost: bool = False, at_once: bool = False) -> Polled:
        """`lost`: the answer never reaches the desktop."""
        advice = {"advice": {"timeout": 0}} if at_once else {}
        extension = {"ext": {"ack": self._received}} if self._acknowledges else {}
        *events, answer = self.send("connect", connectionType="long-polling", **advice, **extension)
        assert answer["id"] == str(self._id)
        for one in events:
            assert one.keys() == {"channel", "data"}
        if not lost:
            self._received = answer.get("ext", {}).get("ack", self._received)
        return Polled([one["data"] for one in events], answer)

    def disconnect(self) -> None:
        assert self.send("disconnect")[0]["successful"]


class Bringing:
    """What the mapping between the sessions' stream and the desktops' notifier does."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._brought = len(system.records())

    def records(self) -> list[dict[str, Any]]:
        """Those that came since the last call."""
        new = self._system.records()[self._brought :]
        self._brought += len(new)
        return new

    def bring(self) -> list[dict[str, Any]]:
        records = self.records()
        assert deliver(records) == []
        return records


def deliver(records: list[dict[str, Any]]) -> list[str]:
    """The sequence numbers that are reported as failed."""
    answer = notifier.lambda_handler({"Records": records}, SimpleNamespace())
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]
