"""From the start of the process to the ready handler, against a process that makes a bare boto3 client.

Both are unpacked as in Lambda: read-only folders with bytecode. Ours come from the project's build, for this machine;
the bare one is boto3 as it is published, in the version that the layer pins.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bench.measure import FUNCTIONS, ROOT, against, in_turn
from local import deploy

_ROUNDS: Final = 41
_READY: Final = "; import os, time; os.write(1, str(time.perf_counter()).encode()); os._exit(0)"
_SIDES: Final = {
    "session_api": ("import session_api.handler", "import boto3; boto3.client('dynamodb')"),
    "session_notifier": ("import session_notifier.handler", "import boto3; boto3.client('sns')"),
}


def run() -> dict[str, Any]:
    """p50 of both functions and of their bare sides."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        ours, bare = _unpack(home / "ours"), _install_boto3(home / "bare")
        return {name: _measure(handler, ours, plain, bare) for name, (handler, plain) in _SIDES.items()}


def _measure(handler: str, ours: str, plain: str, bare: str) -> dict[str, Any]:
    taken = in_turn(_ROUNDS, {"ours": _process(handler, ours), "bare": _process(plain, bare)})
    return {"p50": against(taken["ours"][1:], taken["bare"][1:], 50)}


def _process(code: str, path: str) -> Callable[[], float]:
    environment = FUNCTIONS | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}

    def start() -> float:
        begin = time.perf_counter()
        done = subprocess.run([_python(), "-S", "-c", code + _READY], env=environment, capture_output=True, check=True)
        return float(done.stdout) - begin

    return start


def _unpack(folder: Path) -> str:
    """The layer and the functions as the build makes them; the import path to them."""
    folder.mkdir()
    deploy.build(folder)
    built = deploy.BUILT_TEMPLATE.parent
    parts = ["SessionLayer/python", "SessionApiFunction", "SessionNotifierFunction"]
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
