"""What the function is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """`table` is where clients are kept, with what waits for them; `public_url` is the API's address up to and with
    `/api/v2`.
    """

    table: str
    public_url: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises KeyError, which names the variable, when one is missing."""
        return cls(table=environment["DESKTOP_TABLE"], public_url=environment["PUBLIC_URL"].rstrip("/"))
