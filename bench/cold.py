"""From the start of the process to the first answer, against a process whose bare boto3 makes the same call of AWS.

Both are unpacked as in Lambda: read-only folders with bytecode. Ours come from the project's build, for this machine;
the bare one is boto3 as it is published, in the version that the layer pins.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from bench.measure import FUNCTIONS, ROOT, against, in_turn, stub
from bench.warm import calls
from local import deploy

_ROUNDS: Final = 41
_ANSWER: Final = """
import json
from {function}.handler import lambda_handler
class Context:
    get_remaining_time_in_millis = staticmethod(lambda: 120_000)
with open({event!r}) as event:
    answer = lambda_handler(json.load(event), Context)
assert answer.get("statusCode") == 200 or not answer["batchItemFailures"], answer
"""
_BARE: Final = """
import boto3
boto3.client({service!r}).{operation}(**{arguments!r})
"""
_ANSWERED: Final = r"""
import os, time
os.write(1, b"\n%f" % time.perf_counter())
os._exit(0)
"""


def run() -> dict[str, Any]:
    """p50 of the functions and of their bare sides, all of them in turn: one function's is held against another's."""
    with tempfile.TemporaryDirectory() as folder, stub(delay_seconds=0):
        home = Path(folder)
        ours, bare = _unpack(home / "ours"), _install_boto3(home / "bare")
        sides = {
            "session_api": _first_disposition(),
            "session_notifier": _first_notification(),
            "desktop_channel": _first_handshake(),
        }
        starts = {name: (_process(answer, ours), _process(plain, bare)) for name, (answer, plain) in sides.items()}
        seconds = in_turn(_ROUNDS, dict(_both(starts)))
    return {name: {"p50": against(seconds[f"ours {name}"][1:], seconds[f"bare {name}"][1:], 50)} for name in sides}


def _first_disposition() -> tuple[str, str]:
    from session_api import app

    event = ROOT / "events/session-api-set-disposition.json"
    *_, (operation, arguments) = calls(app, json.loads(event.read_text()))
    bare = _BARE.format(service="dynamodb", operation=operation, arguments=arguments)
    return _ANSWER.format(function="session_api", event=str(event)), bare


def _first_notification() -> tuple[str, str]:
    event = ROOT / "events/session-notifier-disposition-set.json"
    arguments = {"TopicArn": FUNCTIONS["NOTIFICATION_TOPIC_ARN"], "Message": event.read_text()}
    bare = _BARE.format(service="sns", operation="publish", arguments=arguments)
    return _ANSWER.format(function="session_notifier", event=str(event)), bare


def _first_handshake() -> tuple[str, str]:
    from desktop_channel import app

    event = ROOT / "events/desktop-channel-handshake.json"
    *_, (operation, arguments) = calls(app, json.loads(event.read_text()))
    bare = _BARE.format(service="dynamodb", operation=operation, arguments=arguments)
    return _ANSWER.format(function="desktop_channel", event=str(event)), bare


def _both(starts: Mapping[str, tuple[Callable[[], float], Callable[[], float]]]) -> Iterator[tuple[str, Any]]:
    for name, (ours, bare) in starts.items():
        yield from ((f"ours {name}", ours), (f"bare {name}", bare))


def _process(code: str, path: str) -> Callable[[], float]:
    environment = {name: os.environ[name] for name in [*FUNCTIONS, "AWS_ENDPOINT_URL"]}
    environment |= {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}

    def start() -> float:
        begin = time.perf_counter()
        command = [_python(), "-S", "-c", code + _ANSWERED]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
        return float(done.stdout.splitlines()[-1]) - begin

    return start


def _unpack(folder: Path) -> str:
    """The layer and the functions as the build makes them; the import path to them."""
    folder.mkdir()
    deploy.build(folder)
    built = deploy.BUILT_TEMPLATE.parent
    parts = ["SessionLayer/python", "SessionApiFunction", "SessionNotifierFunction", "DesktopChannelFunction"]
    for part in parts:
        shutil.copytree(built / part, folder / part)
    return os.pathsep.join(str(_read_only(folder / part)) for part in parts)


def _install_boto3(folder: Path) -> str:
    pinned = (ROOT / "layers/core/requirements.txt").read_text()
    found = re.search(r"^botocore==(\S+)", pinned, re.MULTILINE)
    assert found
    packages = [f"boto3=={found[1]}", f"botocore=={found[1]}"]
    install = ["pip", "install", "--quiet", "--python", _python(), "--target", str(folder), *packages]
    subprocess.run([os.environ["UV"], *install], check=True)
    compileall = ["-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", str(folder)]
    subprocess.run([_python(), *compileall], check=True)
    return str(_read_only(folder))


def _read_only(folder: Path) -> Path:
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o555)
    return folder


def _python() -> str:
    return str(Path(sys.executable).resolve())
