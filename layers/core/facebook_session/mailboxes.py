"""What waits for a Bayeux client: letters with notifications of sessions, and words that wake a poll which it has left.

They lie under the user's name, in the order of the stream's sequence numbers, which is that of a session's changes. A
place names the records that its letter tells of: to bring the same again changes nothing, and no other letter takes the
place of one that is just being read. They expire as their client does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from facebook_session.attributes import attribute
from facebook_session.clients import expiry
from facebook_session.database import call, write_all

MAX_PAGES: Final = 4
"""Of 1 MB each: what may wait for a client."""

_FOLDER: Final = "mail#"
_SEQUENCE_NUMBER_DIGITS: Final = 40
_WAKE: Final = "~"  # behind all numbers


@dataclass(frozen=True, slots=True)
class Letter:
    """Notifications, each as JSON, at their `place`. The word that wakes a poll has none."""

    place: str
    notifications: Sequence[str] = ()

    def concerns(self, poll: str) -> bool:
        """Whether it is to end this poll: it says something, or wakes this one."""
        return bool(self.notifications) or self.place.endswith(f"#{_WAKE}{poll}")


def letter(client_id: str, first: str, last: str, part: int, notifications: Sequence[str]) -> Letter:
    """What the stream's records from `first` to `last`, sequence numbers, bring to a client. `part` counts from 0 where
    it takes several letters.
    """
    return Letter(f"{_folder(client_id)}{_digits(first)}#{_digits(last)}#{part:06}", notifications)


def _digits(sequence_number: str) -> str:
    return sequence_number.zfill(_SEQUENCE_NUMBER_DIGITS)


def _folder(client_id: str) -> str:
    return f"{_FOLDER}{client_id}#"


class Mailboxes:
    """In the table `table`, through a DynamoDB client. Raises Unavailable as the session store does."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, letters: Iterable[tuple[str, Letter]]) -> None:
        """Letters, each with its user's name, in no order."""
        write_all(self._client, self._table, [{"PutRequest": {"Item": _item(user, one)}} for user, one in letters])

    def wake(self, user_name: str, client_id: str, poll: str) -> None:
        self.put([(user_name, Letter(f"{_folder(client_id)}{_WAKE}{poll}"))])

    def waiting(self, user_name: str, client_id: str, *, consistent: bool) -> list[Letter]:
        """From the front, up to 1 MB. What is not read consistently, at half the price, may lack the newest."""
        found = self._page(user_name, client_id, ConsistentRead=consistent)
        return [Letter(item["place"]["S"], [one["S"] for one in item["notifications"]["L"]]) for item in found["Items"]]

    def overflows(self, user_name: str, client_id: str) -> bool:
        """Whether more waits than may."""
        start: dict[str, Any] = {}
        for _ in range(MAX_PAGES):
            found = self._page(user_name, client_id, Select="COUNT", **start)
            if "LastEvaluatedKey" not in found:
                return False
            start = {"ExclusiveStartKey": found["LastEvaluatedKey"]}
        return True

    def _page(self, user_name: str, client_id: str, **how: Any) -> dict[str, Any]:
        return call(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="userName = :user AND begins_with(place, :folder)",
            ExpressionAttributeValues={":user": {"S": user_name}, ":folder": {"S": _folder(client_id)}},
            **how,
        )

    def remove(self, user_name: str, places: Iterable[str]) -> None:
        keys = (attribute({"userName": user_name, "place": place})["M"] for place in places)
        write_all(self._client, self._table, [{"DeleteRequest": {"Key": key}} for key in keys])


def _item(user_name: str, one: Letter) -> dict[str, Any]:
    item = {
        "userName": user_name,
        "place": one.place,
        "notifications": list(one.notifications),
        "expiresAt": expiry(),
    }
    return dict(attribute(item)["M"])
