"""The sessions of a running stack."""

from typing import Any

from operate.bucket import Record


class Sessions:
    """In a boto3 Table."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def have(self, record: Record) -> bool:
        """Whether the session that a stream record is of is still there. One that names none is anybody's."""
        if "Keys" not in record["dynamodb"]:
            return True
        key = {"id": record["dynamodb"]["Keys"]["id"]["S"]}
        return "Item" in self._table.get_item(Key=key, ProjectionExpression="id", ConsistentRead=True)

    def remove(self, session_id: str) -> bool:
        """Whether there was such a session."""
        return "Attributes" in self._table.delete_item(Key={"id": session_id}, ReturnValues="ALL_OLD")
