"""What the function is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """`topic_arn` is where notifications go, `message_table` where transcripts are kept, and `bucket` where records lie
    that can't be announced. `removal_queue` is the URL of the queue to the eraser, `public_url` the address of the API
    up to and with `/api/v2`. `personal_data` says whether notifications hold any.

    A plain dataclass: importing pydantic for five strings would add a third to the cold start.
    """

    topic_arn: str
    message_table: str
    bucket: str
    removal_queue: str
    public_url: str
    personal_data: bool

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Raises KeyError, which names the variable, when one is missing."""
        return cls(
            topic_arn=environment["NOTIFICATION_TOPIC_ARN"],
            message_table=environment["MESSAGE_TABLE"],
            bucket=environment["UNDELIVERED_BUCKET"],
            removal_queue=environment["REMOVAL_QUEUE_URL"],
            public_url=environment["PUBLIC_URL"].rstrip("/"),
            personal_data=environment["PERSONAL_DATA"] == "include",
        )
