"""What the function is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """`message_table` is where transcripts are kept, and `bucket` where records lie that can't be announced."""

    message_table: str
    bucket: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises KeyError, which names the variable, when one is missing."""
        return cls(message_table=environment["MESSAGE_TABLE"], bucket=environment["UNDELIVERED_BUCKET"])
