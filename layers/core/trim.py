"""trim.py FOLDER SERVICE…: leaves botocore's data in FOLDER only what these services need.

The rest is nine tenths of the layer, and botocore reads and lists it at each cold start.
"""

import json
import shutil
import sys
from pathlib import Path


def main(folder: Path, services: set[str]) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name not in services:
            shutil.rmtree(entry)
    endpoints = folder / "endpoints.json"
    known = json.loads(endpoints.read_text())
    for partition in known["partitions"]:
        partition["services"] = {name: one for name, one in partition["services"].items() if name in services}
    endpoints.write_text(json.dumps(known, separators=(",", ":")))


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
