"""The routing system's request becomes a session in state Invited, the same for the same content."""

from typing import Any

import pytest

from facebook_session.errors import InvalidParameter, MissingParameter, SessionError, ValueOutOfRange
from facebook_session.store import Item, SessionStore
from session_api import creation

GOOD = {"id": "s", "customer": {"nickname": "FirstL"}, "agent": {"userName": "agent1"}, "userData": {"a": 1}}


class Store(SessionStore):
    """Keeps sessions in memory."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}

    def create(self, item: Item) -> Item:
        return self._items.setdefault(item["id"], item)


def create(store: Store, **changes: Any) -> Item:
    return creation.create(store, creation.requested({**GOOD, **changes}))


def test_a_new_session_waits_for_its_agent() -> None:
    item = create(Store())
    (customer,) = item["participants"]
    assert customer | {"nickname": "FirstL", "type": "Customer"} == customer
    assert item | {"id": "s", "state": "Invited", "owner": "agent1", "referenceId": 1, "messageCount": 0} == item
    assert (item["agents"], item["userData"]) == ({"agent1"}, {"a": 1})


def test_each_new_session_has_a_transcript_of_its_own_also_where_its_id_was_used_before() -> None:
    assert create(Store())["transcript"] != create(Store())["transcript"]


def test_the_same_again_is_the_same_session() -> None:
    store = Store()
    assert create(store) is create(store)


@pytest.mark.parametrize(
    "other", [{"customer": {"nickname": "x"}}, {"agent": {"userName": "x"}}, {"userData": {"a": 2}}, {"userData": {}}]
)
def test_another_session_of_the_same_id_is_refused(other: dict[str, Any]) -> None:
    store = Store()
    create(store)
    with pytest.raises(InvalidParameter, match=r"^The parameter id is that of another session\.$"):
        create(store, **other)


def test_without_an_id_each_request_is_a_session() -> None:
    store = Store()
    without = creation.requested({name: value for name, value in GOOD.items() if name != "id"})
    assert creation.create(store, without)["id"] != creation.create(store, without)["id"]


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"customer": None}, InvalidParameter, "The parameter customer must be an object."),
        ({"customer": {}}, MissingParameter, "The parameter customer.nickname is missing."),
        ({"agent": {"userName": 1}}, InvalidParameter, "The parameter agent.userName must be a string."),
        (
            {"agent": {"userName": "a/b"}},
            ValueOutOfRange,
            "The parameter agent.userName must be 1 to 128 characters, none of them a slash or a space.",
        ),
        (
            {"id": "SECRET/"},
            ValueOutOfRange,
            "The parameter id must be 1 to 128 characters: letters, digits, underscore, full stop or hyphen.",
        ),
        (
            {"userData": {"SECRET": {}}},
            InvalidParameter,
            "A value in the parameter userData must be a string, a number, true, false or null.",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_fault_is_told_with_the_name_of_its_parameter(
    changes: dict[str, Any], kind: type[SessionError], message: str
) -> None:
    with pytest.raises(SessionError) as raised:
        creation.requested({**GOOD, **changes})
    assert (type(raised.value), str(raised.value)) == (kind, message)
