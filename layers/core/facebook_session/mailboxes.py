"""What waits for a Bayeux client: notifications of sessions, and a word that wakes the poll in which the client waits.

They lie under the user's name, in the order of the stream's sequence numbers, which is that of a session's changes. The
same notifications always take the same place, so to bring them again changes nothing. They expire as their client does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from facebook_session.attributes import attribute
from facebook_session.clients import expiry
from facebook_session.database import call, write_all

_FOLDER: Final = "mail#"
_SEQUENCE_NUMBER_DIGITS: Final = 40
_WAKE: Final = "~"  # behind all numbers


@dataclass(frozen=True, slots=True)
class Letter:
    """Notifications, as a JSON array, at their `place`. Without any it wakes the poll, and says nothing."""

    place: str
    notifications: str

    @property
    def wakes(self) -> bool:
        return self.place.endswith(_WAKE)


def letter(client_id: str, sequence_number: str, part: int, notifications: str) -> Letter:
    """What the stream's record of this number, and those behind it, brings to a client, in its `part`, from 0."""
    return Letter(
        f"{_folder(client_id)}{sequence_number.zfill(_SEQUENCE_NUMBER_DIGITS)}#{part:06}",
        notifications,
    )


def _folder(client_id: str) -> str:
    return f"{_FOLDER}{client_id}#"


class Mailboxes:
    """In the table `table`, through a DynamoDB client. Raises Unavailable as the session store does."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, letters: Iterable[tuple[str, Letter]]) -> None:
        """Letters, each with its user's name, in no order."""
        items = (
            {"userName": user, "place": one.place, "notifications": one.notifications, "expiresAt": expiry()}
            for user, one in letters
        )
        write_all(self._client, self._table, [{"PutRequest": {"Item": attribute(item)["M"]}} for item in items])

    def wake(self, user_name: str, client_id: str) -> None:
        self.put([(user_name, Letter(_folder(client_id) + _WAKE, ""))])

    def waiting(self, user_name: str, client_id: str, *, consistent: bool) -> list[Letter]:
        """From the front, up to 1 MB. What is not read consistently, at half the price, may lack the newest."""
        found = call(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="userName = :user AND begins_with(place, :folder)",
            ExpressionAttributeValues={":user": {"S": user_name}, ":folder": {"S": _folder(client_id)}},
            ConsistentRead=consistent,
        )
        return [Letter(item["place"]["S"], item["notifications"]["S"]) for item in found["Items"]]

    def remove(self, user_name: str, places: Sequence[str]) -> None:
        keys = (attribute({"userName": user_name, "place": place})["M"] for place in places)
        write_all(self._client, self._table, [{"DeleteRequest": {"Key": key}} for key in keys])
