"""How many connects are held at a time, by all instances of the function: each is one of them that runs.

They are counted in slices of time as long as a hold may last, in one item each. So a hold that ended without a word,
with its function, counts no longer than until the slice behind its own is over.
"""

import time
from contextlib import suppress
from typing import Any, Final

from facebook_session.attributes import attribute
from facebook_session.database import call
from facebook_session.errors import Unavailable

_NOBODY: Final = "/holds"  # should a user be called so: what is kept of users lies at other places
_LIFE_SLICES: Final = 10


class Holds:
    """At most `limit`, of `seconds` each, in the table `table`, through a DynamoDB client."""

    def __init__(self, client: Any, table: str, limit: int, seconds: int) -> None:
        self._client = client
        self._table = table
        self._limit = limit
        self._seconds = seconds

    def begin(self) -> int | None:
        """The slice that the hold counts in, to `end` it; None where there are too many, or nobody can tell."""
        if not (self._limit and self._seconds):
            return None
        begun = int(time.time()) // self._seconds
        with suppress(Unavailable):
            if self._count(begun, 1) + self._begun_in(begun - 1) <= self._limit:
                return begun
            self.end(begun)
        return None

    def end(self, begun: int) -> None:
        """What the hold has brought is not lost where this fails."""
        with suppress(Unavailable):
            self._count(begun, -1)

    def _count(self, begun: int, more: int) -> int:
        """Of those of a slice that have not ended, after `more` of them."""
        values = {":more": more, ":expiry": (begun + _LIFE_SLICES) * self._seconds}
        updated = call(
            self._client.update_item,
            **self._at(begun),
            UpdateExpression="ADD held :more SET expiresAt = :expiry",
            ExpressionAttributeValues=attribute(values)["M"],
            ReturnValues="UPDATED_NEW",
        )
        return int(updated["Attributes"]["held"]["N"])

    def _begun_in(self, begun: int) -> int:
        found = call(self._client.get_item, **self._at(begun)).get("Item")
        return int(found["held"]["N"]) if found else 0

    def _at(self, begun: int) -> dict[str, Any]:
        return {"TableName": self._table, "Key": attribute({"userName": _NOBODY, "place": str(begun)})["M"]}
