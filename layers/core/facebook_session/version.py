"""The version of the system, as `GET /diagnostics/version` tells it."""

from typing import Final

VERSION: Final = "0.2.0"
