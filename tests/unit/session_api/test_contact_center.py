"""What a desktop has said of its work is kept by user, and is Ended where none has said anything."""

from typing import Any

import pytest

from facebook_session.errors import Unavailable
from session_api.contact_center import STATES, ContactCenterSessions
from tests.unit.builders import client_error


class Table:
    """The desktops' table; raises `fault`, if there is one."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.items: dict[str, Any] = {}
        self._fault = fault

    def get_item(self, **call: Any) -> Any:
        self._fail()
        assert (call["TableName"], call["ConsistentRead"]) == ("desktops", True)
        found = self.items.get(str(call["Key"]))
        return {"Item": found} if found else {}

    def put_item(self, **call: Any) -> Any:
        self._fail()
        assert call["TableName"] == "desktops"
        self.items[str({name: call["Item"][name] for name in ("userName", "place")})] = call["Item"]
        return {}

    def _fail(self) -> None:
        if self._fault:
            raise self._fault


def test_it_is_ended_where_it_was_never_started_and_then_as_was_said_last() -> None:
    sessions = ContactCenterSessions(Table(), "desktops")
    seen = [sessions.state("Anna")]
    for name in ("StartContactCenterSession", "StartContactCenterSession", "EndContactCenterSession"):
        sessions.put("Anna", STATES[name])
        seen.append(sessions.state("Anna"))
    assert seen == ["Ended", "Started", "Started", "Ended"]


def test_it_is_one_users() -> None:
    sessions = ContactCenterSessions(Table(), "desktops")
    sessions.put("Anna", "Started")
    assert sessions.state("Ben") == "Ended"


def test_its_item_leaves_other_places_of_the_user_to_others() -> None:
    table = Table()
    ContactCenterSessions(table, "desktops").put("Anna", "Started")
    (item,) = table.items.values()
    assert item == {"userName": {"S": "Anna"}, "place": {"S": "user"}, "contactCenterSession": {"S": "Started"}}


def test_a_table_that_is_busy_is_said_to_be() -> None:
    sessions = ContactCenterSessions(Table(client_error("ThrottlingException")), "desktops")
    with pytest.raises(Unavailable):
        sessions.state("Anna")
    with pytest.raises(Unavailable):
        sessions.put("Anna", "Started")
