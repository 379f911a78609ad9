"""What is read: an agent's open sessions, or all that wait; one session; a transcript. Each is an answer's body.

`base_url` is the API's address up to and with `/api/v2`.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from facebook_session import exact_json, history
from facebook_session.errors import MissingParameter
from facebook_session.listing import OPEN_SESSIONS, SESSIONS_BY_STATE, Cursor, Item, List, Page, cursor_after
from facebook_session.session import resource
from facebook_session.store import SessionStore
from facebook_session.transcript import Transcript, transcript_key
from session_api import query_string
from session_api.query_string import MAX_PAGE, Query

MAX_PAGE_BYTES: Final = 5_000_000  # an answer of a Lambda function may have 6 MB, as the JSON that holds this one
MAX_INDEX: Final = 999_999_999
MAX_PAGES: Final = 10
"""Of sessions, where all are asked for at once: each is two calls of DynamoDB."""

SESSION_QUERY: Final = frozenset({"fields"})
SESSIONS_QUERY: Final = frozenset({"fields", "pageSize", "pageToken"}) | query_string.FILTERS
ANY_SESSIONS_QUERY: Final = frozenset({"fields", "pageSize", "pageToken", "state", "agent"})
CODES_QUERY: Final = frozenset({"version"})
GROUPS_QUERY: Final = frozenset({"type", "fields"})
MESSAGES_QUERY: Final = frozenset({"startIndex", "count"})
_WHOLE: Final[Query] = {"fields": "*"}

Body = str


class Listed(NamedTuple):
    """Sessions as JSON, and the address of those behind them, if there are any."""

    texts: Sequence[str]
    next: str | None


def session(item: Item, query: Query, base_url: str, user_name: str = "") -> Body:
    """One session, whole or with the `fields` that are asked for; for a system without a user's name."""
    shown = _only(_seen(item, base_url, user_name), query_string.fields(query) or query_string.FIELDS)
    return exact_json.dumps({"statusCode": 0, "facebooksession": shown})


def sessions(store: SessionStore, user_name: str, query: Query, base_url: str) -> Body:
    """A page of the user's open sessions, newest first: their addresses, or the `fields` that are asked for."""
    return _listed(store, List(OPEN_SESSIONS, user_name), query, f"{base_url}/me", user_name)


def any_sessions(store: SessionStore, query: Query, base_url: str) -> Body:
    """A page of open sessions, of whoever, for systems: those of an `agent`, in a `state`, or both; oldest first."""
    agent, state = query_string.agent(query), query_string.open_state(query)
    if not (agent or state):
        raise MissingParameter("The parameter state or agent is missing.")
    listed = (
        List(OPEN_SESSIONS, agent, oldest_first=True) if agent else List(SESSIONS_BY_STATE, state, oldest_first=True)
    )
    return _listed(store, listed, query, base_url)


def _listed(store: SessionStore, listed: List, query: Query, folder: str, user_name: str = "") -> Body:
    """The page ends where it would get too large, and then has a link to the next as anywhere else."""
    count = query_string.whole_number(query, "pageSize", MAX_PAGE, MAX_PAGE)
    page = store.page(listed, count, query_string.cursor(query))
    name = "uris" if query_string.fields(query) is None else "facebooksessions"
    texts, following = _fitting(page, query, folder.removesuffix("/me"), user_name)
    return _page(name, texts, _link(folder, query, following))


def open_sessions(store: SessionStore, user_name: str, base_url: str) -> Listed:
    """The user's, whole and newest first: all that an answer has room for, at most MAX_PAGES pages of the list."""
    texts: list[str] = []
    after: Cursor | None = None
    for _ in range(MAX_PAGES):
        page = store.page(List(OPEN_SESSIONS, user_name), MAX_PAGE, after)
        found, after = _fitting(page, _WHOLE, base_url, user_name, sum(map(_bytes, texts)), after)
        texts += found
        if after is None or after != page.next:
            break
    return Listed(texts, _link(f"{base_url}/me", _WHOLE, after))


def _link(folder: str, query: Query, after: Cursor | None) -> str | None:
    """To the page of a list behind this place, if there is one."""
    if after is None:
        return None
    return f"{folder}/facebooksessions?{urlencode({**query, 'pageToken': query_string.page_token(after)})}"


def _fitting(
    page: Page, query: Query, base_url: str, user_name: str, size: int = 0, last: Cursor | None = None
) -> tuple[list[str], Cursor | None]:
    """The sessions that pass the filters and have room, as JSON, and the place behind the last.

    The answer has `size` bytes of those up to the place `last` already. The very first always has room.
    """
    fields, filters = query_string.fields(query), query_string.filters(query)
    texts: list[str] = []
    for item in page.sessions:
        shown = _seen(item, base_url, user_name)
        if all(shown.get(name) == value for name, value in filters.items()):
            text = exact_json.dumps(shown["uri"] if fields is None else _only(shown, fields))
            size += _bytes(text)
            if size > MAX_PAGE_BYTES and last:
                return texts, last
            texts.append(text)
        last = cursor_after(item)
    return texts, page.next


def _bytes(text: str) -> int:
    """What ASCII JSON takes up inside other JSON, where quotes and backslashes are escaped once more."""
    return len(text) + text.count('"') + text.count("\\")


def messages(transcript: Transcript, item: Item, query: Query, folder: str) -> Body:
    """A page of the session's transcript: at most `count` messages from `startIndex` on.

    `folder` is the part of the API that the caller reads, up to and with `/api/v2`, or for agents `/me` behind it.
    """
    start = query_string.whole_number(query, "startIndex", 1, MAX_INDEX)
    count = query_string.whole_number(query, "count", MAX_PAGE, MAX_PAGE)
    found = transcript.read(transcript_key(item), start, count)
    following = start + len(found)
    link = None
    if found and following <= item["messageCount"]:
        following_query = urlencode({"startIndex": following, "count": count})
        link = f"{folder}/facebooksessions/{item['id']}/messages?{following_query}"
    return _page("messages", [exact_json.dumps(message) for message in found], link)


def dispositions(item: Item) -> Body:
    """The history of the session's dispositions, oldest first."""
    return exact_json.dumps({"statusCode": 0, "dispositions": history.shown(item)})


def _page(name: str, texts: Collection[str], link: str | None = None) -> Body:
    following = f',"next":{exact_json.dumps(link)}' if link else ""
    return f'{{"statusCode":0,"{name}":[{",".join(texts)}]{following}}}'


def _seen(item: Item, base_url: str, user_name: str) -> dict[str, Any]:
    """The session as this user sees it: `inFocus` is about the user alone."""
    shown = resource(item, base_url)
    return shown | {"inFocus": True} if user_name in item.get("inFocus", ()) else shown


def _only(shown: dict[str, Any], fields: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name in fields}
