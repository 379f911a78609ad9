"""A way to the embedded DynamoDB that carries requests out, and then mistreats their answers as it was told to."""

import contextlib
import json
import re
import socket
import threading
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BufferedIOBase
from socketserver import StreamRequestHandler
from typing import Any, Final, NamedTuple

from tests.local_server import HOST, LocalServer

_PATIENCE_SECONDS: Final = 30
_OVERTAKEN_SECONDS: Final = 1


class Fault(StrEnum):
    """What becomes of a request to DynamoDB, or of the answer to it once it has been carried out."""

    REFUSE = "refuse"  # throttled, and never carried out
    LATE = "late"  # carried out after the caller has given up on it and tried again
    DELAY = "delay"  # no answer until the caller has given up
    DROP = "drop"  # the connection is closed instead
    CUT = "cut"  # all of the answer but its last byte
    BEHEAD = "behead"  # half of the answer's head
    FAIL = "fail"  # as an internal error of DynamoDB
    THROTTLE = "throttle"
    EXCEED = "exceed"  # as throttled, for the table's sake


def _error(status: str, kind: str) -> bytes:
    body = json.dumps({"__type": kind, "message": "As planned"}).encode()
    head = f"HTTP/1.1 {status}\r\nx-amz-crc32: {zlib.crc32(body)}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


_THROTTLED: Final = _error("400 Bad Request", "com.amazon.coral.availability#ThrottlingException")
_SERVICE: Final = "com.amazonaws.dynamodb.v20120810"
_ERRORS: Final = {
    Fault.REFUSE: _THROTTLED,
    Fault.FAIL: _error("500 Internal Server Error", f"{_SERVICE}#InternalServerError"),
    Fault.THROTTLE: _THROTTLED,
    Fault.EXCEED: _error("400 Bad Request", f"{_SERVICE}#ProvisionedThroughputExceededException"),
}


class Call(NamedTuple):
    """All requests of one operation of DynamoDB, such as UpdateItem, for one session."""

    operation: str
    session_id: str


@dataclass(eq=False)
class Attempt:
    """One of a call's requests. `status` is that of DynamoDB's answer, 0 where it was not asked."""

    fault: Fault | None
    status: int = 0
    over: bool = False


class Proxy(LocalServer):
    """Listens at `url` and passes on to `port` of this machine. What has no plan gets DynamoDB's answer."""

    def __init__(self, port: int) -> None:
        self._to = (HOST, port)
        self._plans: dict[Call, Sequence[Fault]] = {}
        self._attempts: defaultdict[Call, list[Attempt]] = defaultdict(list)
        self._changed = threading.Condition()
        super().__init__(_Handler)

    def plan(self, call: Call, faults: Sequence[Fault]) -> None:
        """The first of a call's requests gets the first fault, and so on; what comes after them gets none."""
        self._plans[call] = faults

    def attempts(self, call: Call) -> Sequence[Attempt]:
        """In the order of their coming. Waits until all of them are over; one whose fault goes wrong never is."""
        assert self._wait(lambda: all(one.over for one in self._attempts[call]), _PATIENCE_SECONDS)
        return self._attempts[call]

    def await_first(self, call: Call) -> None:
        assert self._wait(lambda: bool(self._attempts[call]), _PATIENCE_SECONDS)

    def await_overtaking(self, call: Call, attempt: Attempt) -> None:
        """Waits for a later one to be over, but not for long: there may be none."""
        place = self._attempts[call].index(attempt)
        self._wait(lambda: any(one.over for one in self._attempts[call][place + 1 :]), _OVERTAKEN_SECONDS)

    @contextlib.contextmanager
    def attempt(self, call: Call) -> Iterator[Attempt]:
        with self._changed:
            plan, number = self._plans.get(call, ()), len(self._attempts[call])
            attempt = Attempt(plan[number] if number < len(plan) else None)
            self._attempts[call].append(attempt)
            self._changed.notify_all()
        yield attempt
        with self._changed:
            attempt.over = True
            self._changed.notify_all()

    def pass_on(self, request: bytes) -> bytes:
        with socket.create_connection(self._to, _PATIENCE_SECONDS) as connection, connection.makefile("rb") as stream:
            connection.sendall(request)
            return _message(stream)

    def _wait(self, until: Callable[[], bool], seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(until, seconds)


class _Handler(StreamRequestHandler):
    """One connection of a caller."""

    timeout = _PATIENCE_SECONDS

    def __init__(self, proxy: Proxy, *connection: Any) -> None:
        self._proxy = proxy
        super().__init__(*connection)

    def handle(self) -> None:
        goes_on = True
        while goes_on and (request := _message(self.rfile)):
            call = _call(request)
            with self._proxy.attempt(call) as attempt:
                self._carry_out(request, call, attempt)
                goes_on = attempt.fault is None or attempt.fault in _ERRORS

    def _carry_out(self, request: bytes, call: Call, attempt: Attempt) -> None:
        if attempt.fault is Fault.LATE:
            self._await_hang_up()
            self._proxy.await_overtaking(call, attempt)
        answer = b""
        if attempt.fault is not Fault.REFUSE:
            answer = self._proxy.pass_on(request)
            attempt.status = int(answer.split(b" ", 2)[1])
        if attempt.fault is Fault.DELAY:
            self._await_hang_up()
        self.wfile.write(_mistreated(answer, attempt.fault))

    def _await_hang_up(self) -> None:
        """A caller sends nothing before it has its answer, so the next thing to read is the end."""
        assert not self.rfile.read(1)


def _mistreated(answer: bytes, fault: Fault | None) -> bytes:
    """What the caller gets of an answer before the connection is closed; errors, and no fault, leave it open."""
    if fault is None:
        return answer
    head = answer.find(b"\r\n\r\n")
    parts = {Fault.CUT: answer[:-1], Fault.BEHEAD: answer[: head // 2]}
    return _ERRORS.get(fault) or parts.get(fault, b"")


def _message(stream: BufferedIOBase) -> bytes:
    """The next HTTP message as it stands; empty at the end of the stream."""
    head = b""
    while (line := stream.readline()) not in (b"", b"\r\n"):
        head += line
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    return head + line + stream.read(int(length[1]) if length else 0)


def _call(request: bytes) -> Call:
    """A request that is for no single session counts for the session of no name."""
    head, _, body = request.partition(b"\r\n\r\n")
    target = re.search(rb"(?im)^x-amz-target: *\w+\.(\w+)", head)
    assert target
    operation, content = target[1].decode(), json.loads(body)
    if operation == "BatchWriteItem":
        ((first, *_),) = content["RequestItems"].values()
        return Call(operation, first["PutRequest"]["Item"]["sessionId"]["S"])
    return Call(operation, content.get("Key", {}).get("id", {"S": ""})["S"])
