"""The sessions in DynamoDB. A change is one conditional UpdateItem: who may, when, and whether anything changes."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from facebook_session import idempotency, refusals
from facebook_session.assumptions import first_assumptions
from facebook_session.attributes import attribute, plain
from facebook_session.changes import Change
from facebook_session.database import PAUSES_SECONDS, Refused, call, call_once, wait
from facebook_session.errors import SessionNotFound, Unavailable
from facebook_session.idempotency import Request
from facebook_session.listing import Cursor, Item, List, Page
from facebook_session.refusals import Image, existing, own, took_part
from facebook_session.states import Move
from facebook_session.write import update

_WRITES: Final = 10
_DAY_SECONDS: Final = 86_400
_UNLESS_THERE: Final = {
    "ConditionExpression": "attribute_not_exists(id)",
    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
}


class SessionStore:
    """Sessions in the table `table`, through a DynamoDB client. `retention_days` after its end a session is removed;
    0: never.

    Every method raises Unavailable where DynamoDB throttles, fails or does not answer.
    """

    def __init__(self, client: Any, table: str, retention_days: int = 0) -> None:
        self._client = client
        self._table = table
        self._retention_seconds = retention_days * _DAY_SECONDS

    def update(self, session_id: str, request: Request, move: Move, change: Change) -> Item:
        """Makes the change. Returns the session after it, or of it what was written, with the change's `referenceId`.

        A request that made its change already gets the number that it got then, and a change that would alter nothing
        the session's. Neither is written.
        Raises SessionNotFound, InvalidParameter (state), PreconditionFailed and ValueOutOfRange (size).
        """
        change, assumed = self._expiring(move, change), first_assumptions(request, move)
        pauses = iter(PAUSES_SECONDS)
        for _ in range(_WRITES):
            began = idempotency.now()
            try:
                arguments = update(request, move, change, assumed)
                return plain(call_once(self._client.update_item, **self._at(session_id), **arguments)["Attributes"])
            except Refused as refused:
                old = existing(refused.item)
                number = refusals.final_reference_id(old, request, move, change, assumed)
                if number is not None:
                    return plain(old) | {"referenceId": number}
                assumed = refusals.revised(old, request, move, change, assumed)
            except Unavailable:
                _wait(pauses)
                assumed = replace(assumed, unknown_since=assumed.unknown_since or began)
        raise Unavailable  # others changed the session each time in between

    def recorded(self, session_id: str, request: Request) -> int | None:
        """The number that the request has got already; None where it is new."""
        old = call(self._client.get_item, **self._at(session_id), ConsistentRead=True).get("Item")
        return None if old is None else idempotency.reference_id(old, request)

    def repeated(self, session_id: str, request: Request, move: Move) -> int | None:
        """The number that the request has got already; None where it is new.

        Raises what `update` does of a request that the session can't take, whatever it asks for.
        """
        old = self._image(session_id)
        number = idempotency.reference_id(old, request)
        if number is None:
            refusals.demand(old, request, move, Change())
        return number

    def _expiring(self, move: Move, change: Change) -> Change:
        if not (move.ending and self._retention_seconds):
            return change
        return replace(change, expires_at=int(time.time()) + self._retention_seconds)

    def find(self, session_id: str) -> Item:
        """A session as it is now; raises SessionNotFound."""
        return plain(self._image(session_id))

    def read(self, session_id: str, user_name: str) -> Item:
        """One of the user's sessions as it is now; raises SessionNotFound."""
        return plain(own(self._image(session_id), user_name))

    def read_past(self, session_id: str, user_name: str) -> Item:
        """One of the sessions in which the user takes part, or did once; raises SessionNotFound."""
        image = self._image(session_id)
        if not took_part(image, user_name):
            raise SessionNotFound
        return plain(image)

    def create(self, item: Item) -> Item:
        """Puts a new session; where there is one of its id, returns that one as it is now."""
        try:
            call(self._client.put_item, TableName=self._table, Item=attribute(item)["M"], **_UNLESS_THERE)
        except Refused as refused:
            return plain(refused.item or {})
        return item

    def page(self, listed: List, count: int, after: Cursor | None) -> Page:
        """Up to `count` (at most 100) sessions of a list, from behind the place `after`."""
        return listed.page(self._client, self._table, count, after)

    def _image(self, session_id: str) -> Image:
        return existing(call(self._client.get_item, **self._at(session_id), ConsistentRead=True).get("Item"))

    def _at(self, session_id: str) -> dict[str, Any]:
        return {"TableName": self._table, "Key": {"id": {"S": session_id}}}


def _wait(pauses: Iterator[float]) -> None:
    """Before the next try; where there is to be none, raises the error that is being handled."""
    pause = next(pauses, None)
    if pause is None:
        raise
    wait(pause)
