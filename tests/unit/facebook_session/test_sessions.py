"""Reading and creating sessions: what is one's own, as it is now, page by page."""

from typing import Any

import pytest

from facebook_session.errors import SessionNotFound, Unavailable
from facebook_session.listing import OPEN_SESSIONS, SESSIONS_BY_STATE, List
from facebook_session.store import SessionStore
from tests.unit.builders import client_error, image, session


class Table:
    """DynamoDB with these sessions, of which the index lists all, and the batch leaves some unprocessed."""

    def __init__(self, *items: dict[str, Any], left: tuple[str, ...] = (), more: bool = False) -> None:
        self._items = {item["id"]: image(item) for item in items}
        self._left = left
        self._more = more
        self.queries: list[dict[str, Any]] = []

    def get_item(self, **call: Any) -> dict[str, Any]:
        assert call["ConsistentRead"] is True
        found = self._items.get(call["Key"]["id"]["S"])
        return {"Item": found} if found else {}

    def put_item(self, **call: Any) -> dict[str, Any]:
        found = self._items.get(call["Item"]["id"]["S"])
        assert call["ConditionExpression"] == "attribute_not_exists(id)"
        if found:
            raise client_error("ConditionalCheckFailedException", item=found)
        self._items[call["Item"]["id"]["S"]] = call["Item"]
        return {}

    def query(self, **call: Any) -> dict[str, Any]:
        self.queries.append(call)
        keys = [{name: item[name] for name in ("id", "createdAt")} for item in self._items.values()]
        return {"Items": keys} | ({"LastEvaluatedKey": keys[-1]} if self._more else {})

    def batch_get_item(self, **call: Any) -> dict[str, Any]:
        wanted = call["RequestItems"]["sessions"]
        assert wanted["ConsistentRead"] is True
        ids = [key["id"]["S"] for key in wanted["Keys"]]
        read = [self._items[one] for one in reversed(ids) if one not in self._left]
        left = [{"id": {"S": one}} for one in ids if one in self._left]
        return {"Responses": {"sessions": read}, "UnprocessedKeys": {"sessions": {"Keys": left}} if left else {}}


def named(session_id: str, **changes: Any) -> dict[str, Any]:
    return session(id=session_id, **{"owner": "agent1", **changes})


def ids(table: Table, count: int = 100) -> tuple[list[str], Any]:
    page = SessionStore(table, "sessions").page(List(OPEN_SESSIONS, "agent1"), count, None)
    return [one["id"] for one in page.sessions], page.next and page.next["id"]


def test_a_session_is_read_as_it_is_now() -> None:
    assert SessionStore(Table(session()), "sessions").read(session()["id"], "agent1") == session()


def test_a_system_finds_any_session() -> None:
    store = SessionStore(Table(session(agents=set())), "sessions")
    assert store.find(session()["id"])["id"] == session()["id"]
    with pytest.raises(SessionNotFound):
        store.find("missing")


@pytest.mark.parametrize("user_name", ["agent2", "agent", ""])
def test_a_foreign_session_is_as_good_as_missing(user_name: str) -> None:
    store = SessionStore(Table(session()), "sessions")
    with pytest.raises(SessionNotFound) as foreign:
        store.read(session()["id"], user_name)
    with pytest.raises(SessionNotFound) as missing:
        store.read("missing", "agent1")
    assert str(foreign.value) == str(missing.value)


def test_a_new_session_is_put_and_one_that_is_there_comes_back() -> None:
    store = SessionStore(Table(), "sessions")
    assert store.create(session()) == session()
    assert store.create(session(state="Invited")) == session()


def test_a_list_has_the_order_of_its_index() -> None:
    assert ids(Table(named("c"), named("a"), named("b"))) == (["c", "a", "b"], None)


def test_a_list_of_none_asks_for_none() -> None:
    assert ids(Table()) == ([], None)


def test_what_the_index_has_not_heard_of_yet_is_not_shown() -> None:
    assert ids(Table(named("a"), named("given", owner="agent2"), named("b"))) == (["a", "b"], None)


def test_a_list_goes_on_behind_the_last_that_the_index_gave() -> None:
    table = Table(named("a"), named("given", owner="agent2"), more=True)
    assert ids(table, 2) == (["a"], "given")
    (query,) = table.queries
    assert (query["Limit"], query["ScanIndexForward"], query["IndexName"]) == (2, False, "OpenSessions")
    assert "ExclusiveStartKey" not in query


def test_the_next_page_starts_behind_the_place() -> None:
    table = Table()
    SessionStore(table, "sessions").page(List(OPEN_SESSIONS, "agent1"), 2, {"id": "a", "createdAt": "2014"})
    assert table.queries[0]["ExclusiveStartKey"] == {
        "id": {"S": "a"},
        "createdAt": {"S": "2014"},
        "owner": {"S": "agent1"},
    }


def test_sessions_are_found_by_state_oldest_first() -> None:
    table = Table(named("a", state="Invited"), named("taken"), named("b", state="Invited", owner="agent2"))
    listed = List(SESSIONS_BY_STATE, "Invited", oldest_first=True)
    page = SessionStore(table, "sessions").page(listed, 3, {"id": "0", "createdAt": "2014"})
    assert [one["id"] for one in page.sessions] == ["a", "b"]
    (query,) = table.queries
    assert (query["Limit"], query["ScanIndexForward"], query["IndexName"]) == (3, True, "SessionsByState")
    assert (query["ExpressionAttributeNames"], query["ExpressionAttributeValues"]) == (
        {"#attribute": "state"},
        {":value": {"S": "Invited"}},
    )
    assert query["ExclusiveStartKey"] == {"id": {"S": "0"}, "createdAt": {"S": "2014"}, "state": {"S": "Invited"}}


def test_a_page_ends_before_what_an_answer_had_no_room_for() -> None:
    assert ids(Table(named("a"), named("b"), named("c"), left=("b",))) == (["a"], "a")


def test_where_there_is_room_for_nothing_the_table_is_busy() -> None:
    with pytest.raises(Unavailable):
        ids(Table(named("a"), left=("a",)))
