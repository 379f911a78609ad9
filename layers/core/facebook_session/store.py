"""The sessions in DynamoDB. A change is one conditional UpdateItem: who may, when, and whether anything changes."""

import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from facebook_session import idempotency, refusals
from facebook_session.attributes import attribute, plain
from facebook_session.changes import Change
from facebook_session.database import PAUSES_SECONDS, Refused, call, call_once, wait
from facebook_session.errors import Unavailable
from facebook_session.idempotency import Request
from facebook_session.refusals import Image, existing, own, takes_part
from facebook_session.states import Move, State
from facebook_session.write import Assumptions, update

_OPEN_SESSIONS: Final = "OpenSessions"
_WRITES: Final = 10
_DAY_SECONDS: Final = 86_400
_LIST_ATTRIBUTES: Final = (
    "id",
    "createdAt",
    "state",
    "participants",
    "agents",
    "userData",
    "comment",
    "queueName",
    "inFocus",
)
_LIST_PROJECTION: Final = {
    "ProjectionExpression": ", ".join(f"#{name}" for name in _LIST_ATTRIBUTES),
    "ExpressionAttributeNames": {f"#{name}": name for name in _LIST_ATTRIBUTES},
}
"""What a list shows of a session and what decides whose it is: its last messages could fill the answer."""

_UNLESS_THERE: Final = {
    "ConditionExpression": "attribute_not_exists(id)",
    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
}

Item = dict[str, Any]
Cursor = Mapping[str, str]
"""Where a page of a list ended: `id` and `createdAt` of its last session."""


@dataclass(frozen=True, slots=True)
class Page:
    """Sessions of a list, and the place behind which it goes on; None: it ends here."""

    sessions: list[Item]
    next: Cursor | None


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
        change, assumed = self._expiring(move, change), Assumptions()
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

    def repeated(self, session_id: str, request: Request, move: Move) -> int | None:
        """The number that the request has got already; None where it is new.

        Raises what `update` does of a request that the session can't take, whatever it asks for.
        """
        old = self._image(session_id)
        number = idempotency.reference_id(old, request)
        if number is None:
            refusals.demand(old, request, move)
        return number

    def _expiring(self, move: Move, change: Change) -> Change:
        if move.to is not State.COMPLETED or not self._retention_seconds:
            return change
        return replace(change, expires_at=int(time.time()) + self._retention_seconds)

    def find(self, session_id: str) -> Item:
        """A session as it is now; raises SessionNotFound."""
        return plain(self._image(session_id))

    def read(self, session_id: str, user_name: str) -> Item:
        """One of the user's sessions as it is now; raises SessionNotFound."""
        return plain(own(self._image(session_id), user_name))

    def create(self, item: Item) -> Item:
        """Puts a new session; where there is one of its id, returns that one as it is now."""
        try:
            call(self._client.put_item, TableName=self._table, Item=attribute(item)["M"], **_UNLESS_THERE)
        except Refused as refused:
            return plain(refused.item or {})
        return item

    def open_sessions(self, user_name: str, count: int, after: Cursor | None) -> Page:
        """Up to `count` (at most 100) open sessions of the user, newest first, from behind the place `after`.

        The index that finds them is a moment behind the table, so each is read again as it is now, and those that
        are no longer the user's are left out.
        """
        found = call(self._client.query, TableName=self._table, **_query(user_name, count, after))
        keys = found["Items"]
        images, left = self._read_all([key["id"]["S"] for key in keys])
        if not left:
            last = found.get("LastEvaluatedKey")
            return Page(_owned(images, keys, user_name), cursor_after(plain(last)) if last else None)
        read = list(itertools.takewhile(lambda key: key["id"]["S"] not in left, keys))
        if not read:
            raise Unavailable
        return Page(_owned(images, read, user_name), cursor_after(plain(read[-1])))

    def _read_all(self, ids: Sequence[str]) -> tuple[dict[str, Image], set[str]]:
        """The sessions of these ids as they are now, and the ids that this answer had no room for."""
        if not ids:
            return {}, set()
        wanted = {
            self._table: {"Keys": [{"id": {"S": one}} for one in ids], "ConsistentRead": True, **_LIST_PROJECTION}
        }
        answer = call(self._client.batch_get_item, RequestItems=wanted)
        left = answer.get("UnprocessedKeys", {}).get(self._table, {"Keys": ()})["Keys"]
        return {one["id"]["S"]: one for one in answer["Responses"][self._table]}, {one["id"]["S"] for one in left}

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


def _query(user_name: str, count: int, after: Cursor | None) -> dict[str, Any]:
    start = {"ExclusiveStartKey": attribute({**after, "owner": user_name})["M"]} if after else {}
    return start | {
        "IndexName": _OPEN_SESSIONS,
        "KeyConditionExpression": "#owner = :user",
        "ExpressionAttributeNames": {"#owner": "owner"},
        "ExpressionAttributeValues": {":user": {"S": user_name}},
        "ScanIndexForward": False,
        "Limit": count,
    }


def cursor_after(item: Item) -> Cursor:
    """Where a page ends that has this session as its last."""
    return {"id": item["id"], "createdAt": item["createdAt"]}


def _owned(images: Mapping[str, Image], keys: Sequence[Image], user_name: str) -> list[Item]:
    read = (images.get(key["id"]["S"]) for key in keys)
    return [plain(image) for image in read if image is not None and takes_part(image, user_name)]
