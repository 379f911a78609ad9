"""Lists of sessions: an index finds them, and the table tells them as they are now."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from facebook_session.attributes import attribute, plain
from facebook_session.database import call
from facebook_session.errors import Unavailable

_ATTRIBUTES: Final = (
    "id",
    "createdAt",
    "state",
    "owner",
    "participants",
    "agents",
    "userData",
    "comment",
    "queueName",
    "inFocus",
)
_PROJECTION: Final = {
    "ProjectionExpression": ", ".join(f"#{name}" for name in _ATTRIBUTES),
    "ExpressionAttributeNames": {f"#{name}": name for name in _ATTRIBUTES},
}
"""What a list shows of a session and what decides whether it belongs there: its last messages could fill the answer."""

Item = dict[str, Any]
Image = Mapping[str, Any]
Cursor = Mapping[str, str]
"""Where a page of a list ended: `id` and `createdAt` of its last session."""


@dataclass(frozen=True, slots=True)
class Page:
    """Sessions of a list, and the place behind which it goes on; None: it ends here."""

    sessions: list[Item]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class Index:
    """One of the table's: the sessions with the same value of `attribute`, by `createdAt`."""

    name: str
    attribute: str


OPEN_SESSIONS: Final = Index("OpenSessions", "owner")
SESSIONS_BY_STATE: Final = Index("SessionsByState", "state")


@dataclass(frozen=True, slots=True)
class List:
    """The sessions of the index `index` whose attribute has the value `value`, newest or oldest first."""

    index: Index
    value: str
    oldest_first: bool = False

    def page(self, client: Any, table: str, count: int, after: Cursor | None) -> Page:
        """Up to `count` (at most 100) sessions from behind the place `after`; raises Unavailable.

        The index is a moment behind the table, so each is read again as it is now, and those that no longer belong
        there are left out.
        """
        found = call(client.query, TableName=table, **self._query(count, after))
        keys = found["Items"]
        images, left = _read_all(client, table, [key["id"]["S"] for key in keys])
        if not left:
            last = found.get("LastEvaluatedKey")
            return Page(self._current(images, keys), cursor_after(plain(last)) if last else None)
        read = list(itertools.takewhile(lambda key: key["id"]["S"] not in left, keys))
        if not read:
            raise Unavailable
        return Page(self._current(images, read), cursor_after(plain(read[-1])))

    def _query(self, count: int, after: Cursor | None) -> dict[str, Any]:
        start = {"ExclusiveStartKey": attribute({**after, self.index.attribute: self.value})["M"]} if after else {}
        return start | {
            "IndexName": self.index.name,
            "KeyConditionExpression": "#attribute = :value",
            "ExpressionAttributeNames": {"#attribute": self.index.attribute},
            "ExpressionAttributeValues": {":value": {"S": self.value}},
            "ScanIndexForward": self.oldest_first,
            "Limit": count,
        }

    def _current(self, images: Mapping[str, Image], keys: Sequence[Image]) -> list[Item]:
        read = (images.get(key["id"]["S"]) for key in keys)
        belongs = {"S": self.value}
        return [plain(image) for image in read if image and image.get(self.index.attribute) == belongs]


def _read_all(client: Any, table: str, ids: Sequence[str]) -> tuple[dict[str, Image], set[str]]:
    """The sessions of these ids as they are now, and the ids that this answer had no room for."""
    if not ids:
        return {}, set()
    wanted = {table: {"Keys": [{"id": {"S": one}} for one in ids], "ConsistentRead": True, **_PROJECTION}}
    answer = call(client.batch_get_item, RequestItems=wanted)
    left = answer.get("UnprocessedKeys", {}).get(table, {"Keys": ()})["Keys"]
    return {one["id"]["S"]: one for one in answer["Responses"][table]}, {one["id"]["S"] for one in left}


def cursor_after(item: Item) -> Cursor:
    """Where a page ends that has this session as its last."""
    return {"id": item["id"], "createdAt": item["createdAt"]}
