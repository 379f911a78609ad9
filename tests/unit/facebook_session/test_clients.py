"""What is asked of DynamoDB for a client: writes that undo nothing which another request has done meanwhile."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from facebook_session.attributes import attribute
from facebook_session.channels import Client
from facebook_session.clients import LIFE_SECONDS, Clients, Kept
from facebook_session.errors import Unavailable
from tests.unit.builders import Values, client_error, condition_failed, spelled

NOW: Final = 1_389_261_480
ID: Final = "0123456789abcdef" * 2
OTHER_ID: Final = "f" * 32
KEY: Final = {"userName": {"S": "Anna"}, "place": {"S": f"client#{ID}"}}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facebook_session.clients.time.time", lambda: NOW + 0.5)


class Table:
    """Keeps what it is asked, and gives `answers`, or raises them, one after the other; the last one stays."""

    def __init__(self, *answers: Values | Exception) -> None:
        self.calls: list[tuple[str, Values]] = []
        self._answers = [*answers]

    def __getattr__(self, operation: str) -> Callable[..., Values]:
        return lambda **call: self._answer(operation, call)

    def _answer(self, operation: str, call: Values) -> Values:
        self.calls.append((operation, call))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def item(client_id: str = ID, **attributes: Any) -> Values:
    """A client that has 600 s to live, in DynamoDB's JSON."""
    plain = {"userName": "Anna", "place": f"client#{client_id}", "acknowledges": False, "expiresAt": NOW + 600}
    made: Values = attribute({**plain, **attributes})["M"]
    return made


def update(call: Values) -> str:
    assert (call["TableName"], call["Key"]) == ("desktops", KEY)
    return spelled(call, "UpdateExpression")


def subscribed(*subscriptions: str) -> Client:
    return Client(ID, frozenset(subscriptions))


# ------------------------------------------------------------------ one client
def test_a_new_client_is_put_under_its_users_name_for_ten_minutes() -> None:
    table = Table({})
    Clients(table, "desktops").add("Anna", Client(ID, acknowledges=True))
    put = {"TableName": "desktops", "Item": item(acknowledges=True, expiresAt=NOW + LIFE_SECONDS)}
    assert (table.calls, LIFE_SECONDS) == ([("put_item", put)], 600)


def test_a_client_is_found_under_its_users_name_as_it_is_now() -> None:
    table = Table({"Item": item(subscriptions={"/**"}, connected=True, handed=["a", "b"], answers=7, poll="p")})
    found = Clients(table, "desktops").find("Anna", ID)
    assert found == Kept(Client(ID, frozenset({"/**"}), connected=True), ("a", "b"), 7, "p")
    assert table.calls == [("get_item", {"TableName": "desktops", "Key": KEY, "ConsistentRead": True})]


def test_a_client_that_has_done_nothing_yet_has_nothing() -> None:
    assert Clients(Table({"Item": item()}), "desktops").find("Anna", ID) == Kept(Client(ID))


def test_what_can_be_no_client_id_is_not_even_looked_for() -> None:
    table = Table({})
    assert Clients(table, "desktops").find("Anna", "SECRET") is None
    assert table.calls == []


@pytest.mark.parametrize(("left", "found"), [(-1, False), (0, False), (1, True)])
def test_a_client_that_has_expired_is_gone_before_dynamodb_removes_it(left: int, found: bool) -> None:
    table = Table({"Item": item(expiresAt=NOW + left)})
    assert (Clients(table, "desktops").find("Anna", ID) is not None) is found


def test_nobody_is_found_where_nothing_is_kept() -> None:
    assert Clients(Table({}), "desktops").find("Anna", ID) is None


def test_a_client_that_disconnects_is_deleted() -> None:
    table = Table({})
    Clients(table, "desktops").remove("Anna", ID)
    assert table.calls == [("delete_item", {"TableName": "desktops", "Key": KEY})]


# ------------------------------------------------------------------ what an exchange made of it
CONTACT: Final = f"SET expiresAt = {NOW + 600}"


@pytest.mark.parametrize(
    ("before", "after", "written"),
    [
        ((), (), [CONTACT]),
        (("/a",), ("/a",), [CONTACT]),
        (("/a",), ("/a", "/b", "/c"), [f'{CONTACT} ADD subscriptions ["/b", "/c"]']),
        (("/a", "/b"), ("/b",), [f'{CONTACT} DELETE subscriptions ["/a"]']),
        (("/a",), ("/b",), [f'{CONTACT} ADD subscriptions ["/b"]', f'{CONTACT} DELETE subscriptions ["/a"]']),
    ],
    ids=str,
)
def test_of_the_subscriptions_only_what_changed_is_written(
    before: tuple[str, ...], after: tuple[str, ...], written: list[str]
) -> None:
    table = Table({})
    assert Clients(table, "desktops").keep("Anna", subscribed(*before), subscribed(*after))
    assert [update(call) for _, call in table.calls] == written
    assert {call["ConditionExpression"] for _, call in table.calls} == {"attribute_exists(userName)"}


def test_a_client_that_has_disconnected_meanwhile_is_not_made_again() -> None:
    clients = Clients(Table(condition_failed(None)), "desktops")
    assert not clients.keep("Anna", subscribed("/a"), subscribed("/b"))
    assert not clients.begin_poll("Anna", ID, "poll-1", received=True)
    assert clients.hand("Anna", ID, "poll-1", ["a"], patient=True) is None


def test_a_client_that_disconnects_between_two_writes_is_gone() -> None:
    clients = Clients(Table({}, condition_failed(None)), "desktops")
    assert not clients.keep("Anna", subscribed("/a"), subscribed("/b"))


# ------------------------------------------------------------------ polls
@pytest.mark.parametrize(("received", "end"), [(True, ", handed"), (False, "")])
def test_a_poll_takes_the_place_of_the_one_before(received: bool, end: str) -> None:
    table = Table({})
    assert Clients(table, "desktops").begin_poll("Anna", ID, "poll-1", received=received, patient=True)
    ((_, call),) = table.calls
    assert update(call) == f'{CONTACT}, poll = "poll-1", connected = true, patient = true REMOVE heldUntil{end}'
    assert call["ConditionExpression"] == "attribute_exists(userName)"


def test_only_the_poll_in_which_the_client_waits_is_held() -> None:
    table = Table({}, condition_failed(None))
    clients = Clients(table, "desktops")
    assert clients.hold("Anna", ID, "poll-1", NOW + 25)
    assert not clients.hold("Anna", ID, "poll-1", NOW + 25)
    (_, call), _ = table.calls
    assert update(call) == f"{CONTACT}, heldUntil = {NOW + 25}"
    assert spelled(call, "ConditionExpression") == 'attribute_exists(userName) AND poll = "poll-1"'


def test_only_the_poll_in_which_the_client_waits_is_handed_anything() -> None:
    table = Table({"Attributes": {"answers": {"N": "8"}}})
    assert Clients(table, "desktops").hand("Anna", ID, "poll-1", ["a", "b"], patient=False) == 8
    ((_, call),) = table.calls
    assert update(call) == f'{CONTACT}, handed = ["a", "b"], patient = false REMOVE heldUntil ADD answers 1'
    assert spelled(call, "ConditionExpression") == 'attribute_exists(userName) AND poll = "poll-1"'


# ------------------------------------------------------------------ all clients of a user
def test_those_listen_who_are_alive_and_subscribed_to_the_sessions_channel() -> None:
    items = [
        item("1" * 32, subscriptions={"/v2/me/facebooksession"}),
        item("2" * 32),
        item("3" * 32, subscriptions={"/**"}, expiresAt=NOW - 1),
        item("4" * 32, subscriptions={"/other"}),
        item("5" * 32, subscriptions={"/v2/**"}),
    ]
    table = Table({"Items": items})
    assert [one.client_id[0] for one in Clients(table, "desktops").listening("Anna")] == ["1", "5"]
    ((_, call),) = table.calls
    assert call["ExpressionAttributeValues"] == {":user": {"S": "Anna"}, ":folder": {"S": "client#"}}
    assert call["ConsistentRead"] is True


def test_a_page_of_clients_that_have_expired_does_not_hide_who_listens() -> None:
    gone = item("1" * 32, subscriptions={"/**"}, expiresAt=NOW - 1)
    there = item("2" * 32, subscriptions={"/**"})
    table = Table({"Items": [gone], "LastEvaluatedKey": KEY}, {"Items": [there]})
    assert [one.client_id for one in Clients(table, "desktops").listening("Anna")] == ["2" * 32]
    assert [call.get("ExclusiveStartKey") for _, call in table.calls] == [None, KEY]


def test_where_dynamodb_throttles_the_request_is_to_be_tried_again() -> None:
    table = Table(client_error("ThrottlingException"))
    clients = Clients(table, "desktops")
    for asked in (
        lambda: clients.find("Anna", ID),
        lambda: [*clients.listening("Anna")],
        lambda: clients.hand("Anna", ID, "poll-1", [], patient=True),
        lambda: clients.remove("Anna", ID),
    ):
        with pytest.raises(Unavailable):
            asked()
    assert len(table.calls) == 12
