"""emulator.py [ADDRESS]: MiniStack, and a way to it from containers.

MiniStack listens on 127.0.0.1, where Docker's containers on Linux can't reach it; on their bridge's gateway, ADDRESS,
a relay does. Nobody outside this machine reaches that address either.
"""

import asyncio
import contextlib
import os
import runpy
import socket
import sys
import threading
from typing import Final

# Linux's IP_FREEBIND, which Python doesn't name: podman makes its bridge only when the first container starts.
_IP_FREEBIND: Final = 15
_CHUNK_BYTES: Final = 65_536


def main(addresses: list[str], port: int) -> None:
    for address in addresses:
        threading.Thread(target=lambda at=address: asyncio.run(_relay(at, port)), daemon=True).start()
    sys.argv = ["ministack"]
    runpy.run_module("ministack", run_name="__main__")


async def _relay(address: str, port: int) -> None:
    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))

    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_IP, _IP_FREEBIND, 1)
    try:
        listener.bind((address, port))
    except OSError as error:
        print(f"Containers can't reach MiniStack at {address}:{port}: {error}", file=sys.stderr)
        return
    server = await asyncio.start_server(connect, sock=listener)
    await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()
        await writer.wait_closed()


if __name__ == "__main__":
    main(sys.argv[1:], int(os.environ["GATEWAY_PORT"]))
