"""The transcript: every message of a session under its index, for reading.

It follows from the changes of the session's item. Whoever makes a change adds its messages at once, so that desktops
read what they wrote; the notifier adds them again before it announces them, so that none is missing for a crash in
between.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from facebook_session.attributes import attribute, plain
from facebook_session.database import PAUSES_SECONDS, called, wait
from facebook_session.errors import Unavailable
from facebook_session.messages import Message

_BATCH: Final = 25  # the most that one BatchWriteItem takes


class Transcript:
    """Messages in the table `table`, through a DynamoDB client. Raises Unavailable as the session store does."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, messages: Iterable[tuple[str, Message]]) -> None:
        """Puts messages, each with its session's id. One that is there already stays as it is."""
        items = {
            (session_id, message["index"]): message | {"sessionId": session_id} for session_id, message in messages
        }
        self._write_all([{"PutRequest": {"Item": attribute(item)["M"]}} for item in items.values()])

    def erase(self, session_id: str) -> None:
        """Deletes all messages of a session."""
        while keys := self._keys(session_id):
            self._write_all([{"DeleteRequest": {"Key": key}} for key in keys])

    def _keys(self, session_id: str) -> Sequence[Mapping[str, Any]]:
        found = called(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="sessionId = :session",
            ProjectionExpression="sessionId, #index",
            ExpressionAttributeNames={"#index": "index"},
            ExpressionAttributeValues={":session": {"S": session_id}},
            ConsistentRead=True,
        )
        keys: Sequence[Mapping[str, Any]] = found["Items"]
        return keys

    def _write_all(self, requests: Sequence[Mapping[str, Any]]) -> None:
        for start in range(0, len(requests), _BATCH):
            self._write({self._table: requests[start : start + _BATCH]})

    def _write(self, batch: Mapping[str, Any]) -> None:
        """DynamoDB can leave a part of a batch undone, which is then to be sent again."""
        for pause in (0, *PAUSES_SECONDS):
            wait(pause)
            batch = called(self._client.batch_write_item, RequestItems=batch).get("UnprocessedItems", {})
            if not batch:
                return
        raise Unavailable

    def read(self, session_id: str, start_index: int, count: int) -> Sequence[Message]:
        """Up to `count` messages in order, from `start_index` on. It ends before a message that is still to come."""
        found = called(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="sessionId = :session AND #index >= :start",
            ExpressionAttributeNames={"#index": "index"},
            ExpressionAttributeValues={":session": {"S": session_id}, ":start": {"N": str(start_index)}},
            ConsistentRead=True,
            Limit=count,
        )
        expected = itertools.count(start_index)
        messages = (plain(item) for item in found["Items"])
        gapless = itertools.takewhile(lambda message: message["index"] == next(expected), messages)
        return [{name: value for name, value in message.items() if name != "sessionId"} for message in gapless]
