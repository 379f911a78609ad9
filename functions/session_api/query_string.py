"""The query string of a read's URL."""

import base64
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from facebook_session.errors import InvalidParameter, MissingParameter, ValueOutOfRange
from facebook_session.policy import normal
from facebook_session.session import USER_NAME, is_session_id
from facebook_session.states import OPEN

MAX_PAGE: Final = 100
FIELDS: Final = frozenset(
    {"id", "state", "participants", "capabilities", "userData", "uri", "comment", "queueName", "inFocus", "endedBy"}
)
FILTERS: Final = frozenset({"id", "state", "uri", "comment", "queueName"})
SUBRESOURCES: Final = ("*", "facebooksessions")

_AGAINST_CACHES: Final = "_"  # browsers' libraries add it with a number that is new each time
_USER_NAME: Final = re.compile(USER_NAME)
_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_CURSOR: Final = re.compile(r'\["(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00)","([^"]+)"\]', re.ASCII)
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")

Query = Mapping[str, str]
Cursor = Mapping[str, str]


def parsed(event: Mapping[str, Any], known: Collection[str]) -> Query:
    """All that is in it; raises InvalidParameter where there is something that the read doesn't know, or no text."""
    query: Query = event.get("queryStringParameters") or {}
    if query.keys() - {*known, _AGAINST_CACHES}:
        possible = f"The parameters of the address can be {', '.join(sorted(known))}."
        raise InvalidParameter(possible if known else "The address takes no parameters.")
    if any(map(_LONE_SURROGATE.search, query.values())):
        raise InvalidParameter("The parameters of the address must be UTF-8 text.")
    return query


def fields(query: Query) -> frozenset[str] | None:
    """The fields that are asked for, `*` for all; None where the request doesn't say."""
    if "fields" not in query:
        return None
    if query["fields"] == "*":
        return FIELDS
    named = frozenset(name.strip() for name in query["fields"].split(","))
    if not named <= FIELDS:
        raise InvalidParameter(f"The parameter fields must be * or names among {', '.join(sorted(FIELDS))}.")
    return named


def filters(query: Query) -> Query:
    """The values that a session's fields must have. Sessions have queues in NFC."""
    wanted = {name: value for name, value in query.items() if name in FILTERS}
    return wanted | {"queueName": normal(wanted["queueName"])} if "queueName" in wanted else wanted


def open_state(query: Query) -> str:
    """In which sessions are asked for, empty where it isn't said; raises InvalidParameter."""
    if "state" in query and query["state"] not in OPEN:
        raise InvalidParameter(f"The parameter state must be one of {', '.join(OPEN)}.")
    return query.get("state", "")


def demand_dispositions(query: Query) -> None:
    """Raises InvalidParameter or MissingParameter where groups of another `type` are asked for."""
    if "type" not in query:
        raise MissingParameter("The parameter type is missing.")
    if query["type"] != "dispositions":
        raise InvalidParameter("The parameter type must be dispositions.")
    _demand_all_fields(query)


def with_sessions(query: Query) -> bool:
    """Whether a user's open sessions are asked for too; raises InvalidParameter."""
    _demand_all_fields(query)
    if query.get("subresources", "*") not in SUBRESOURCES:
        raise InvalidParameter(f"The parameter subresources must be {' or '.join(SUBRESOURCES)}.")
    return "subresources" in query


def _demand_all_fields(query: Query) -> None:
    if query.get("fields", "*") != "*":
        raise InvalidParameter("The parameter fields must be *.")


def agent(query: Query) -> str:
    """Whose sessions are asked for, empty where it isn't said; raises InvalidParameter."""
    if "agent" in query and not _USER_NAME.fullmatch(query["agent"]):
        raise InvalidParameter("The parameter agent must be an agent's user name.")
    return query.get("agent", "")


def whole_number(query: Query, name: str, default: int, most: int) -> int:
    """From 1 to `most`; raises InvalidParameter or ValueOutOfRange."""
    if name not in query:
        return default
    if not _WHOLE_NUMBER.fullmatch(query[name]):
        raise InvalidParameter(f"The parameter {name} must be a whole number.")
    number = int(query[name])
    if not 1 <= number <= most:
        raise ValueOutOfRange(f"The parameter {name} must be 1 to {most}.")
    return number


def page_token(cursor: Cursor) -> str:
    """The cursor of the next page, as a client hands it back."""
    text = f'["{cursor["createdAt"]}","{cursor["id"]}"]'
    return base64.urlsafe_b64encode(text.encode()).decode()


def cursor(query: Query) -> Cursor | None:
    """The cursor behind which the wanted page begins; raises InvalidParameter for a token that isn't one of ours."""
    if "pageToken" not in query:
        return None
    found = _decoded(query["pageToken"])
    if found is None or page_token(found) != query["pageToken"]:  # base64 has several texts for the same bytes
        raise InvalidParameter("The parameter pageToken is not one that this API gave.")
    return found


def _decoded(token: str) -> Cursor | None:
    try:
        match = _CURSOR.fullmatch(base64.urlsafe_b64decode(token).decode())
    except ValueError:
        return None
    if match is None or not is_session_id(match[2]):
        return None
    return {"createdAt": match[1], "id": match[2]}
