"""The open sessions whose disposition a policy would refuse."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from facebook_session.errors import InvalidParameter
from facebook_session.listing import SESSIONS_BY_STATE, Cursor, Item, List
from facebook_session.policy import Policy
from facebook_session.states import OPEN
from session_api.rules import Rules

_PAGE: Final = 100  # as many as DynamoDB reads in a call


@dataclass(frozen=True, slots=True)
class Count:
    """How many sessions have such a disposition, of how many that were read."""

    refused: int
    read: int


def count_refused(client: Any, table: str, key: str, policy: Policy) -> Count:
    """By a DynamoDB client; the disposition is under `key` of the user data.

    Each open session is read whole: a read unit for each 4 KiB of it, and one for about 70 sessions in the index.
    """
    seen, found = set(), 0
    for session in _open(client, table):
        if session["id"] not in seen:
            seen.add(session["id"])
            found += _is_refused(policy, key, session)
    return Count(found, len(seen))


def _open(client: Any, table: str) -> Iterator[Item]:
    """One that goes to another state meanwhile can come twice."""
    for state in OPEN:
        listed = List(SESSIONS_BY_STATE, str(state))
        after: Cursor | None = {}
        while after is not None:
            page = listed.page(client, table, _PAGE, after)
            yield from page.sessions
            after = page.next


def _is_refused(policy: Policy, key: str, session: Item) -> bool:
    """Whether a session like this could not be created any more."""
    data = session["userData"]
    if key not in data:
        return False
    try:
        Rules(key, lambda: policy).created({key: data[key]}, session.get("queueName", ""))
    except InvalidParameter:
        return True
    return False
