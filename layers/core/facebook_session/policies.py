"""The policies that were put, one item for each version, and the present one, which is held for some seconds."""

import json
import time
from collections.abc import Mapping
from typing import Any, Final

from facebook_session import exact_json
from facebook_session.attributes import attribute, plain
from facebook_session.changes import now
from facebook_session.database import Refused, call
from facebook_session.errors import PreconditionFailed
from facebook_session.policy import NO_POLICY, Document, Policy

MAX_AGE_SECONDS: Final = 30
"""So long after it was put an older policy may still be in force."""

_SETTING: Final = "dispositions"


class Policies:
    """In the table `table`, through a DynamoDB client. Every method raises Unavailable as the session store does."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table
        self._held: tuple[float, Policy] | None = None

    def current(self) -> Policy:
        """The present one, or the one of MAX_AGE_SECONDS ago."""
        if self._held and 0 <= time.time() - self._held[0] < MAX_AGE_SECONDS:
            return self._held[1]
        began = time.time()
        self._held = None
        policy = self.newest()
        self._held = began, policy
        return policy

    def newest(self) -> Policy:
        """The present one as the table has it; NO_POLICY where none was ever put."""
        found = call(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="setting = :setting",
            ExpressionAttributeValues={":setting": {"S": _SETTING}},
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=1,
        )
        return _policy(found["Items"][0]) if found["Items"] else NO_POLICY

    def version(self, number: int) -> Policy | None:
        """An earlier one; None where there is none of this number."""
        key = attribute({"setting": _SETTING, "version": number})["M"]
        found = call(self._client.get_item, TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return _policy(found) if found else None

    def put(self, document: Document, by: str, if_match: frozenset[int] | None = None) -> int:
        """Puts a valid document as the next version, and returns its number.

        Raises PreconditionFailed where the present version is none of `if_match`, or where others put one meanwhile;
        but the present document can be put again, since a repeat must find what its first has done.
        """
        present = self.newest()
        if present.version and present.document == document:
            return present.version
        if if_match is not None and present.version not in if_match:
            raise PreconditionFailed(present.version)
        try:
            self._put(present.version + 1, document, by)
        except PreconditionFailed:
            if if_match is None:
                return self.put(document, by)
            raise
        self._held = None
        return present.version + 1

    def _put(self, version: int, document: Document, by: str) -> None:
        item = {
            "setting": _SETTING,
            "version": version,
            "document": exact_json.dumps(document),
            "putAt": now(),
            "putBy": by,
        }
        unless_there = "attribute_not_exists(setting)"
        try:
            call(
                self._client.put_item,
                TableName=self._table,
                Item=attribute(item)["M"],
                ConditionExpression=unless_there,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except Refused as refused:
            if plain(refused.item or {}).get("document") != item["document"]:  # ours, whose answer was lost
                raise PreconditionFailed(version) from None


def _policy(item: Mapping[str, Any]) -> Policy:
    stored = plain(item)
    return Policy.of(stored["version"], json.loads(stored["document"]))
