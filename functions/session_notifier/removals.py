"""Removals on their way to the eraser, which has the time that announcing has not."""

from collections.abc import Sequence
from typing import Any, Final

from aws_lambda_powertools.logging import Logger

from facebook_session.removal import Removal

MAX_REMOVALS: Final = 10  # the most that one SendMessageBatch takes

logger = Logger(child=True)


class Removals:
    """The queue at `url`, through an SQS client."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, removals: Sequence[Removal]) -> int:
        """How many from the front, of at most MAX_REMOVALS, the queue took; raises what the client raises."""
        entries = [{"Id": str(place), "MessageBody": one.to_json()} for place, one in enumerate(removals)]
        answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        if "Failed" in answer:
            logger.warning("Removals refused by the queue", codes=sorted({one["Code"] for one in answer["Failed"]}))
        accepted = {one["Id"] for one in answer.get("Successful", ())}
        return next((place for place, one in enumerate(entries) if one["Id"] not in accepted), len(entries))
