"""Where each session was counted, and the counts, in two tables of DynamoDB that change together.

Sessions: `sessionId`, `number`, and of the group, where there is one, `day`, `code`, `queue`, `agent`.
Counts: `day`, `group`, which is a digest of the rest, `code`, `queue`, `agent`, and `count`.
"""

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict
from typing import Any

from botocore.exceptions import ClientError

from disposition_counts.rule import Counted, Group

MAX_KEYS = 100
"""That one BatchGetItem takes."""

_OVERTAKEN = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
_PAUSE_SECONDS = 0.05

Item = dict[str, Any]


class Overtaken(Exception):
    """Another function has counted the session meanwhile, or is about to."""


class CountTables:
    """`client` is one of DynamoDB that takes plain values, as a boto3 resource has it."""

    def __init__(self, client: Any, sessions: str, counts: str) -> None:
        self._client = client
        self._sessions = sessions
        self._counts = counts

    def counted(self, session_ids: Collection[str]) -> dict[str, Counted]:
        """Where these sessions, of which no two are the same, were counted last."""
        ids = [*session_ids]
        found = {one: Counted() for one in ids}
        for start in range(0, len(ids), MAX_KEYS):
            for item in self._items(ids[start : start + MAX_KEYS]):
                found[item["sessionId"]] = Counted(int(item["number"]), _group(item))
        return found

    def _items(self, ids: list[str]) -> Iterator[Item]:
        """DynamoDB may leave some out, and says so."""
        wanted: Any = {self._sessions: {"Keys": [{"sessionId": one} for one in ids], "ConsistentRead": True}}
        while wanted:
            answer = self._client.batch_get_item(RequestItems=wanted)
            yield from answer["Responses"].get(self._sessions, ())
            wanted = answer.get("UnprocessedKeys")
            if wanted:
                time.sleep(_PAUSE_SECONDS)

    def move(self, session_id: str, before: Counted, after: Counted) -> None:
        """Counts the session where it is after, and no more where it was before, in one write.

        Raises Overtaken, with nothing written, where it isn't counted as before any more.
        """
        put = {"TableName": self._sessions, "Item": _item(session_id, after)} | _only_if_still(before)
        steps = [(before.group, -1), (after.group, 1)]
        updates = [{"Update": self._step(group, by)} for group, by in steps if group and before.group != after.group]
        if updates:
            _demand(self._client.transact_write_items, TransactItems=[{"Put": put}, *updates])
        else:
            _demand(self._client.put_item, **put)

    def _step(self, group: Group, by: int) -> Item:
        return {
            "TableName": self._counts,
            "Key": {"day": group.day, "group": digest(group)},
            "UpdateExpression": "SET code = :code, queue = :queue, #agent = :agent ADD #count :by",
            "ExpressionAttributeNames": {"#count": "count", "#agent": "agent"},
            "ExpressionAttributeValues": {":code": group.code, ":queue": group.queue, ":agent": group.agent, ":by": by},
        }


def digest(group: Group) -> str:
    """A code can be longer than a key of the table."""
    return hashlib.sha256(json.dumps([group.code, group.queue, group.agent]).encode()).hexdigest()


def _item(session_id: str, counted: Counted) -> Item:
    return {"sessionId": session_id, "number": counted.number} | (asdict(counted.group) if counted.group else {})


def _group(item: Item) -> Group | None:
    return Group(item["day"], item["code"], item["queue"], item["agent"]) if "day" in item else None


def _only_if_still(before: Counted) -> Item:
    if not before.number:
        return {"ConditionExpression": "attribute_not_exists(sessionId)"}
    return {
        "ConditionExpression": "#number = :before",
        "ExpressionAttributeNames": {"#number": "number"},
        "ExpressionAttributeValues": {":before": before.number},
    }


def _demand(write: Callable[..., Any], **call: Any) -> None:
    """Raises Overtaken where the write was refused for the state of an item alone."""
    try:
        write(**call)
    except ClientError as error:
        if _reasons(error) <= _OVERTAKEN:
            raise Overtaken from None
        raise


def _reasons(error: ClientError) -> set[str]:
    response: Any = error.response
    if response["Error"]["Code"] == "TransactionCanceledException":
        return {one["Code"] for one in response["CancellationReasons"]} - {"None"}
    return {response["Error"]["Code"].removesuffix("Exception")}
