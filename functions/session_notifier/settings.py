"""What the function is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """`topic_arn` is where notifications go; `public_url` is the address of the API up to and with `/api/v2`.

    A plain dataclass: importing pydantic for two strings would add a third to the cold start.
    """

    topic_arn: str
    public_url: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises KeyError, which names the variable, when one is missing."""
        return cls(environment["NOTIFICATION_TOPIC_ARN"], environment["PUBLIC_URL"].rstrip("/"))
