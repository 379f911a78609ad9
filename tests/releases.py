"""The previous release, out of the repository's history."""

import io
import subprocess
import tarfile
from pathlib import Path
from typing import Any, Final

import pytest

from tests import template
from tests.template import ROOT

VERSION: Final = "0.1.0"
# Release 0.1.0 is this commit; there is no tag.
COMMIT: Final = "ef8d7b1a9755fd923abb2d90654c4068baabe9fa"

_DEPLOYED: Final = ("template.yaml", "samconfig.toml", "functions", "layers", "local")


def previous_template(folder: Path) -> dict[str, Any]:
    """As tests.template reads it; `folder` is for the file."""
    return template.read(_unpack(folder, "template.yaml") / "template.yaml")


def previous_tree(folder: Path) -> Path:
    """`folder`, with what is needed to build and deploy that release."""
    return _unpack(folder, *_DEPLOYED)


def _unpack(folder: Path, *paths: str) -> Path:
    """Skips the test where the commit isn't here, as in a shallow clone or in a copy without its history."""
    archive = ["git", "archive", "--format=tar", COMMIT, *paths]
    try:
        done = subprocess.run(archive, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f"Release {VERSION} is not in this clone's history; git fetch --unshallow gets it.")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tree:
        tree.extractall(folder, filter="data")
    return folder
