"""What a log may say of an exception: its class and where it happened. Its message can hold what a client sent."""

import traceback
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError


def fault(error: Exception) -> dict[str, Any]:
    """The class, AWS's error code if there is one, and the frames, innermost last."""
    details: dict[str, Any] = {
        "error": type(error).__name__,
        "frames": [
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ],
    }
    return details | {"code": error.response["Error"]["Code"]} if isinstance(error, ClientError) else details
