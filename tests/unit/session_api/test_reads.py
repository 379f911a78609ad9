"""What a desktop reads: whole or in part, filtered, page by page."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from facebook_session.errors import InvalidParameter, MissingParameter, SessionError, ValueOutOfRange
from facebook_session.listing import OPEN_SESSIONS, SESSIONS_BY_STATE, Cursor, List, Page, cursor_after
from facebook_session.store import SessionStore
from facebook_session.transcript import Transcript
from session_api import query_string, reads
from tests.unit.builders import session

BASE_URL = "https://chat.example.com/api/v2"


class Sessions(SessionStore):
    """A store whose list is these sessions, and perhaps goes on."""

    def __init__(self, *items: dict[str, Any], following: Cursor | None = None) -> None:
        self._page = Page(list(items), following)
        self.query: tuple[List, int, Cursor | None] | None = None

    def page(self, listed: List, count: int, after: Cursor | None) -> Page:
        self.query = (listed, count, after)
        return self._page


class Messages(Transcript):
    """A transcript of this many messages."""

    def __init__(self, count: int) -> None:
        self._count = count

    def read(self, _session_id: str, start_index: int, count: int) -> list[dict[str, Any]]:
        return [{"index": one} for one in range(start_index, min(start_index + count - 1, self._count) + 1)]


EVERYTHING = {"fields": "*"}
IN_FOCUS = {"inFocus": {"agent1", "agent3"}}


def seen(user_name: str, **query: str) -> dict[str, Any]:
    """A session that two agents look at, as the user reads it."""
    shown: dict[str, Any] = json.loads(reads.session(session(**IN_FOCUS), query, BASE_URL, user_name))[
        "facebooksession"
    ]
    return shown


def listed(store: Sessions, **query: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(reads.sessions(store, "agent1", query, BASE_URL))
    return body


def named(session_id: str, **changes: Any) -> dict[str, Any]:
    return session(id=session_id, **changes)


def test_a_list_is_one_of_addresses() -> None:
    uris = [f"{BASE_URL}/facebooksessions/a", f"{BASE_URL}/facebooksessions/b"]
    assert listed(Sessions(named("a"), named("b"))) == {"statusCode": 0, "uris": uris}


def test_with_all_fields_it_is_one_of_sessions() -> None:
    whole = named("a", comment="x", queueName="Returns", endedBy="Complete", **IN_FOCUS)
    (shown,) = listed(Sessions(whole), fields="*")["facebooksessions"]
    assert shown.keys() == query_string.FIELDS
    assert (shown["queueName"], shown["inFocus"]) == ("Returns", True)


def test_fields_are_those_that_are_asked_for() -> None:
    assert listed(Sessions(named("a")), fields="id, comment")["facebooksessions"] == [{"id": "a"}]


def test_the_focus_is_shown_to_the_agent_whose_it_is_and_to_nobody_else() -> None:
    assert seen("agent1")["inFocus"] is True
    assert seen("agent1", fields="inFocus") == {"inFocus": True}
    assert [one for one in ("agent2", "agent", "") if "inFocus" in seen(one)] == []
    assert listed(Sessions(named("a", inFocus={"agent2"})), fields="inFocus")["facebooksessions"] == [{}]


@pytest.mark.parametrize(
    "query", [{"state": "Chatting"}, {"id": "a"}, {"state": "Chatting", "id": "a"}, {"queueName": "Returns"}]
)
def test_a_filter_leaves_out_what_has_another_value(query: dict[str, str]) -> None:
    store = Sessions(named("a", queueName="Returns"), named("b", state="LeftChat"))
    found = listed(store, fields="id", **query)
    assert found["facebooksessions"] == [{"id": "a"}]


def test_a_page_has_a_link_to_the_next_which_asks_for_the_same() -> None:
    following = {"id": "a", "createdAt": "2014-01-09T09:57:00.000+00:00"}
    link = urlsplit(listed(Sessions(named("a"), following=following), state="Chatting", pageSize="1")["next"])
    assert f"{link.scheme}://{link.netloc}{link.path}" == f"{BASE_URL}/me/facebooksessions"
    query = dict(parse_qsl(link.query))
    assert query | {"state": "Chatting", "pageSize": "1"} == query
    again = Sessions()
    listed(again, **query)
    assert again.query == (List(OPEN_SESSIONS, "agent1"), 1, following)


# ------------------------------------------------------------------ what a system looks for
def found(store: Sessions, **query: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(reads.any_sessions(store, query, BASE_URL))
    return body


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ({"state": "Invited"}, List(SESSIONS_BY_STATE, "Invited", oldest_first=True)),
        ({"agent": "agent1"}, List(OPEN_SESSIONS, "agent1", oldest_first=True)),
        ({"agent": "agent1", "state": "Invited"}, List(OPEN_SESSIONS, "agent1", oldest_first=True)),
    ],
    ids=str,
)
def test_one_index_finds_what_a_system_looks_for_oldest_first(query: dict[str, str], listed: List) -> None:
    store = Sessions()
    found(store, **query)
    assert store.query == (listed, 100, None)


def test_of_an_agents_sessions_those_in_the_state_are_shown() -> None:
    store = Sessions(named("a"), named("b", state="Invited"))
    assert found(store, agent="agent1", state="Invited")["uris"] == [f"{BASE_URL}/facebooksessions/b"]


def test_a_system_sees_nobodys_focus() -> None:
    assert found(Sessions(named("a", **IN_FOCUS)), state="Chatting", fields="id,inFocus")["facebooksessions"] == [
        {"id": "a"}
    ]


def test_a_systems_link_leads_to_a_systems_page() -> None:
    following = {"id": "a", "createdAt": "2014-01-09T09:57:00.000+00:00"}
    body = found(Sessions(named("a"), following=following), agent="agent1", state="Chatting", pageSize="1")
    link = urlsplit(body["next"])
    assert f"{link.scheme}://{link.netloc}{link.path}" == f"{BASE_URL}/facebooksessions"
    again = Sessions()
    found(again, **dict(parse_qsl(link.query)))
    assert again.query == (List(OPEN_SESSIONS, "agent1", oldest_first=True), 1, following)


@pytest.mark.parametrize(
    ("query", "kind", "message"),
    [
        ({}, MissingParameter, "state or agent is missing"),
        ({"fields": "*"}, MissingParameter, "state or agent is missing"),
        ({"state": "Completed"}, InvalidParameter, "state must be one of Invited, Chatting, LeftChat"),
        ({"state": "SECRET"}, InvalidParameter, "state must be one of Invited, Chatting, LeftChat"),
        ({"state": ""}, InvalidParameter, "state must be one of Invited, Chatting, LeftChat"),
        ({"agent": "agent1", "state": ""}, InvalidParameter, "state must be one of Invited, Chatting, LeftChat"),
        ({"agent": ""}, InvalidParameter, "agent must be an agent's user name"),
        ({"agent": "SECRET name"}, InvalidParameter, "agent must be an agent's user name"),
        ({"agent": "SECRET\n"}, InvalidParameter, "agent must be an agent's user name"),
        ({"agent": "x" * 129}, InvalidParameter, "agent must be an agent's user name"),
        ({"agent": "", "state": "Invited"}, InvalidParameter, "agent must be an agent's user name"),
    ],
    ids=str,
)
def test_what_can_not_be_looked_for_is_refused_before_anything_is_read(
    query: dict[str, str], kind: type[SessionError], message: str
) -> None:
    store = Sessions()
    with pytest.raises(SessionError) as raised:
        found(store, **query)
    assert (type(raised.value), str(raised.value)) == (kind, f"The parameter {message}.")
    assert store.query is None


# ------------------------------------------------------------------ pages
def test_a_page_that_would_get_too_large_ends_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "MAX_PAGE_BYTES", 30)
    body = listed(Sessions(named("a"), named("b"), named("c")), fields="id")
    assert [one["id"] for one in body["facebooksessions"]] == ["a", "b"]
    place = query_string.cursor(dict(parse_qsl(urlsplit(body["next"]).query)))
    assert place is not None
    assert place["id"] == "b"


@pytest.mark.parametrize("character", ['"', "\\", "\0", "語", "😀"])
def test_a_page_fits_into_an_answer_of_a_lambda_function(character: str) -> None:
    data = {f"key {number}": character * 4_096 for number in range(80)}
    body = reads.sessions(
        Sessions(*(named(str(one), userData=data) for one in range(20))), "agent1", EVERYTHING, BASE_URL
    )
    assert '"next":' in body or len(json.loads(body)["facebooksessions"]) == 20
    assert len(json.dumps({"body": body})) < 6_000_000


def test_one_session_is_shown_however_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "MAX_PAGE_BYTES", 1)
    assert len(listed(Sessions(named("a"), named("b")))["uris"]) == 1


# ------------------------------------------------------------------ all of an agent's at once
class Pages(SessionStore):
    """A store whose list has a session with each of these ids, in pages of this many."""

    def __init__(self, ids: str, size: int) -> None:
        self._items = [named(one) for one in ids]
        self._size = size
        self.calls: list[tuple[List, int]] = []

    def page(self, listed: List, count: int, after: Cursor | None) -> Page:
        self.calls.append((listed, count))
        start = next((place + 1 for place, one in enumerate(self._items) if after and one["id"] == after["id"]), 0)
        found = self._items[start : start + self._size]
        return Page(found, cursor_after(found[-1]) if start + self._size < len(self._items) else None)


def all_open(store: SessionStore) -> tuple[str, str]:
    """The ids of the sessions, and of the place behind which the link leads; empty: there is no link."""
    texts, link = reads.open_sessions(store, "agent1", BASE_URL)
    place = query_string.cursor(dict(parse_qsl(urlsplit(link or "").query))) or {"id": ""}
    assert not link or link.startswith(f"{BASE_URL}/me/facebooksessions?fields=%2A&pageToken=")
    return "".join(json.loads(text)["id"] for text in texts), place["id"]


def test_all_open_sessions_are_those_of_all_pages() -> None:
    store = Pages("abcde", 2)
    assert all_open(store) == ("abcde", "")
    assert store.calls == [(List(OPEN_SESSIONS, "agent1"), 100)] * 3


def test_of_too_many_those_behind_ten_pages_are_linked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "MAX_PAGES", 2)
    assert all_open(Pages("abcde", 2)) == ("abcd", "d")
    assert all_open(Pages("abcd", 2)) == ("abcd", "")


def test_all_open_sessions_are_whole_as_their_agent_sees_them() -> None:
    (text,) = reads.open_sessions(Sessions(named("a", comment="x", **IN_FOCUS)), "agent1", BASE_URL).texts
    (whole,) = listed(Sessions(named("a", comment="x", **IN_FOCUS)), fields="*")["facebooksessions"]
    assert json.loads(text) == whole
    assert whole["inFocus"] is True


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_those_that_have_no_room_are_linked_to_wherever_a_page_ends(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    (text, *_) = reads.open_sessions(Pages("a", 1), "agent1", BASE_URL).texts
    monkeypatch.setattr(reads, "MAX_PAGE_BYTES", 3 * len(json.dumps(text)))
    store = Pages("abcde", size)
    assert all_open(store) == ("abc", "c")
    assert len(store.calls) == 3 // size + 1  # none behind the one that was too much
    monkeypatch.setattr(reads, "MAX_PAGE_BYTES", 1)
    assert all_open(Pages("abcde", size)) == ("a", "a")


# ------------------------------------------------------------------ one session
def test_a_session_is_shown_whole_or_in_part() -> None:
    whole = json.loads(reads.session(session(), {}, BASE_URL))["facebooksession"]
    assert whole == json.loads(reads.session(session(), {"fields": "*"}, BASE_URL))["facebooksession"]
    part = json.loads(reads.session(session(), {"fields": "state"}, BASE_URL))
    assert part == {"statusCode": 0, "facebooksession": {"state": "Chatting"}}


@pytest.mark.parametrize(
    ("query", "indexes", "following"),
    [
        ({}, range(1, 101), {"startIndex": "101", "count": "100"}),
        ({"startIndex": "3", "count": "2"}, range(3, 5), {"startIndex": "5", "count": "2"}),
        ({"startIndex": "101"}, range(101, 121), None),
        ({"startIndex": "121"}, range(0), None),
        ({"startIndex": "120", "count": "1"}, range(120, 121), None),
    ],
)
def test_a_transcript_is_read_page_by_page(
    query: dict[str, str], indexes: range, following: dict[str, str] | None
) -> None:
    body = json.loads(reads.messages(Messages(120), session(messageCount=120), query, f"{BASE_URL}/me"))
    assert [one["index"] for one in body["messages"]] == list(indexes)
    address = f"{BASE_URL}/me/facebooksessions/{session()['id']}/messages"
    assert body.get("next", "?").partition("?")[0] == (address if following else "")
    assert (dict(parse_qsl(urlsplit(body["next"]).query)) if "next" in body else None) == following


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ({"fields": ""}, InvalidParameter),
        ({"fields": "id,SECRET"}, InvalidParameter),
        ({"pageSize": "0"}, ValueOutOfRange),
        ({"pageSize": "101"}, ValueOutOfRange),
        ({"pageSize": "SECRET"}, InvalidParameter),
        ({"pageSize": "-1"}, InvalidParameter),
        ({"pageSize": "٣"}, InvalidParameter),
    ],
    ids=str,
)
def test_a_fault_of_the_address_is_told_without_what_was_sent(query: dict[str, str], kind: type[SessionError]) -> None:
    with pytest.raises(kind) as raised:
        listed(Sessions(), **query)
    assert "SECRET" not in str(raised.value)


PLACE = '["2014-01-09T09:57:00.000+00:00","a"]'


def token(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode()


@pytest.mark.parametrize("session_id", ["a", "x" * 128, "..-", "0000Na9B26EF003M"])
def test_a_page_token_leads_back_to_its_place(session_id: str) -> None:
    place = {"id": session_id, "createdAt": "2014-01-09T09:57:00.000+00:00"}
    assert query_string.cursor({"pageToken": query_string.page_token(place)}) == place
    assert query_string.cursor({"pageToken": token(PLACE)}) is not None
    assert query_string.cursor({}) is None


@pytest.mark.parametrize(
    "forged",
    [
        *["", "SECRET", "é", "\ud800", "e30=", "WzEsMl0=", "WyIiLCIiXQ=="],
        token("[" * 3_000),
        token('["' + "2" * 1_025 + '","a"]'),
        token(PLACE.replace('"a"', f'"{"a" * 129}"')),
        token(PLACE.replace('"a"', f'"{"a" * 2_049}"')),
        token(PLACE.replace('"a"', '".."')),
        token(PLACE.replace('"a"', '"\ud800"')),
        token(PLACE.replace('"a"', '"\\ud800"')),
        token(PLACE.replace('"a"', '"a","b"')),
        token(PLACE.replace('","', '", "')),
        token(PLACE.replace("2014", "٢٠١٤")),
        token(PLACE.replace("+00:00", "Z")),
        token(PLACE + "\n"),
        token(PLACE) + "!",
        token(PLACE) + "\n",
        " " + token(PLACE),
        token(PLACE).rstrip("="),
        token(PLACE) + "====",
        base64.b64encode(PLACE.replace('"a"', '"\\u00ff"').encode()).decode(),
        # the last letter has bits that stand for nothing
        token(PLACE.replace('"a"', '"ab"'))[:-2] + "1=",
    ],
    ids=lambda one: ascii(one)[:30],
)
def test_a_page_token_that_this_api_never_gave_is_refused_before_anything_is_read(forged: str) -> None:
    store = Sessions()
    with pytest.raises(InvalidParameter, match=r"^The parameter pageToken is not one that this API gave\.$"):
        listed(store, pageToken=forged)
    assert store.query is None


@pytest.mark.parametrize("name", sorted(reads.SESSIONS_QUERY | reads.ANY_SESSIONS_QUERY))
def test_what_is_no_text_is_refused(name: str) -> None:
    known = reads.SESSIONS_QUERY | reads.ANY_SESSIONS_QUERY
    with pytest.raises(InvalidParameter, match=r"^The parameters of the address must be UTF-8 text\.$"):
        query_string.parsed({"queryStringParameters": {name: "SECRET \udfff"}}, known)


def test_a_parameter_that_the_read_does_not_know_is_refused() -> None:
    with pytest.raises(InvalidParameter, match=r"^The parameters of the address can be count, startIndex\.$"):
        query_string.parsed({"queryStringParameters": {"SECRET": "1"}}, reads.MESSAGES_QUERY)


@pytest.mark.parametrize("given", [None, {}, {"_": "1389261492035"}])
def test_what_browsers_add_against_caches_is_let_through(given: dict[str, str] | None) -> None:
    assert "SECRET" not in query_string.parsed({"queryStringParameters": given}, reads.SESSION_QUERY)
