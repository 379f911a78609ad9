"""What the function is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """`bucket` is where what was not announced lies."""

    bucket: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises KeyError, which names the variable, when one is missing."""
        return cls(bucket=environment["UNDELIVERED_BUCKET"])
