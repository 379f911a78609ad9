"""The policy of dispositions: which codes can be set, what a session needs when it ends, and its history."""

import time
from typing import Any

import pytest

from facebook_session import policies
from local import seed
from session_api import app as api
from tests.integration.requests import EVENT, by_system, creation, operation, put_policy, read, read_by_system, sent
from tests.system import System, body

DONE = {"statusCode": 0}
CODES = [
    {"name": "DC_Resolved", "displayName": "Resolved"},
    {"name": "Gr\u00f6\u00dfe", "displayName": "Size"},
    {
        "name": "Returns",
        "displayName": "Returns",
        "children": [
            {"name": "DC_Refund", "displayName": "Refund"},
            {"name": "DC_Swap", "displayName": "Swap", "retired": True},
        ],
    },
]
POLICY = {"codes": CODES, "queues": {"Returns": ["Returns", "DC_Resolved"]}, "enforce": True}
KEY = "DispositionCode"
HISTORY = "/v2/facebooksessions/{id}/dispositions"


@pytest.fixture
def shop(session: System) -> System:
    """The page's session, where a policy is enforced."""
    assert put_policy(POLICY)[0] == 200
    return session


def policy(**changes: Any) -> None:
    assert put_policy(POLICY | changes)[0] == 200


def set_to(
    value: str, session_id: str = seed.PAGE_SESSION, user: str = seed.PAGE_AGENT, **more: str
) -> tuple[int, int]:
    status, answer, _ = operation("SetDisposition", session_id, user, disposition=value, **more)
    return status, answer["statusCode"]


def end(name: str = "Complete", session_id: str = seed.PAGE_SESSION, user: str = seed.PAGE_AGENT) -> tuple[int, int]:
    status, answer, _ = operation(name, session_id, user)
    return status, answer["statusCode"]


def create(**content: Any) -> Any:
    return creation(**{"id": "s", "customer": {"nickname": "FirstL"}, "agent": {"userName": "Anna"}, **content})


def now_set(session_id: str = seed.PAGE_SESSION) -> Any:
    shown = read_by_system("/v2/facebooksessions/{id}", session_id)[1]["facebooksession"]
    return shown["userData"].get("DispositionCode")


def history(session_id: str = seed.PAGE_SESSION) -> list[tuple[int, str, Any, str]]:
    entries = read_by_system(HISTORY, session_id)[1]["dispositions"]
    return [(one["referenceId"], one["dispositionKey"], one["disposition"], one["userName"]) for one in entries]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("value", ["DC_Resolved", "DC_Refund", "Gr\u00f6\u00dfe"])
def test_a_code_can_be_set(value: str) -> None:
    assert set_to(value) == (200, 0)
    assert now_set() == value


@pytest.mark.usefixtures("shop")
def test_a_code_is_stored_as_the_policy_spells_it() -> None:
    assert set_to("Gro\u0308\u00dfe") == (200, 0)
    assert now_set() == "Gr\u00f6\u00dfe"
    assert set_to("Gr\u00f6\u00dfe") == (200, 0)
    assert len(history()) == 1


@pytest.mark.parametrize("value", ["Spam", "Resolved", "Returns", "DC_Swap", "dc_resolved", " DC_Resolved"])
def test_nothing_else_can_be_set_by_whatever_operation(shop: System, value: str) -> None:
    before = shop.item()
    assert set_to(value) == (400, 2)
    for name in ("AttachUserData", "UpdateUserData"):
        assert operation(name, userData={"DispositionCode": value, "a": 1})[0] == 400
        assert by_system(name, userData={"DispositionCode": value})[0] == 400
    assert by_system("SetDisposition", disposition=value)[0] == 400
    assert create(userData={"DispositionCode": value})[0] == 400
    assert shop.item() == before
    assert set_to(value, dispositionKey="Another") == (200, 0)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("value", [None, 1, True, "", "  ", {"a": "DC_Resolved"}, ["DC_Resolved"]])
def test_what_is_no_text_is_no_code(value: Any) -> None:
    assert operation("UpdateUserData", userData={"DispositionCode": value})[:2][0] == 400


@pytest.mark.usefixtures("shop")
def test_a_queue_has_its_own_codes() -> None:
    assert create(queueName="Returns", userData={"DispositionCode": "Gr\u00f6\u00dfe"})[0] == 400
    assert create(queueName="Returns")[0] == 201
    assert end("Accept", "s", "Anna")[0] == 400  # without a nickname
    assert operation("Accept", "s", "Anna", nickname="Anna")[0] == 200
    assert set_to("Gr\u00f6\u00dfe", "s", "Anna") == (400, 2)
    assert operation("AttachUserData", "s", "Anna", userData={"DispositionCode": "Gr\u00f6\u00dfe"})[0] == 400
    assert set_to("DC_Refund", "s", "Anna") == (200, 0)
    assert set_to("DC_Resolved", "s", "Anna") == (200, 0)


@pytest.mark.parametrize(
    ("put", "asked"), [("Gro\u0308\u00dfe", "Gr\u00f6\u00dfe"), ("Gr\u00f6\u00dfe", "Gro\u0308\u00dfe")]
)
def test_a_queue_is_known_in_any_spelling(shop: System, put: str, asked: str) -> None:
    policy(queues={put: ["Returns"]})
    content = {"userData": {KEY: "DC_Resolved"}}
    assert create(queueName=asked, **content)[0] == 400
    assert create(queueName=asked)[0] == create(queueName=put)[0] == 201
    assert by_system("SetDisposition", "s", disposition="DC_Resolved")[0] == 400
    assert by_system("SetDisposition", "s", disposition="DC_Refund")[0] == 200
    assert shop.item("s")["queueName"] == {"S": "Gr\u00f6\u00dfe"}
    found = read("/v2/me/facebooksessions", "Anna", queueName=asked)[1]["uris"]
    assert len(found) == 1
    policy(queues={put: ["Returns"]}, lateHours=1)
    assert operation("Complete", queueName=asked)[0] == 200
    assert set_to("DC_Resolved") == (400, 2)


@pytest.mark.usefixtures("shop")
def test_completes_queue_is_where_the_session_is_filed_and_its_code_stays() -> None:
    """It was checked in the queue in which it was set. A late correction is one of the new queue."""
    policy(lateHours=1)
    assert set_to("Gr\u00f6\u00dfe") == (200, 0)
    assert operation("Complete", queueName="Returns")[0] == 200
    assert now_set() == "Gr\u00f6\u00dfe"
    assert set_to("DC_Refund") == (200, 0)
    assert set_to("Gr\u00f6\u00dfe") == (400, 2)


@pytest.mark.usefixtures("shop")
def test_an_agent_completes_nothing_without_a_disposition_where_it_is_mandatory() -> None:
    policy(mandatory=True, default="DC_Resolved")
    assert end() == (400, 2)
    assert set_to("DC_Refund") == (200, 0)
    assert operation("DeleteUserData", keys=["DispositionCode"])[0] == 200
    assert end() == (400, 2)
    assert set_to("DC_Refund") == (200, 0)
    assert end() == (200, 0)
    assert now_set() == "DC_Refund"


@pytest.mark.parametrize("mandatory", [True, False])
def test_who_can_not_be_refused_sets_the_default(shop: System, mandatory: bool) -> None:
    policy(mandatory=mandatory, default="DC_Resolved")
    for name in ("a", "b", "c"):
        assert create(id=name)[0] == 201
    assert end("Reject", "a", "Anna") == (200, 0)
    assert by_system("Complete", "b")[0] == 200
    assert by_system("Leave", "c")[0] == 200
    assert [now_set(name) for name in ("a", "b", "c")] == ["DC_Resolved"] * 3
    assert [history(name) for name in ("a", "b")] == [
        [(2, "DispositionCode", "DC_Resolved", "system")],
        [(2, "DispositionCode", "DC_Resolved", "system")],
    ]
    shop.deliver(shop.records())
    kinds = [
        (one["MessageAttributes"]["notificationType"]["StringValue"], body(one)["facebooksession"]["state"])
        for one in shop.notifications()
        if one["MessageAttributes"]["sessionId"]["StringValue"] == "a"
    ]
    assert kinds == [("StatusChange", "Invited"), ("StatusChange", "Completed"), ("PropertiesUpdated", "Completed")]


@pytest.mark.usefixtures("shop")
def test_an_agents_complete_sets_the_default_where_none_is_mandatory() -> None:
    policy(default="DC_Resolved")
    assert end() == (200, 0)
    assert now_set() == "DC_Resolved"


@pytest.mark.usefixtures("shop")
def test_what_has_a_disposition_keeps_it_at_its_end() -> None:
    policy(default="DC_Resolved")
    assert set_to("DC_Refund") == (200, 0)
    assert by_system("Complete")[0] == 200
    assert now_set() == "DC_Refund"
    assert len(history()) == 1


@pytest.mark.usefixtures("session")
def test_without_a_policy_everything_is_as_the_page_says() -> None:
    for value in ("Spam", "IssueResolved", "IssueResolved"):
        assert set_to(value) == (200, 0)
    assert operation("UpdateUserData", userData={"DispositionCode": None, "a": 1})[0] == 200
    assert operation("UpdateUserData", userData={"DispositionCode": None, "a": 2})[0] == 200
    assert operation("DeleteUserData", keys=["DispositionCode", "a"])[0] == 200
    assert set_to("x", dispositionKey="Another") == (200, 0)
    assert end() == (200, 0)
    assert history() == [
        (34, "DispositionCode", "Spam", seed.PAGE_AGENT),
        (35, "DispositionCode", "IssueResolved", seed.PAGE_AGENT),
        (36, "DispositionCode", None, seed.PAGE_AGENT),
        (38, "DispositionCode", None, seed.PAGE_AGENT),
        (39, "Another", "x", seed.PAGE_AGENT),
    ]


def test_a_session_of_an_earlier_version_gets_a_history(session: System) -> None:
    new = ("dispositions", "dispositionNumbers", "dispositionBytes")
    session.set_item({name: value for name, value in session.item().items() if name not in new})
    assert set_to("A") == (200, 0)
    assert set_to("B") == (200, 0)
    assert history() == [
        (34, "DispositionCode", "A", seed.PAGE_AGENT),
        (35, "DispositionCode", "B", seed.PAGE_AGENT),
    ]


@pytest.mark.parametrize("lacking", ["userDataBytes", "dispositions", "requests"])
def test_a_session_of_an_earlier_version_gets_the_default(shop: System, lacking: str) -> None:
    policy(default="DC_Resolved")
    shop.set_item({name: value for name, value in shop.item().items() if not name.startswith(lacking)})
    assert by_system("Complete")[0] == 200
    assert history() == [(34, "DispositionCode", "DC_Resolved", "system")]
    assert shop.item()["userDataBytes"] == {"N": str(len('"DispositionCode":"DC_Resolved",'))}


@pytest.mark.usefixtures("session")
def test_a_history_has_room_for_100() -> None:
    for number in range(100):
        assert set_to(f"{number}") == (200, 0)
    status, answer, _ = operation("SetDisposition", disposition="one more")
    assert (status, answer["statusCode"]) == (400, 10)
    assert set_to("99") == (200, 0)
    assert operation("UpdateUserData", userData={"DispositionCode": "99", "a": 1})[0] == 200
    assert end() == (200, 0)
    assert len(history()) == 100


@pytest.mark.usefixtures("session")
def test_a_full_history_keeps_no_session_from_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facebook_session.history.MAX_ENTRIES", 2)
    policy(enforce=False, default="DC_Resolved")
    assert set_to("Spam") == (200, 0)
    assert operation("DeleteUserData", keys=["DispositionCode"])[0] == 200
    assert set_to("Spam") == (400, 10)
    assert end() == (200, 0)
    assert [value for _, _, value, _ in history()] == ["Spam", None, "DC_Resolved"]


@pytest.mark.usefixtures("session")
def test_a_history_of_the_longest_is_refused_before_the_item_is_too_large() -> None:
    longest = [f"{number}" + "\U0001f600" * 4_000 for number in range(5)]
    assert [set_to(one) for one in longest] == [(200, 0)] * 4 + [(400, 10)]
    assert set_to("short") == (200, 0)


@pytest.mark.usefixtures("shop")
def test_a_disposition_is_corrected_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.store, "_retention_seconds", 86_400)
    assert create()[0] == 201
    assert operation("Accept", "s", "Anna", nickname="Anna")[0] == 200
    assert operation("Transfer", "s", "Anna", targetPath="/users/Ben")[0] == 200
    assert set_to("DC_Refund", "s", "Anna") == (404, 6)
    assert operation("Accept", "s", "Ben", nickname="Ben")[0] == 200
    assert set_to("DC_Refund", "s", "Ben") == (200, 0)
    assert end("Complete", "s", "Ben") == (200, 0)
    before = read_by_system("/v2/facebooksessions/{id}", "s")[1]["facebooksession"]
    assert set_to("DC_Resolved", "s", "Ben") == (400, 2)
    policy(lateHours=1)
    for user, value in (("Anna", "DC_Resolved"), ("Ben", "DC_Refund"), ("Ben", "DC_Resolved")):
        assert set_to(value, "s", user) == (200, 0)
    assert set_to("DC_Resolved", "s", "Cy") == (404, 6)
    assert by_system("SetDisposition", "s", disposition="DC_Refund")[0] == 400
    assert operation("UpdateUserData", "s", "Ben", userData={"a": 1})[0] == 400
    assert set_to("x", "s", "Ben", dispositionKey="CustomerId") == (400, 2)
    after = read_by_system("/v2/facebooksessions/{id}", "s")[1]["facebooksession"]
    assert after == before | {"userData": {"DispositionCode": "DC_Resolved"}}
    assert [(value, user) for _, _, value, user in history("s")] == [
        ("DC_Refund", "Ben"),
        ("DC_Resolved", "Anna"),
        ("DC_Refund", "Ben"),
        ("DC_Resolved", "Ben"),
    ]
    assert read("/v2/me/facebooksessions/{id}/dispositions", "Anna", "s")[0] == 200
    assert read("/v2/me/facebooksessions/{id}/dispositions", "Cy", "s")[0] == 404


@pytest.mark.usefixtures("shop")
def test_a_late_correction_has_its_key_and_its_number_as_any_change() -> None:
    policy(lateHours=1)
    assert end() == (200, 0)
    assert sent({"If-Match": '"33"'}, "SetDisposition", disposition="DC_Refund")[0] == 412
    once = {"If-Match": '"33", "34"', "Idempotency-Key": "once"}
    for _ in range(2):
        assert sent(once, "SetDisposition", disposition="DC_Refund") == (200, DONE, '"35"')
    assert len(history()) == 1


@pytest.mark.usefixtures("shop")
def test_a_session_that_is_opened_again_is_corrected_by_who_has_it() -> None:
    policy(lateHours=1, default="DC_Resolved")
    assert create()[0] == 201
    assert end("Reject", "s", "Anna") == (200, 0)
    assert set_to("DC_Refund", "s", "Anna") == (200, 0)
    assert by_system("Transfer", "s", targetPath="/users/Ben")[0] == 200
    assert set_to("DC_Resolved", "s", "Anna") == (404, 6)
    assert operation("Accept", "s", "Ben", nickname="Ben")[0] == 200
    assert end("Complete", "s", "Ben") == (200, 0)
    assert now_set("s") == "DC_Refund"


def rejected(system: System, value: str | None = None, **rules: Any) -> System:
    """A session `s` whose agent has refused it, of a policy with a default."""
    policy(**{"mandatory": True, "default": "DC_Resolved", **rules})
    assert create(userData={} if value is None else {KEY: value})[0] == 201
    assert end("Reject", "s", "Anna") == (200, 0)
    return system


def reopen(user: str = "Ben") -> None:
    assert by_system("Transfer", "s", targetPath=f"/users/{user}")[0] == 200


def test_a_default_goes_where_the_session_is_opened_again(shop: System) -> None:
    rejected(shop)
    reopen()
    assert now_set("s") is None
    assert history("s") == [(2, KEY, "DC_Resolved", "system"), (3, KEY, None, "system")]
    assert operation("Accept", "s", "Ben", nickname="Ben")[0] == 200
    assert end("Complete", "s", "Ben") == (400, 2)
    assert set_to("DC_Refund", "s", "Ben") == (200, 0)
    assert end("Complete", "s", "Ben") == (200, 0)
    assert now_set("s") == "DC_Refund"


def test_a_default_that_goes_is_announced_with_what_opens_the_session(shop: System) -> None:
    rejected(shop)
    reopen()
    shop.deliver(shop.records())
    attributes = [one["MessageAttributes"] for one in shop.notifications()]
    assert [
        (one["notificationType"]["StringValue"], one["userDataKeys"]["StringValue"])
        for one in attributes
        if one["sessionId"]["StringValue"] == "s" and one["referenceId"]["StringValue"] == "3"
    ] == [("StatusChange", f'["{KEY}"]'), ("PropertiesUpdated", f'["{KEY}"]')]


def test_to_take_a_default_back_costs_two_writes_and_all_else_one(
    shop: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejected(shop)
    writes: list[int] = []
    write = api.store._client.update_item

    def counted(**call: Any) -> Any:
        writes[-1] += 1
        return write(**call)

    monkeypatch.setattr(api.store._client, "update_item", counted)
    for user in ("Ben", "Anna"):
        writes.append(0)
        reopen(user)
    assert writes == [2, 1]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("value", ["DC_Refund", "DC_Resolved"])
def test_what_was_chosen_before_the_refusal_stays(shop: System, value: str) -> None:
    rejected(shop, value)
    reopen()
    assert now_set("s") == value
    assert len(history("s")) == 1


def test_what_was_corrected_after_the_refusal_stays(shop: System) -> None:
    rejected(shop, lateHours=1)
    for value in ("DC_Refund", "DC_Resolved"):
        assert set_to(value, "s", "Anna") == (200, 0)
    reopen()
    assert now_set("s") == "DC_Resolved"
    assert [value for _, _, value, _ in history("s")] == ["DC_Resolved", "DC_Refund", "DC_Resolved"]


def test_what_is_corrected_while_the_session_is_opened_again_stays(
    shop: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejected(shop, lateHours=1)
    write = api.store._client.update_item

    def overtaken(**call: Any) -> Any:
        try:
            return write(**call)
        finally:
            monkeypatch.setattr(api.store._client, "update_item", write)
            assert set_to("DC_Refund", "s", "Anna") == (200, 0)

    monkeypatch.setattr(api.store._client, "update_item", overtaken)
    reopen()
    assert now_set("s") == "DC_Refund"


def test_a_default_is_taken_back_each_time_and_never_something_else(shop: System) -> None:
    rejected(shop)
    reopen("Anna")
    assert end("Reject", "s", "Anna") == (200, 0)
    reopen()
    assert now_set("s") is None
    assert by_system("SetDisposition", "s", disposition="DC_Resolved")[0] == 200
    assert end("Reject", "s", "Ben") == (200, 0)
    reopen()
    assert now_set("s") == "DC_Resolved"


def test_however_often_a_session_is_opened_again_its_history_stays_bounded(
    shop: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facebook_session.history.MAX_ENTRIES", 5)
    rejected(shop)
    sizes = []
    for _ in range(6):
        reopen("Anna")
        assert now_set("s") is None
        sizes.append((len(history("s")), int(shop.item("s")["dispositionBytes"]["N"])))
        assert end("Reject", "s", "Anna") == (200, 0)
        assert now_set("s") == "DC_Resolved"
    assert sizes[2:] == [sizes[1]] * 4


def test_a_late_correction_does_not_put_off_the_removal(shop: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.store, "_retention_seconds", 86_400)
    policy(lateHours=1)
    assert end() == (200, 0)
    before = shop.item()
    assert set_to("DC_Refund") == (200, 0)
    after = shop.item()
    assert all(after[name] == before[name] for name in ("expiresAt", "completedAt", "state", "endedBy", "agents"))
    assert "owner" not in after


def test_after_its_hours_nothing_is_corrected_any_more(shop: System) -> None:
    policy(lateHours=1)
    assert end() == (200, 0)
    shop.set_item(shop.item() | {"completedAt": {"S": "2014-01-09T09:58:12.035+00:00"}})
    assert set_to("DC_Refund") == (400, 2)


@pytest.mark.usefixtures("system")
def test_versions_are_counted_and_stay_readable() -> None:
    assert read("/v2/settings/dispositions") == (200, {"statusCode": 0, "key": "name", "settings": []}, '"0"')
    assert put_policy(POLICY) == (200, DONE, '"1"')
    assert put_policy(POLICY) == (200, DONE, '"1"')
    assert put_policy(POLICY | {"enforce": False}, If_Match='"7"')[0] == 412
    assert put_policy({"codes": CODES[:1]}, If_Match='"1"') == (200, DONE, '"2"')
    shown = {"statusCode": 0, "key": "name", "settings": [{"name": "DC_Resolved", "displayName": "Resolved"}]}
    assert read("/v2/settings/dispositions") == (200, shown, '"2"')
    names = [one["name"] for one in read("/v2/settings/dispositions", version="1")[1]["settings"]]
    assert names == ["DC_Resolved", "Gr\u00f6\u00dfe", "DC_Refund"]
    assert read("/v2/settings/dispositions", version="3")[0] == 404


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("path", ["/v2/settings/dispositions", "/v2/groups"])
def test_who_has_seen_the_codes_reads_them_no_more(path: str) -> None:
    """Where there is no policy, there is what says so."""
    query = {"type": "dispositions"} if path == "/v2/groups" else {}
    for etag in ('"0"', '"1"'):
        assert read(path, **query)[2] == etag
        assert [read_unless(path, seen, **query) for seen in ("*", etag, '"7"')] == [(304, ""), (304, ""), (200, etag)]
        put_policy(POLICY)
    assert read_unless("/v2/settings/dispositions", "*", version="7")[0] == 404


def read_unless(path: str, seen: str, **query: str) -> tuple[int, str]:
    """The status of a GET with `If-None-Match`, and the ETag of an answer that has a body."""
    event = EVENT | {"httpMethod": "GET", "resource": path, "body": None, "queryStringParameters": query or None}
    given = api.lambda_handler(event | {"headers": {"If-None-Match": seen}, "multiValueHeaders": None}, None)
    return given["statusCode"], given["headers"].get("ETag", "") if given["body"] else ""


@pytest.mark.usefixtures("system")
def test_a_policy_needs_no_key_and_a_bad_one_is_refused() -> None:
    for key in ("", " ", "x" * 256):
        status, answer, _ = put_policy(POLICY, Idempotency_Key=key)
        assert (status, answer["statusCode"]) == (400, 10)
    assert read("/v2/settings/dispositions")[2] == '"0"'
    for _ in range(2):
        assert put_policy(POLICY, Idempotency_Key="once") == (200, DONE, '"1"')
    assert put_policy(POLICY | {"enforce": False}, Idempotency_Key="once") == (200, DONE, '"2"')


@pytest.mark.usefixtures("system")
def test_the_first_policy_can_be_put_where_there_is_none() -> None:
    etag = read("/v2/settings/dispositions")[2]
    assert put_policy(POLICY, If_Match=etag) == (200, DONE, '"1"')
    assert put_policy(POLICY | {"enforce": False}, If_Match=etag)[0] == 412


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("name", ["SetDisposition", "AttachUserData", "UpdateUserData"])
def test_a_repeat_is_not_refused_by_the_policy_that_came_after_its_first(name: str) -> None:
    key = {"Idempotency-Key": "once"}
    content: Any = {"disposition": "DC_Refund"} if name == "SetDisposition" else {"userData": {KEY: "DC_Refund"}}
    assert sent(key, name, **content) == (200, DONE, '"34"')
    policy(codes=CODES[:2], queues={})
    assert sent(key, name, **content) == (200, DONE, '"34"')
    assert sent({"Idempotency-Key": "another"}, name, **content)[0] == 400
    assert sent({}, name, **content)[0] == 400
    assert len(history()) == 1


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(("headers", "named"), [({"Idempotency-Key": "once"}, ""), ({}, "s")], ids=["key", "id"])
def test_a_repeated_creation_is_not_refused_by_the_policy_that_came_after_its_first(
    headers: dict[str, str], named: str
) -> None:
    content: dict[str, Any] = {"customer": {"nickname": "FirstL"}, "agent": {"userName": "Anna"}}
    content |= {"userData": {KEY: "DC_Refund"}} | ({"id": named} if named else {})
    first = creation(headers, **content)
    assert first[0] == 201
    policy(codes=CODES[:2], queues={})
    assert creation(headers, **content) == first
    assert creation(headers, **content | {"customer": {"nickname": "Another"}})[0] == 400
    assert creation(headers, **content | {"id": "new"})[0] == 400
    assert creation(**content | {"id": ""})[0] == 400


@pytest.mark.usefixtures("shop")
def test_a_desktop_reads_the_tree() -> None:
    status, answer, etag = read("/v2/groups", type="dispositions", fields="*")
    assert (status, etag) == (200, '"1"')
    top, returns = answer["groups"]
    assert (top["name"], top["defaultGroup"], len(top["dispositions"])) == ("Dispositions", True, 2)
    assert (returns["parentUri"], returns["dispositions"]) == (
        top["uri"],
        [{"name": "DC_Refund", "displayName": "Refund"}],
    )


@pytest.mark.usefixtures("shop")
def test_a_policy_is_held_for_half_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set_to("DC_Resolved") == (200, 0)
    other = policies.Policies(api.policies._client, "settings")
    other.put({"codes": CODES[:1], "enforce": True}, "another function")
    assert set_to("DC_Refund") == (200, 0)
    then = time.time() + policies.MAX_AGE_SECONDS
    monkeypatch.setattr("facebook_session.policies.time.time", lambda: then)
    assert set_to("DC_Resolved") == (200, 0)
    assert set_to("DC_Refund") == (400, 2)


def test_a_policy_that_can_not_be_read_is_not_none(shop: System, monkeypatch: pytest.MonkeyPatch) -> None:
    from facebook_session.errors import Unavailable

    def fails(**_: Any) -> Any:
        raise Unavailable

    before = shop.item()
    monkeypatch.setattr(api, "policies", policies.Policies(type("Down", (), {"query": staticmethod(fails)})(), "x"))
    assert set_to("Spam") == (503, 4)
    assert end() == (503, 4)
    assert by_system("Complete")[0] == 503
    assert operation("UpdateUserData", userData={"DispositionCode": "Spam"})[0] == 503
    assert create(userData={"DispositionCode": "Spam"})[0] == 503
    assert read("/v2/settings/dispositions")[0] == read("/v2/groups", type="dispositions", fields="*")[0] == 503
    assert shop.item() == before
    assert create()[0] == 201
    assert operation("SendMessage", text="Hello")[0] == 200
    assert operation("UpdateUserData", userData={"a": 1})[0] == 200
    assert operation("DeleteUserData", keys=["DispositionCode"])[0] == 200
    assert operation("Transfer", targetPath="/users/Anna")[0] == 200


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    ("document", "parameter"),
    [
        ({"codes": [], "SECRET": 1}, "A member of the request body is no member of a policy."),
        ({"codes": [*CODES, {"name": "DC_Refund", "displayName": "x"}]}, "codes.3.name is the name of another code"),
        ({"codes": CODES, "queues": {"SECRET": ["DC_Refund", "SECRET"]}}, "queues.1 is the name of no code"),
        ({"codes": CODES, "default": "Returns"}, "default is the name of no code that can be set"),
        ({"codes": CODES, "default": "DC_Swap"}, "default is the name of no code that can be set"),
        ({"codes": CODES, "queues": {"q": ["Returns"]}, "default": "DC_Resolved"}, "default is no code of each queue"),
        (
            {"codes": CODES, "enforce": True, "mandatory": True, "queues": {"q": []}},
            "has no code that can be set, and one is mandatory",
        ),
        (
            {"codes": CODES[2:3], "enforce": True, "mandatory": True, "queues": {"q": ["DC_Swap"]}},
            "has no code that can",
        ),
        ({"codes": [], "enforce": True, "mandatory": True}, "codes has no code that can be set, and one is mandatory"),
    ],
)
def test_a_bad_policy_is_refused_with_its_place(document: Any, parameter: str) -> None:
    status, answer, _ = put_policy(document)
    assert (status, answer["statusCode"]) == (400, 2)
    assert parameter in answer["statusMessage"]
    assert "SECRET" not in answer["statusMessage"]


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    ("document", "status_code", "message"),
    [
        ({}, 1, "The parameter codes is missing."),
        ({"codes": [{"name": "a"}]}, 1, "The parameter codes.0.displayName is missing."),
        ({"codes": CODES, "lateHours": -1}, 10, "The parameter lateHours must be from 0 to 8760."),
    ],
)
def test_a_policy_that_lacks_or_overdoes_something_is_refused_as_other_parameters(
    document: Any, status_code: int, message: str
) -> None:
    assert put_policy(document)[:2] == (400, {"statusCode": status_code, "statusMessage": message})
    assert read("/v2/settings/dispositions")[2] == '"0"'


@pytest.mark.usefixtures("shop")
def test_what_was_made_under_an_earlier_policy_is_answered_as_it_was() -> None:
    """Where its answer was lost. Without its key, or with another content, it is a request of now."""
    key = {"Idempotency-Key": "once"}
    assert sent(key, "SetDisposition", disposition="DC_Resolved") == (200, DONE, '"34"')
    policy(codes=CODES[1:], queues={})
    assert sent(key, "SetDisposition", disposition="DC_Resolved") == (200, DONE, '"34"')
    assert sent(key, "SetDisposition", disposition="Spam")[0] == 400
    assert sent({"Idempotency-Key": "twice"}, "SetDisposition", disposition="DC_Resolved")[0] == 400
    assert set_to("DC_Resolved") == (400, 2)
    assert set_to("DC_Resolved", "missing") == (400, 2)


@pytest.mark.usefixtures("shop")
def test_what_was_created_under_an_earlier_policy_is_there() -> None:
    content = {"userData": {"DispositionCode": "DC_Resolved"}}
    first = create(**content)
    assert first[0] == 201
    policy(codes=CODES[1:], queues={})
    assert create(**content) == first
    assert create(**content, comment="x") == first  # what isn't known is ignored
    assert create(**content, queueName="Returns")[0] == 400
    assert create(**content, id="another")[0] == 400
