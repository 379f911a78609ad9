"""What the function is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from rest_api.cors import Origins


@dataclass(frozen=True, slots=True)
class Settings:
    """`table` is where clients are kept, with what waits for them. A connect is held for `hold_seconds`, and at most
    `held_connects` at a time. `origins` are those of desktops in a browser.

    A plain dataclass, as the notifier's.
    """

    table: str
    hold_seconds: int
    held_connects: int
    origins: Origins

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises KeyError, which names the variable, when one is missing, and ValueError where it is no number."""
        return cls(
            table=environment["DESKTOP_TABLE"],
            hold_seconds=int(environment["HOLD_SECONDS"]),
            held_connects=int(environment["HELD_CONNECTS"]),
            origins=Origins(environment["ALLOWED_ORIGINS"], credentials=True),
        )
