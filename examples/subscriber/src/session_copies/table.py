"""The copies, in a table of DynamoDB: `sessionId`, `number` of the last change, `userData`."""

from typing import Any

from boto3.dynamodb.conditions import Attr, ConditionBase
from botocore.exceptions import ClientError

from session_copies.rule import Copy


class CopyTable:
    """Copies in a boto3 Table."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def number(self, session_id: str) -> int:
        """Of the last change that the copy has; 0: there is no copy."""
        found = self._table.get_item(
            Key={"sessionId": session_id},
            ProjectionExpression="#number",
            ExpressionAttributeNames={"#number": "number"},
            ConsistentRead=True,
        )
        return int(found.get("Item", {"number": 0})["number"])

    def keep(self, session_id: str, copy: Copy) -> None:
        """A copy that is as new already, or newer, stays: numbers only grow."""
        self._write(session_id, copy, Attr("number").not_exists() | Attr("number").lt(copy.number))

    def move_on(self, session_id: str, copy: Copy) -> None:
        """Any copy but that of the change before stays, and where there is none, none is made."""
        self._write(session_id, copy, Attr("number").eq(copy.number - 1))

    def _write(self, session_id: str, copy: Copy, condition: ConditionBase) -> None:
        values = {":number": copy.number} | ({} if copy.user_data is None else {":data": copy.user_data})
        try:
            self._table.update_item(
                Key={"sessionId": session_id},
                UpdateExpression="SET #number = :number" + (", userData = :data" if ":data" in values else ""),
                ConditionExpression=condition,
                ExpressionAttributeNames={"#number": "number"},
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def drop(self, session_id: str) -> None:
        self._table.delete_item(Key={"sessionId": session_id})
