"""The sessions in DynamoDB. A change is one conditional UpdateItem: who may, when, and whether anything changes."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from facebook_session import changes
from facebook_session.attributes import attribute, plain, same
from facebook_session.changes import Change
from facebook_session.database import Refused, called
from facebook_session.errors import InvalidParameter, SessionNotFound, Unavailable, ValueOutOfRange
from facebook_session.session import MAX_USER_DATA_KEYS
from facebook_session.states import Move

_OPEN_SESSIONS: Final = "OpenSessions"
_WRITES: Final = 5
_IN_LISTS: Final = ("id", "createdAt", "state", "participants", "agents", "userData", "comment")
_OF_LISTS: Final = {
    "ProjectionExpression": ", ".join(f"#{name}" for name in _IN_LISTS),
    "ExpressionAttributeNames": {f"#{name}": name for name in _IN_LISTS},
}
"""What a list shows of a session and what decides whose it is: its last messages could fill the answer."""

_UNLESS_THERE: Final = {
    "ConditionExpression": "attribute_not_exists(id)",
    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
}

Item = dict[str, Any]
Image = Mapping[str, Any]
Place = Mapping[str, str]
"""Where a page of a list ended: `id` and `createdAt` of its last session."""


@dataclass(frozen=True, slots=True)
class Page:
    """Sessions of a list, and the place behind which it goes on; None: it ends here."""

    sessions: list[Item]
    next: Place | None


class SessionStore:
    """Sessions in the table `table`, through a DynamoDB client.

    Every method raises Unavailable where DynamoDB throttles, fails or does not answer.
    """

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def update(self, session_id: str, user_name: str, move: Move, change: Change) -> Item:
        """Makes the change. Returns the session after it, or of it what was written, `referenceId` included.

        A change that would alter nothing is not written and leaves `referenceId` as it is.
        Raises SessionNotFound, InvalidParameter (state) and ValueOutOfRange (size).
        """
        present = None
        for _ in range(_WRITES):
            try:
                parameters = changes.update(user_name, move, change, present)
                return plain(self._called("update_item", **_key(session_id), **parameters)["Attributes"])
            except Refused as refused:
                old = _allowed(refused.item, user_name, move)
                if _alters_nothing(old, change):
                    return plain(old)
                present = _present(old, change)
        raise Unavailable  # others changed the keys of a session that is nearly full, each time in between

    def read(self, session_id: str, user_name: str) -> Item:
        """One of the user's sessions as it is now; raises SessionNotFound."""
        image = self._called("get_item", **_key(session_id), ConsistentRead=True).get("Item")
        return plain(_own(image, user_name))

    def create(self, item: Item) -> Item:
        """Puts a new session; where there is one of its id, returns that one as it is now."""
        try:
            self._called("put_item", Item=attribute(item)["M"], **_UNLESS_THERE)
        except Refused as refused:
            return plain(refused.item or {})
        return item

    def open_sessions(self, user_name: str, count: int, after: Place | None) -> Page:
        """Up to `count` (at most 100) open sessions of the user, newest first, from behind the place `after`.

        The index that finds them is a moment behind the table, so each is read again as it is now, and those that
        are no longer the user's are left out.
        """
        found = self._called("query", **_query(user_name, count, after))
        keys = found["Items"]
        images, left = self._read_all([key["id"]["S"] for key in keys])
        if not left:
            last = found.get("LastEvaluatedKey")
            return Page(_owned(images, keys, user_name), place(plain(last)) if last else None)
        read = list(itertools.takewhile(lambda key: key["id"]["S"] not in left, keys))
        if not read:
            raise Unavailable
        return Page(_owned(images, read, user_name), place(plain(read[-1])))

    def _read_all(self, ids: Sequence[str]) -> tuple[dict[str, Image], set[str]]:
        """The sessions of these ids as they are now, and the ids that this answer had no room for."""
        if not ids:
            return {}, set()
        wanted = {self._table: {"Keys": [{"id": {"S": one}} for one in ids], "ConsistentRead": True, **_OF_LISTS}}
        answer = called(self._client.batch_get_item, RequestItems=wanted)
        left = answer.get("UnprocessedKeys", {}).get(self._table, {"Keys": ()})["Keys"]
        return {one["id"]["S"]: one for one in answer["Responses"][self._table]}, {one["id"]["S"] for one in left}

    def _called(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return called(getattr(self._client, operation), TableName=self._table, **parameters)


def _key(session_id: str) -> dict[str, Any]:
    return {"Key": {"id": {"S": session_id}}}


def _query(user_name: str, count: int, after: Place | None) -> dict[str, Any]:
    start = {"ExclusiveStartKey": attribute({**after, "owner": user_name})["M"]} if after else {}
    return start | {
        "IndexName": _OPEN_SESSIONS,
        "KeyConditionExpression": "#owner = :user",
        "ExpressionAttributeNames": {"#owner": "owner"},
        "ExpressionAttributeValues": {":user": {"S": user_name}},
        "ScanIndexForward": False,
        "Limit": count,
    }


def place(item: Item) -> Place:
    """Where a page ends that has this session as its last."""
    return {"id": item["id"], "createdAt": item["createdAt"]}


def _owned(images: Mapping[str, Image], keys: Sequence[Image], user_name: str) -> list[Item]:
    read = (images.get(key["id"]["S"]) for key in keys)
    return [plain(image) for image in read if image is not None and _takes_part(image, user_name)]


def _takes_part(image: Image, user_name: str) -> bool:
    return user_name in image.get("agents", {}).get("SS", ())


def _own(image: Image | None, user_name: str) -> Image:
    """The session, if the user takes part in it. A user who doesn't learns nothing else of it."""
    if image is None or not _takes_part(image, user_name):
        raise SessionNotFound
    return image


def _allowed(image: Image | None, user_name: str, move: Move) -> Image:
    own = _own(image, user_name)
    if own["state"]["S"] not in move.allowed_in:
        raise InvalidParameter("The parameter operationName is not valid in the session's state.")
    return own


def _alters_nothing(old: Image, change: Change) -> bool:
    data = old["userData"]["M"]
    return (
        all(same(data.get(key), attribute(value)) for key, value in change.user_data.items())
        and all(same(old.get(name), attribute(value)) for name, value in change.attributes.items())
        and not any(key in data for key in change.removed_keys)
    )


def _present(old: Image, change: Change) -> frozenset[str]:
    """The change's keys that the user data has; raises ValueOutOfRange where it has no room for the others."""
    keys = old["userData"]["M"].keys()
    if len(keys | change.user_data.keys()) > MAX_USER_DATA_KEYS:
        raise ValueOutOfRange(f"The session's user data would have more than {MAX_USER_DATA_KEYS} keys.")
    return frozenset(keys & change.user_data.keys())
