"""The transcript: every message of a session under its index, for reading.

It follows from the changes of the session's item. Whoever makes a change adds its messages at once, so that desktops
read what they wrote; the notifier adds them again before it announces them, so that none is missing for a crash in
between.
"""

import itertools
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from facebook_session.attributes import attribute, plain
from facebook_session.database import call, write_all
from facebook_session.messages import Message, added

_SHORT_BYTES: Final = 4

MESSAGE_ATTRIBUTES: Final = ("id", "transcript", "participants", "departed", "messageCount", "newMessages")
"""The attributes of a session's item that `kept` needs."""


def new_transcript_id() -> str:
    """Eight characters for the attribute `transcript` of a new session's item."""
    return secrets.token_hex(_SHORT_BYTES)


def transcript_key(item: Mapping[str, Any]) -> str:
    """Of the transcript of a session, whose item is given as plain values: `{id}/{transcript}`.

    Of an id that is used again each session has its own. Items that are older than this have the id alone.
    """
    session_id: str = item["id"]
    return f"{session_id}/{item['transcript']}" if "transcript" in item else session_id


def kept(item: Mapping[str, Any]) -> Iterator[tuple[str, Message]]:
    """The messages that a session's last change added to its transcript, each with the transcript's key."""
    return ((transcript_key(item), message) for message in added(item) if "index" in message)


class Transcript:
    """Messages in the table `table`, through a DynamoDB client. Raises Unavailable as the session store does.

    Transcripts are told apart by their `key`, which the table calls `sessionId`.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, messages: Iterable[tuple[str, Message]]) -> None:
        """Puts messages, each with its transcript's key. One that is there already stays as it is."""
        items = {(key, message["index"]): message | {"sessionId": key} for key, message in messages}
        write_all(
            self._client, self._table, [{"PutRequest": {"Item": attribute(item)["M"]}} for item in items.values()]
        )

    def erase(self, key: str) -> None:
        """Deletes all messages of the transcript with this key."""
        while keys := self._keys(key):
            write_all(self._client, self._table, [{"DeleteRequest": {"Key": one}} for one in keys])

    def _keys(self, key: str) -> Sequence[Mapping[str, Any]]:
        found = call(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="sessionId = :session",
            ProjectionExpression="sessionId, #index",
            ExpressionAttributeNames={"#index": "index"},
            ExpressionAttributeValues={":session": {"S": key}},
            ConsistentRead=True,
        )
        keys: Sequence[Mapping[str, Any]] = found["Items"]
        return keys

    def read(self, key: str, start_index: int, count: int) -> Sequence[Message]:
        """Up to `count` messages in order, from `start_index` on. It ends before a message that is still to come."""
        found = call(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="sessionId = :session AND #index >= :start",
            ExpressionAttributeNames={"#index": "index"},
            ExpressionAttributeValues={":session": {"S": key}, ":start": {"N": str(start_index)}},
            ConsistentRead=True,
            Limit=count,
        )
        expected = itertools.count(start_index)
        messages = (plain(item) for item in found["Items"])
        gapless = itertools.takewhile(lambda message: message["index"] == next(expected), messages)
        return [{name: value for name, value in message.items() if name != "sessionId"} for message in gapless]
