"""Whether an agent's desktop has said that it is at work. Nothing but `GET /me` depends on it."""

from collections.abc import Mapping
from typing import Any, Final

from facebook_session.attributes import attribute, plain
from facebook_session.database import call

STATES: Final[Mapping[str, str]] = {"StartContactCenterSession": "Started", "EndContactCenterSession": "Ended"}
"""Where each operation leads, from wherever."""

NEVER_STARTED: Final = "Ended"

_PLACE: Final = "user"


class ContactCenterSessions:
    """In the table `table` of the desktops, through a DynamoDB client. Every method raises Unavailable as the session
    store does.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def state(self, user_name: str) -> str:
        found = call(self._client.get_item, TableName=self._table, Key=_item(user_name), ConsistentRead=True)
        return str(plain(found.get("Item", {})).get("contactCenterSession", NEVER_STARTED))

    def put(self, user_name: str, state: str) -> None:
        call(self._client.put_item, TableName=self._table, Item=_item(user_name, contactCenterSession=state))


def _item(user_name: str, **more: str) -> dict[str, Any]:
    """In the same table `place` tells apart what is kept of a user's desktops."""
    item: dict[str, Any] = attribute({"userName": user_name, "place": _PLACE, **more})["M"]
    return item
