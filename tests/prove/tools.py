"""The field's tools, in the environments of `make prove`."""

import os
import subprocess
from pathlib import Path
from typing import Final

from local.deploy import ROOT

HERE: Final = Path(__file__).parent
_PYTHON: Final = ROOT / ".tools/prove/bin"
_NODE: Final = ROOT / ".tools/nodejs/bin"
PACKAGES: Final = ROOT / ".tools/node/node_modules"
_ENVIRONMENT: Final = os.environ | {
    "PATH": os.pathsep.join([str(_PYTHON), str(_NODE), os.environ["PATH"]]),
    "NODE_PATH": str(PACKAGES),
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
}


def python(tool: str, *arguments: str | Path, given: str = "", where: Path = ROOT) -> str:
    """What a program of the Python environment prints. It must succeed."""
    return _printed([_PYTHON / tool, *arguments], given, where)


def node(tool: str, *arguments: str | Path, where: Path = ROOT) -> str:
    """What a program of the npm packages prints, or a file that Node runs. It must succeed."""
    packaged = PACKAGES / ".bin" / tool
    return _printed([_NODE / "node", packaged if packaged.exists() else HERE / tool, *arguments], "", where)


def _printed(command: list[str | Path], given: str, where: Path) -> str:
    done = subprocess.run(
        command, input=given, cwd=where, env=_ENVIRONMENT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
