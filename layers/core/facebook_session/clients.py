"""The Bayeux clients of agents' desktops, as they are kept: one item each, under the agent's user name.

So a client belongs to the user who made it: nobody else finds it. It lives for some minutes behind its last contact,
whatever becomes of the functions meanwhile: clients of Genesys' server don't subscribe again after a second handshake.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from facebook_session.attributes import attribute, plain
from facebook_session.channels import Client, is_client_id
from facebook_session.database import Refused, call
from facebook_session.expressions import Write

LIFE_SECONDS: Final = 600
"""Behind the last contact."""

_FOLDER: Final = "client#"


@dataclass(frozen=True, slots=True)
class Kept:
    """A client, the places of what its last answer with events brought it, `handed`, and the `number` of that answer,
    which may not have reached it. `poll` is the one in which it waits, `patient` if that may be held; if it is held,
    then until `held_until`, in seconds since 1970, or until that answer.
    """

    client: Client
    handed: tuple[str, ...] = ()
    number: int = 0
    poll: str = ""
    held_until: int = 0
    patient: bool = False


class Clients:
    """In the table `table`, through a DynamoDB client. Raises Unavailable as the session store does."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, user_name: str, client: Client) -> None:
        item = {
            "userName": user_name,
            "place": _FOLDER + client.client_id,
            "acknowledges": client.acknowledges,
            "expiresAt": expiry(),
        }
        call(self._client.put_item, TableName=self._table, Item=attribute(item)["M"])

    def find(self, user_name: str, client_id: str) -> Kept | None:
        """The user's client as it is now; None where there is none of this id, or no longer."""
        if not is_client_id(client_id):
            return None
        found = call(self._client.get_item, **self._at(user_name, client_id), ConsistentRead=True).get("Item")
        return _kept(plain(found)) if found and _is_alive(plain(found)) else None

    def listening(self, user_name: str) -> Iterator[Client]:
        """The user's clients that hear of sessions."""
        alive = (_kept(item).client for item in self._items(user_name) if _is_alive(item))
        return (client for client in alive if client.channel)

    def _items(self, user_name: str) -> Iterator[Mapping[str, Any]]:
        """Page by page: what has expired can lie in front of who is there."""
        start: dict[str, Any] = {}
        while True:
            found = call(
                self._client.query,
                TableName=self._table,
                KeyConditionExpression="userName = :user AND begins_with(place, :folder)",
                ExpressionAttributeValues={":user": {"S": user_name}, ":folder": {"S": _FOLDER}},
                ConsistentRead=True,
                **start,
            )
            yield from map(plain, found["Items"])
            if "LastEvaluatedKey" not in found:
                return
            start = {"ExclusiveStartKey": found["LastEvaluatedKey"]}

    def keep(self, user_name: str, before: Client, after: Client) -> bool:
        """What an exchange made of it, and that it has been in contact; False where it has disconnected meanwhile.

        Of its subscriptions only what changed is written: another request of the client may be under way.
        """
        more, less = after.subscriptions - before.subscriptions, before.subscriptions - after.subscriptions
        write = _contact()
        if more:
            write.do("ADD", f"subscriptions {write.value(set(more))}")
        elif less:
            write.do("DELETE", f"subscriptions {write.value(set(less))}")
        is_there = self._update(user_name, after.client_id, write)
        if more and less and is_there:
            write = _contact()
            write.do("DELETE", f"subscriptions {write.value(set(less))}")
            return self._update(user_name, after.client_id, write)
        return is_there

    def begin_poll(self, user_name: str, client_id: str, poll: str, *, received: bool, patient: bool = False) -> bool:
        """That the client now waits in this poll, and in no other; False where it has disconnected meanwhile.

        `received` says that what it was handed is done with, `patient` that it lets itself be held.
        """
        write = _contact()
        write.do("SET", f"poll = {write.value(poll)}, connected = {write.value(True)}")
        write.do("SET", f"patient = {write.value(patient)}")
        write.do("REMOVE", "heldUntil, handed" if received else "heldUntil")
        return self._update(user_name, client_id, write)

    def hold(self, user_name: str, client_id: str, poll: str, until: int) -> bool:
        """That the poll is held, so that who leaves it can wake it; False where the client has left it already."""
        write = _contact()
        write.do("SET", f"heldUntil = {write.value(until)}")
        write.only_if(f"poll = {write.value(poll)}")
        return self._update(user_name, client_id, write)

    def hand(self, user_name: str, client_id: str, poll: str, places: list[str], *, patient: bool) -> int | None:
        """The number of an answer that brings what lies at these places; None where the client has left the poll."""
        write = _contact()
        write.do("SET", f"handed = {write.value(places)}, patient = {write.value(patient)}")
        write.do("REMOVE", "heldUntil")
        write.do("ADD", f"answers {write.value(1)}")
        write.only_if(f"poll = {write.value(poll)}")
        arguments = write.arguments("UPDATED_NEW")
        try:
            updated = call(self._client.update_item, **self._at(user_name, client_id), **arguments)
        except Refused:
            return None
        return int(updated["Attributes"]["answers"]["N"])

    def remove(self, user_name: str, client_id: str) -> None:
        call(self._client.delete_item, **self._at(user_name, client_id))

    def _update(self, user_name: str, client_id: str, write: Write) -> bool:
        try:
            call(self._client.update_item, **self._at(user_name, client_id), **write.arguments("NONE"))
        except Refused:
            return False
        return True

    def _at(self, user_name: str, client_id: str) -> dict[str, Any]:
        key = {"userName": user_name, "place": _FOLDER + client_id}
        return {"TableName": self._table, "Key": attribute(key)["M"]}


def expiry() -> int:
    """When what is kept now is to be gone, in seconds since 1970."""
    return int(time.time()) + LIFE_SECONDS


def _contact() -> Write:
    write = Write()
    write.do("SET", f"expiresAt = {write.value(expiry())}")
    write.only_if("attribute_exists(userName)")
    return write


def _is_alive(item: Mapping[str, Any]) -> bool:
    """DynamoDB removes what has expired within days."""
    return bool(item["expiresAt"] > time.time())


def _kept(item: Mapping[str, Any]) -> Kept:
    client = Client(
        client_id=item["place"].removeprefix(_FOLDER),
        subscriptions=frozenset(item.get("subscriptions", ())),
        acknowledges=item["acknowledges"],
        connected=item.get("connected", False),
    )
    return Kept(
        client,
        handed=tuple(item.get("handed", ())),
        number=item.get("answers", 0),
        poll=item.get("poll", ""),
        held_until=item.get("heldUntil", 0),
        patient=item.get("patient", False),
    )
