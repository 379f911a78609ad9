"""What systems do to a session: the customer's words, re-routing, closing, and finding what waits."""

import json
from typing import Any

import pytest

from local import seed
from session_api import app as api
from tests.integration.requests import ROUTING, by_system, creation, operation, read, read_by_system, sent
from tests.pool import agents
from tests.system import System, body

DONE = {"statusCode": 0}
CUSTOMER = {"nickname": "FirstL", "type": "Customer"}
SESSION = "/v2/facebooksessions/{id}"
MESSAGES = "/v2/facebooksessions/{id}/messages"


def create(session_id: str = "s", agent: str = "Anna") -> None:
    assert creation(id=session_id, customer={"nickname": "FirstL"}, agent={"userName": agent})[0] == 201


def done(answer: Any) -> bool:
    return bool(answer[:2] == (200, DONE))


def transfer(to: str, session_id: str = "s") -> Any:
    return by_system("Transfer", session_id, principal=ROUTING, targetPath=f"/users/{to}")


def transcript(session_id: str = "s") -> list[tuple[int, str, str, str | None]]:
    """Index, kind, who and what of each message, as a system reads them."""
    messages = read_by_system(MESSAGES, session_id)[1]["messages"]
    return [(one["index"], one["type"], one["from"]["nickname"], one.get("text")) for one in messages]


def state(session_id: str = "s") -> dict[str, Any]:
    shown: dict[str, Any] = read_by_system(SESSION, session_id)[1]["facebooksession"]
    return shown


def announced(system: System) -> list[tuple[str, int, dict[str, Any]]]:
    """Kind, number and body of what the subscriber gets of all that has happened."""
    system.deliver(system.records())
    got = [(one["MessageAttributes"], body(one)) for one in system.notifications()]
    return [(a["notificationType"]["StringValue"], int(a["referenceId"]["StringValue"]), b) for a, b in got]


def test_the_customer_writes_before_anyone_has_accepted_and_who_accepts_reads_it(system: System) -> None:
    create()
    assert done(by_system("SendMessage", "s", text="Hello?"))
    assert done(by_system("SendUrl", "s", url="https://example.com/order/7"))
    assert done(operation("Accept", "s", "Anna", nickname="Anna"))
    assert done(by_system("SendMessage", "s", text="My gift is broken."))
    assert done(operation("SendMessage", "s", "Anna", text="I am sorry."))
    assert transcript() == [
        (1, "Text", "FirstL", "Hello?"),
        (2, "PushUrl", "FirstL", None),
        (3, "ParticipantJoined", "FirstL", None),
        (4, "ParticipantJoined", "Anna", None),
        (5, "Text", "FirstL", "My gift is broken."),
        (6, "Text", "Anna", "I am sorry."),
    ]
    assert read("/v2/me/facebooksessions/{id}/messages", "Anna", "s")[1] == read_by_system(MESSAGES, "s")[1]
    kinds = [(kind, number) for kind, number, _ in announced(system)]
    assert kinds == [
        ("StatusChange", 1),
        ("NewMessages", 2),
        ("NewMessages", 3),
        ("StatusChange", 4),
        ("ParticipantsUpdated", 4),
        ("NewMessages", 4),
        ("NewMessages", 5),
        ("NewMessages", 6),
    ]


def test_the_customers_messages_look_like_the_agents(system: System) -> None:
    create()
    assert done(by_system("SendMessage", "s", text="Hello?"))
    assert done(by_system("SendStartTypingNotification", "s"))
    system.deliver(system.records())
    *_, message, typing = system.notifications()
    (said,), (types,) = (body(one)["messages"] for one in (message, typing))
    assert said["from"].items() >= CUSTOMER.items()
    assert (said["visibility"], said["index"], said["type"]) == ("All", 1, "Text")
    assert types["from"] == said["from"]
    assert types["type"] == "TypingStarted"
    assert "index" not in types
    attributes = [{name: one["StringValue"] for name, one in m["MessageAttributes"].items()} for m in (message, typing)]
    assert [one["changedBy"] for one in attributes] == ["arn:aws:iam::123456789012:role/channel"] * 2
    assert [one["eventId"] for one in attributes] == ["s#2#1", "s#2#5"]


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("written_before", [0, 1, 3])
def test_the_customer_joins_once_whatever_was_written_before(written_before: int) -> None:
    create()
    for number in range(written_before):
        assert done(by_system("SendMessage", "s", text=f"{number}"))
    for agent, following in (("Anna", "Ben"), ("Ben", "Cy")):
        assert done(operation("Accept", "s", agent, nickname=agent))
        assert done(transfer(following))
        assert done(by_system("SendMessage", "s", text="Still there?"))
    assert done(operation("Accept", "s", "Cy", nickname="Cy"))
    moves = [(kind.removeprefix("Participant"), who) for _, kind, who, text in transcript() if text is None]
    expected = [("Joined", "FirstL"), ("Joined", "Anna"), ("Left", "Anna"), ("Joined", "Ben"), ("Left", "Ben")]
    assert moves == [*expected, ("Joined", "Cy")]
    assert [index for index, *_ in transcript()] == list(range(1, len(transcript()) + 1))


def test_the_customer_joins_also_where_the_first_write_is_refused(system: System) -> None:
    create()
    assert done(by_system("SendMessage", "s", text="Hello?"))
    system.set_item({name: one for name, one in system.item("s").items() if name not in ("requests", "taken")})
    assert done(operation("Accept", "s", "Anna", nickname="Anna"))
    assert [who for _, kind, who, _ in transcript() if kind == "ParticipantJoined"] == ["FirstL", "Anna"]


@pytest.mark.usefixtures("system")
def test_who_loses_a_session_by_re_routing_has_no_part_in_it_from_then_on() -> None:
    create()
    assert done(transfer("Ben"))
    assert operation("Accept", "s", "Anna", nickname="Anna")[0] == 404
    assert done(operation("Accept", "s", "Ben", nickname="Ben"))
    assert done(transfer("Cy"))
    assert operation("SendMessage", "s", "Ben", text="x")[0] == 404
    assert done(operation("Accept", "s", "Cy", nickname="Cy"))
    assert done(operation("Leave", "s", "Cy"))
    assert done(transfer("Ben"))
    assert [kind for _, kind, *_ in transcript()].count("ParticipantLeft") == 2  # Cy had left already


def test_re_routing_of_what_nobody_has_accepted_is_announced(system: System) -> None:
    create()
    assert done(transfer("Ben"))
    system.deliver(system.records())
    *_, last = system.notifications()
    attributes = {name: one["StringValue"] for name, one in last["MessageAttributes"].items()}
    assert (attributes["notificationType"], attributes["referenceId"]) == ("StatusChange", "2")
    assert (attributes["agent"], attributes["changedBy"]) == ("Ben", ROUTING)


def test_re_routing_to_the_agent_who_is_invited_already_changes_nothing(system: System) -> None:
    create()
    before = system.item("s")
    assert transfer("Anna") == (200, DONE, '"1"')
    assert system.item("s") == before


@pytest.mark.usefixtures("system")
def test_an_agent_who_is_in_the_chat_can_be_invited_anew() -> None:
    create()
    assert done(operation("Accept", "s", "Anna", nickname="Anna"))
    assert done(transfer("Anna"))
    assert state()["state"] == "Invited"
    assert done(operation("Accept", "s", "Anna", nickname="Anna"))


def test_what_an_agent_has_rejected_can_be_given_to_another(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.store, "_retention_seconds", 86_400)
    create()
    assert done(operation("Reject", "s", "Anna"))
    assert (state()["state"], state()["endedBy"]) == ("Completed", "Reject")
    assert "expiresAt" in system.item("s")
    refused: dict[str, dict[str, Any]] = {"SendMessage": {"text": "?"}, "Leave": {}, "Complete": {}}
    for name, parameters in refused.items():
        assert by_system(name, "s", **parameters)[:1] == (400,)
    assert done(transfer("Ben"))
    assert "endedBy" not in state()
    assert {"expiresAt", "endedBy"}.isdisjoint(system.item("s"))
    assert operation("Accept", "s", "Anna", nickname="Anna")[0] == 404
    assert [one["id"] for one in read("/v2/me/facebooksessions", "Ben", fields="*")[1]["facebooksessions"]] == ["s"]
    assert done(operation("Accept", "s", "Ben", nickname="Ben"))
    assert [number for _, number, _ in announced(system)] == [1, 2, 3, 4, 4, 4]


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("ending", ["Complete", "Leave"])
def test_what_ended_otherwise_stays_as_it_is(ending: str) -> None:
    create()
    assert done(by_system(ending, "s"))
    assert state()["endedBy"] == ending
    assert transfer("Ben")[:2] == (
        400,
        {"statusCode": 2, "statusMessage": "The parameter operationName is not valid in the session's state."},
    )


def test_a_session_that_ended_under_an_earlier_version_is_not_opened(session: System) -> None:
    assert done(operation("Complete"))
    session.set_item({name: value for name, value in session.item().items() if name != "endedBy"})
    assert transfer("Ben", seed.PAGE_SESSION)[0] == 400


def test_the_customer_goes_while_the_agent_is_there(system: System) -> None:
    create()
    assert done(operation("Accept", "s", "Anna", nickname="Anna"))
    assert done(by_system("Leave", "s"))
    assert state()["state"] == "LeftChat"
    assert transcript()[-1][1:3] == ("ParticipantLeft", "FirstL")
    assert done(operation("SetDisposition", "s", "Anna", disposition="CustomerGone"))
    assert done(operation("Complete", "s", "Anna"))
    assert (state()["state"], state()["endedBy"]) == ("Completed", "Complete")
    last = [(kind, number) for kind, number, _ in announced(system)][-4:]
    assert last == [("StatusChange", 3), ("NewMessages", 3), ("PropertiesUpdated", 4), ("StatusChange", 5)]


def test_the_customer_goes_before_anyone_has_accepted(system: System) -> None:
    create()
    assert done(by_system("Leave", "s"))
    assert (state()["state"], state()["endedBy"]) == ("Completed", "Leave")
    assert transcript() == [(1, "ParticipantLeft", "FirstL", None)]
    assert "owner" not in system.item("s")
    assert [(kind, number) for kind, number, _ in announced(system)] == [
        ("StatusChange", 1),
        ("StatusChange", 2),
        ("NewMessages", 2),
    ]


@pytest.mark.usefixtures("system")
def test_a_customer_who_goes_behind_a_transfer_is_not_taken_for_the_agent_who_left() -> None:
    create()
    assert done(operation("Accept", "s", "Anna", nickname="Anna"))
    assert done(transfer("Ben"))
    assert done(by_system("Leave", "s"))
    assert [(kind, who) for _, kind, who, _ in transcript()[2:]] == [
        ("ParticipantLeft", "Anna"),
        ("ParticipantLeft", "FirstL"),
    ]


@pytest.mark.usefixtures("system")
def test_a_webhook_that_delivers_twice_writes_once() -> None:
    create()
    key = {"Idempotency-Key": "m_AG5Hz2U..."}
    assert by_system("SendMessage", "s", key, text="Hello?") == (200, DONE, '"2"')
    assert done(operation("Accept", "s", "Anna", nickname="Anna"))
    assert by_system("SendMessage", "s", key, text="Hello?") == (200, DONE, '"2"')
    assert by_system("SendMessage", "s", key, text="Another")[0] == 400
    assert [text for *_, text in transcript()].count("Hello?") == 1


@pytest.mark.usefixtures("system")
def test_systems_and_agents_can_not_meet_each_others_keys() -> None:
    create(agent="Anna")
    assert done(operation("Accept", "s", "Anna", nickname="Anna"))
    key = {"Idempotency-Key": "1"}
    assert by_system("SendMessage", "s", key, "arn:aws:iam::1:role/a", text="from a") == (200, DONE, '"3"')
    assert by_system("SendMessage", "s", key, "arn:aws:iam::1:role/b", text="from b") == (200, DONE, '"4"')
    assert by_system("SendMessage", "s", key, "Anna", text="from c") == (200, DONE, '"5"')


def test_an_agents_request_is_remembered_behind_30_messages_of_the_customer(session: System) -> None:
    key = {"Idempotency-Key": "6f1c"}
    assert sent(key, "SetDisposition", disposition="A") == (200, DONE, '"34"')
    for number in range(30):
        assert done(by_system("SendMessage", headers={"Idempotency-Key": f"m_{number}"}, text=f"{number}"))
    assert sent(key, "SetDisposition", disposition="A") == (200, DONE, '"34"')
    assert session.item()["referenceId"] == {"N": "64"}


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("name", ["Accept", "Reject", "SetInFocus"])
def test_what_only_an_agent_can_do_is_refused(name: str) -> None:
    status, answer, _ = by_system(name, nickname="x")
    assert (status, answer["statusCode"]) == (400, 2)
    assert "only an agent" in answer["statusMessage"]


@pytest.mark.usefixtures("system")
def test_what_waits_is_found_by_state_and_by_agent() -> None:
    for name, agent in (("a", "Anna"), ("b", "Ben"), ("c", "Anna")):
        create(name, agent)
    assert done(operation("Accept", "a", "Anna", nickname="Anna"))

    def found(**query: str) -> list[str]:
        status, answer, _ = read_by_system("/v2/facebooksessions", **query)
        assert status == 200, json.dumps(answer)
        return [uri.rpartition("/")[2] for uri in answer["uris"]]

    assert found(state="Invited") == ["b", "c"]
    assert found(agent="Anna") == ["a", "c"]
    assert found(agent="Anna", state="Invited") == ["c"]
    assert done(transfer("Ben", "c"))
    assert found(agent="Ben") == ["b", "c"]
    assert done(by_system("Complete", "b"))
    create("d", "Cy")
    assert found(state="Invited") == ["c", "d"]
    first = read_by_system("/v2/facebooksessions", state="Invited", pageSize="1")[1]
    assert "/facebooksessions?state=Invited&pageSize=1&pageToken=" in first["next"]
    assert "/me/" not in first["next"]


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, 1),
        ({"state": "Completed"}, 2),
        ({"state": "x"}, 2),
        ({"agent": ""}, 2),
        ({"agent": "a b"}, 2),
        ({"x": "1"}, 2),
    ],
)
def test_what_can_not_be_looked_for_is_refused(query: dict[str, str], code: int) -> None:
    assert read_by_system("/v2/facebooksessions", **query)[1]["statusCode"] == code


@pytest.mark.usefixtures("session")
def test_a_session_whose_agent_is_no_agent_any_more_goes_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "agent_pool", lambda: agents("Ben"))
    assert done(transfer("Ben", seed.PAGE_SESSION))
    assert done(operation("Accept", seed.PAGE_SESSION, "Ben", nickname="Ben"))
    assert done(operation("Complete", seed.PAGE_SESSION, "Ben"))


def test_an_agent_whom_a_system_takes_out_is_not_counted_among_the_customers_messages(session: System) -> None:
    """In a session from before there were messages the customer has joined, though nothing tells of it."""
    assert done(transfer("Ben", seed.PAGE_SESSION))
    assert done(operation("Accept", seed.PAGE_SESSION, "Ben", nickname="Ben"))
    assert [(kind, who) for _, kind, who, _ in transcript(seed.PAGE_SESSION)] == [
        ("ParticipantLeft", "TestName"),
        ("ParticipantJoined", "Ben"),
    ]
    assert "customerMessageCount" not in session.item()


def test_a_message_names_the_agent_whom_a_system_takes_out(system: System) -> None:
    """So that whoever reads the item takes nobody else for the one who left."""
    create()
    assert done(operation("Accept", "s", "Anna", nickname="Anna"))
    assert done(transfer("Ben"))
    (left,) = system.item("s")["newMessages"]["L"]
    assert left["M"]["userName"] == {"S": "Anna"}
