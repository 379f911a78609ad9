"""The sessions of a running stack."""

from collections.abc import Mapping
from typing import Any

from operate.bucket import Record

Item = Mapping[str, Any]


class Sessions:
    """In a boto3 Table."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def have(self, record: Record) -> bool:
        """Whether the session that a stream record is of is still there, and not another of the same id.

        A record that names none is anybody's.
        """
        change = record["dynamodb"]
        if "Keys" not in change:
            return True
        key = {"id": change["Keys"]["id"]["S"]}
        found = self._table.get_item(Key=key, ProjectionExpression="id, createdAt", ConsistentRead=True).get("Item")
        image = change.get("NewImage", change.get("OldImage", {}))
        return found is not None and image.get("createdAt", {}).get("S") in (None, found.get("createdAt"))

    def remove(self, session_id: str) -> Item | None:
        """The session as it was; None: there was none."""
        item: Item | None = self._table.delete_item(Key={"id": session_id}, ReturnValues="ALL_OLD").get("Attributes")
        return item
