"""The routing system's request becomes a session in state Invited, the same for the same content."""

import re
from typing import Any

import pytest

from facebook_session.callers import Caller, Role
from facebook_session.errors import InvalidParameter, MissingParameter, SessionError, ValueOutOfRange
from facebook_session.listing import Item
from facebook_session.policy import NO_POLICY
from facebook_session.store import SessionStore
from session_api import creation
from session_api.rules import Rules

GOOD = {"id": "s", "customer": {"nickname": "FirstL"}, "agent": {"userName": "agent1"}, "userData": {"a": 1}}


NO_USER_NAME = (
    "The parameter agent.userName must be 1 to 128 characters, none of them a slash, a space or a control character."
)
NO_ID = (
    "The parameter id must be 1 to 128 characters: letters, digits, underscore, full stop or hyphen, "
    "not only full stops."
)


RULES = Rules("DispositionCode", lambda: NO_POLICY)


class Store(SessionStore):
    """Keeps sessions in memory."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}

    def create(self, item: Item) -> Item:
        return self._items.setdefault(item["id"], item)


def create(store: Store, key: str = "", principal: str = "routing", **changes: Any) -> Item:
    return creation.create(store, RULES, creation.requested({**GOOD, **changes}), Caller(principal, Role.SYSTEM), key)


def created_without_id(store: Store, key: str = "", principal: str = "routing", **changes: Any) -> Item:
    content = {name: value for name, value in {**GOOD, **changes}.items() if name != "id"}
    return creation.create(store, RULES, creation.requested(content), Caller(principal, Role.SYSTEM), key)


def test_a_new_session_waits_for_its_agent() -> None:
    item = create(Store())
    (customer,) = item["participants"]
    assert customer | {"nickname": "FirstL", "type": "Customer"} == customer
    assert item | {"id": "s", "state": "Invited", "owner": "agent1", "referenceId": 1, "messageCount": 0} == item
    assert (item["agents"], item["userData"]) == ({"agent1"}, {"a": 1})
    assert (item["updatedBy"], item["userDataBytes"]) == ("routing", len('{"a":1}') - 1)


def test_a_session_has_its_queue_where_one_is_given() -> None:
    assert create(Store(), queueName="Returns")["queueName"] == "Returns"
    assert "queueName" not in create(Store())
    assert "queueName" not in create(Store(), queueName="")


def test_a_repeat_of_a_creation_without_a_queue_is_known_as_ever() -> None:
    digest = "ff179fbb53811cbfac926e09c64650ed21955b957223bbdd8df882c654f575b4"
    assert [create(Store())["createdFrom"], create(Store(), queueName="")["createdFrom"]] == [digest] * 2


def test_each_new_session_has_a_transcript_of_its_own_also_where_its_id_was_used_before() -> None:
    assert create(Store())["transcript"] != create(Store())["transcript"]


def test_the_same_again_is_the_same_session() -> None:
    store = Store()
    assert create(store) is create(store)


@pytest.mark.parametrize(
    "other",
    [
        {"customer": {"nickname": "x"}},
        {"agent": {"userName": "x"}},
        {"userData": {"a": 2}},
        {"userData": {}},
        {"queueName": "x"},
    ],
)
def test_another_session_of_the_same_id_is_refused(other: dict[str, Any]) -> None:
    store = Store()
    create(store)
    with pytest.raises(InvalidParameter, match=r"^The parameter id is that of another session\.$"):
        create(store, **other)


@pytest.mark.parametrize("user_name", ["a\0", "\x7f", "a\x9f", "\ufffe", "\uffff"])
def test_no_agents_name_has_what_a_message_attribute_can_not_hold(user_name: str) -> None:
    with pytest.raises(ValueOutOfRange):
        creation.requested({**GOOD, "agent": {"userName": user_name}})


def test_without_an_id_each_request_is_a_session() -> None:
    store = Store()
    assert created_without_id(store)["id"] != created_without_id(store)["id"]


def test_the_same_key_is_the_same_session() -> None:
    store = Store()
    item = created_without_id(store, "key")
    assert created_without_id(store, "key") is item
    assert re.fullmatch("[0-9A-Za-z]{16}", item["id"])


@pytest.mark.parametrize("other", [{"key": "key-2"}, {"key": "key", "principal": "another"}])
def test_another_key_or_another_systems_is_another_session(other: dict[str, str]) -> None:
    store = Store()
    assert created_without_id(store, "key")["id"] != created_without_id(store, **other)["id"]


def test_the_same_key_with_other_content_is_refused() -> None:
    store = Store()
    created_without_id(store, "key")
    with pytest.raises(InvalidParameter, match=r"^The header Idempotency-Key was sent before, with another request\.$"):
        created_without_id(store, "key", userData={"a": 2})


def test_where_the_request_has_an_id_that_tells_sessions_apart() -> None:
    store = Store()
    assert create(store, "key", id="s1") is create(store, "key-2", id="s1")
    assert create(store, "key", id="s2")["id"] == "s2"


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"queueName": None}, InvalidParameter, "The parameter queueName must be a string."),
        ({"queueName": "x" * 129}, ValueOutOfRange, "The parameter queueName is longer than 128 characters."),
        ({"customer": None}, InvalidParameter, "The parameter customer must be an object."),
        ({"customer": {}}, MissingParameter, "The parameter customer.nickname is missing."),
        ({"agent": {"userName": 1}}, InvalidParameter, "The parameter agent.userName must be a string."),
        (
            {"agent": {"userName": "a/b"}},
            ValueOutOfRange,
            NO_USER_NAME,
        ),
        *(({"id": one}, ValueOutOfRange, NO_ID) for one in ("SECRET/", "", ".", "..", "." * 128)),
        ({"id": "x" * 129}, ValueOutOfRange, "The parameter id is longer than 128 characters."),
        (
            {"userData": {"SECRET": {"": "SECRET"}}},
            ValueOutOfRange,
            "A key in the parameter userData must be 1 to 128 characters, none of them a control character.",
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
