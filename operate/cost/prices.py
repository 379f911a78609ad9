"""AWS' list prices and what is assumed beside them, of `operate/prices.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PATH: Final = Path(__file__).parent.parent / "prices.json"


@dataclass(frozen=True, slots=True)
class Prices:
    """`dollars` are of one of each, `assumed` the values by their names."""

    as_of: str
    dollars: Mapping[str, float]
    assumed: Mapping[str, float]

    @classmethod
    def read(cls, path: Path = PATH) -> "Prices":
        """Raises KeyError or ValueError where the file is not as it was."""
        content = json.loads(path.read_text())
        return cls(
            content["as_of"],
            {name: one["dollars"] / one["per"] for name, one in content["prices"].items()},
            {name: one["value"] for name, one in content["assumed"].items()},
        )
