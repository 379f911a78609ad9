"""Starts and stops MiniStack, the emulator of AWS, on a port of 127.0.0.1."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.problem import Problem

REGION: Final = "us-east-1"

_ROOT: Final = Path(__file__).parent.parent
# MiniStack pins a botocore of its own, so it lives apart from the project's environment.
_PYTHON: Final = _ROOT / ".tools/local/bin/python"
_READY_SECONDS: Final = 60
_STOP_SECONDS: Final = 15

_children: Final[dict[int, subprocess.Popen[bytes]]] = {}


@dataclass(frozen=True)
class Engine:
    """A running MiniStack: its process id and its port. It leads a process group, the functions' processes included."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int, home: Path, bridge: str | None = None) -> Engine:
    """Starts MiniStack with its files and its log under `home`, and returns when it is ready.

    Containers reach it at the address `bridge` too.
    """
    if _is_in_use(port):
        raise Problem(f"Port {port} of 127.0.0.1 is taken. Stop what uses it, or choose another one with PORT=…")
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    log = home / "ministack.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(_PYTHON), "-m", "local.emulator", *([bridge] if bridge else [])],
            cwd=_ROOT,
            env=_environment(port, home),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    _children[process.pid] = process
    engine = Engine(process.pid, port)
    deadline = time.monotonic() + _READY_SECONDS
    while not is_ready(engine):
        if process.poll() is not None or time.monotonic() > deadline:
            stop(engine)
            raise Problem(f"MiniStack did not start. What it said is in {log}.")
        time.sleep(0.1)
    return engine


def is_ready(engine: Engine) -> bool:
    try:
        with urllib.request.urlopen(f"{engine.url}/_ministack/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def stop(engine: Engine) -> None:
    """Ends MiniStack and the processes of its functions; harmless where they have ended already."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if not _runs(engine.pid):
            return
        os.killpg(engine.pid, how)
        deadline = time.monotonic() + _STOP_SECONDS
        while _runs(engine.pid) and time.monotonic() < deadline:
            time.sleep(0.05)


def remember(engine: Engine, home: Path) -> None:
    _memory(home).write_text(json.dumps({"pid": engine.pid, "port": engine.port}))


def recall(home: Path) -> Engine | None:
    """The engine that an earlier command left running, if it still runs."""
    if not _memory(home).exists():
        return None
    engine = Engine(**json.loads(_memory(home).read_text()))
    return engine if _runs(engine.pid) else None


def forget(home: Path) -> None:
    _memory(home).unlink(missing_ok=True)


def _memory(home: Path) -> Path:
    return home / "engine.json"


def _runs(pid: int) -> bool:
    """Whether this process still is MiniStack: ids are used again."""
    if pid in _children:
        return _children[pid].poll() is None
    commands = Path(f"/proc/{pid}/cmdline")
    if commands.parent.parent.joinpath("self").exists():  # Linux, where a small image may lack ps
        return commands.exists() and "local.emulator" in commands.read_text()
    listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "local.emulator" in listed.stdout


def _is_in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _environment(port: int, home: Path) -> dict[str, str]:
    """Loopback only, roles enforced, no MQTT, and every file under `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "MINISTACK_REGION": REGION,
        "TMPDIR": str(home / "tmp"),
        "S3_DATA_DIR": str(home / "s3"),
        "STATE_DIR": str(home / "state"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
