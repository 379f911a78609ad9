"""The command behind `make audit`: asks which of the packages that are pinned have known vulnerabilities.

Where nobody can be asked it says so in a line, and that is no failure; what is found is one.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from tests.template import ROOT

TOOL: Final = ROOT / ".tools/scan/bin/pip-audit"
SECONDS: Final = 240
_AS_PINNED: Final = (
    "--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "10",
)  # fmt: skip
_UNREACHABLE: Final = re.compile(
    r"\b(\w*(?:Connection|Proxy|SSL|HTTP|Service|Timeout)\w*(?:Error|Exception)|\w*Timeout)\b"
)

Audited = Mapping[str, Any]
"""A package as pip-audit tells of it: `name`, and `version` with `vulns`, or `skip_reason`."""


class Unreachable(Exception):
    """Why nobody could be asked."""


def main() -> int:
    deadline, found, count = time.monotonic() + SECONDS, list[str](), 0
    try:
        for file in files():
            packages = audited(file, deadline - time.monotonic())
            count += len(packages)
            found += [f"{one} ({file.relative_to(ROOT)})" for one in vulnerable(packages)]
    except Unreachable as reason:
        print(f"Not audited: nobody could be asked which packages have known vulnerabilities ({reason}).")
    else:
        print(f"{count} pinned packages audited, {len(found)} known vulnerabilities.")
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


def files() -> Sequence[Path]:
    """The layer's first: it is what runs on AWS."""
    return [ROOT / "layers/core/requirements.txt", *sorted((ROOT / "requirements").glob("*.txt"))]


def audited(file: Path, seconds: float) -> Sequence[Audited]:
    """Those of its packages of which something is known; raises Unreachable, or OSError where the tool is broken."""
    command = [str(TOOL), "--requirement", str(file), *_AS_PINNED]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=max(seconds, 0))
    except subprocess.TimeoutExpired:
        raise Unreachable(f"no answer within {SECONDS} s") from None
    if not done.stdout.startswith("{"):
        raise failure(done.stderr)
    packages: Sequence[Audited] = json.loads(done.stdout)["dependencies"]
    known = [one for one in packages if "skip_reason" not in one]
    if packages and not known:
        raise Unreachable(packages[0]["skip_reason"])
    return known


def failure(errors: str) -> Exception:
    """Of the line that a traceback ends with. What isn't the network's is the tool's."""
    last = errors.rstrip().rpartition("\n")[2]
    cause = _UNREACHABLE.search(last)
    return Unreachable(cause[1]) if cause else OSError(last)


def vulnerable(packages: Sequence[Audited]) -> Iterator[str]:
    for package in packages:
        for one in package["vulns"]:
            mended = ", ".join(one["fix_versions"]) or "no version yet"
            yield f"{package['name']} {package['version']}: {one['id']}, mended in {mended}"


if __name__ == "__main__":
    sys.exit(main())
