"""Reads JSON values by the names of their schemas, and writes what the generated client makes of them."""

import json
import sys
from typing import Any

from sessions_client import models


def through(name: str, value: Any) -> Any:
    """The value, read and written by the client's model."""
    model = getattr(models, name, None)
    return model.from_dict(value).to_dict() if model else "The client has no such model."


json.dump({name: through(name, value) for name, value in json.load(sys.stdin).items()}, sys.stdout)
