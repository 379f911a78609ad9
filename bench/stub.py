"""stub.py DELAY: DynamoDB and SNS on a free port of 127.0.0.1, whose every call takes DELAY seconds and succeeds.

A process of its own, so that its work isn't counted as the client's. It prints its port first.
"""

import json
import re
import socketserver
import sys
import time
import zlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote_plus

_SESSIONS: Final = 100


def _session(session_id: str) -> dict[str, Any]:
    agent = {"nickname": {"S": "TestName"}, "userName": {"S": "TestName"}, "type": {"S": "Agent"}}
    customer = {"nickname": {"S": "FirstL"}, "type": {"S": "Customer"}}
    people = [one | {"participantId": {"S": f"009052C732{session_id[:6]}"}} for one in (agent, customer)]
    return {
        "id": {"S": session_id},
        "state": {"S": "Chatting"},
        "participants": {"L": [{"M": one} for one in people]},
        "agents": {"SS": ["TestName"]},
        "owner": {"S": "TestName"},
        "userData": {"M": {"DispositionCode": {"S": "IssueResolved"}}},
        "referenceId": {"N": "34"},
        "messageCount": {"N": "7"},
        "newMessages": {"L": [{"M": _MESSAGE}]},
        "createdAt": {"S": "2014-01-09T09:58:12.035+00:00"},
        "updatedAt": {"S": "2014-01-09T09:58:12.035+00:00"},
    }


def _key(session: Mapping[str, Any]) -> dict[str, Any]:
    return {name: session[name] for name in ("id", "owner", "createdAt")}


def _listed(session: Mapping[str, Any]) -> dict[str, Any]:
    names = ("id", "createdAt", "state", "participants", "agents", "userData")
    return {name: session[name] for name in names}


_MESSAGE: Final = {
    "type": {"S": "Text"},
    "timestamp": {"N": "1389261492035"},
    "userName": {"S": "TestName"},
    "text": {"S": "How can I help?"},
}
_ALL: Final = [_session(f"session-{number:08}") for number in range(_SESSIONS)]
_WRITTEN: Final = {name: _ALL[0][name] for name in ("referenceId", "updatedAt", "userData")}
_DYNAMODB: Final[Mapping[str, bytes]] = {
    operation: json.dumps(body, separators=(",", ":")).encode()
    for operation, body in {
        "UpdateItem": {"Attributes": _WRITTEN},
        "UpdateItem of all": {"Attributes": _ALL[0]},
        "BatchWriteItem": {"UnprocessedItems": {}},
        "PutItem": {},
        "Query": {"Items": [_key(one) for one in _ALL], "Count": _SESSIONS, "ScannedCount": _SESSIONS},
        "BatchGetItem": {"Responses": {"sessions": [_listed(one) for one in _ALL]}, "UnprocessedKeys": {}},
    }.items()
}


class Handler(socketserver.StreamRequestHandler):
    """Just enough of HTTP/1.1 with keep-alive, to add as little as can be."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            length, operation = 0, ""
            while line.strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                if line.lower().startswith(b"x-amz-target:"):
                    operation = line.decode().strip().rpartition(".")[2]
                line = self.rfile.readline()
            body = answer(operation, self.rfile.read(length))
            time.sleep(DELAY)
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
                b"x-amz-crc32: %d\r\nContent-Length: %d\r\n\r\n%s" % (zlib.crc32(body), len(body), body)
            )


def answer(operation: str, request: bytes) -> bytes:
    """The body; `operation` is one of DynamoDB's, or nothing for a request to SNS."""
    if b'"settings"' in request:  # no policy was ever put
        return b'{"Items":[],"Count":0,"ScannedCount":0}'
    if operation:
        return _DYNAMODB[operation + " of all" * (b"ALL_NEW" in request)]
    if b"Action=PublishBatch" not in request:
        return b"<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
    ids = re.findall(r"\.Id=([^&]*)", request.decode())
    members = "".join(f"<member><Id>{unquote_plus(one)}</Id><MessageId>1</MessageId></member>" for one in ids)
    return (
        "<PublishBatchResponse><PublishBatchResult><Failed/>"
        f"<Successful>{members}</Successful></PublishBatchResult></PublishBatchResponse>"
    ).encode()


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True


if __name__ == "__main__":
    DELAY: Final = float(sys.argv[1])
    with Server(("127.0.0.1", 0), Handler) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()
