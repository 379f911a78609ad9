"""stub.py DELAY: DynamoDB and SNS on a free port of 127.0.0.1, whose every call takes DELAY seconds and succeeds.

A process of its own, so that its work isn't counted as the client's. It prints its port first.
"""

import re
import socketserver
import sys
import time
import zlib
from typing import Final
from urllib.parse import unquote_plus

_UPDATED: Final = b"""{"Attributes":{"referenceId":{"N":"34"},"updatedAt":{"S":"2014-01-09T09:58:12.035+00:00"},\
"userData":{"M":{"DispositionCode":{"S":"IssueResolved"}}}}}"""


class Handler(socketserver.StreamRequestHandler):
    """Just enough of HTTP/1.1 with keep-alive, to add as little as can be."""

    def handle(self) -> None:
        while line := self.rfile.readline():
            length = 0
            while line.strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
                line = self.rfile.readline()
            body = answer(self.rfile.read(length))
            time.sleep(DELAY)
            self.wfile.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
                b"x-amz-crc32: %d\r\nContent-Length: %d\r\n\r\n%s" % (zlib.crc32(body), len(body), body)
            )


def answer(request: bytes) -> bytes:
    if request.startswith(b"{"):
        return _UPDATED
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
