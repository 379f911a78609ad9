"""What agents' desktops hear of sessions: from a request to the API, by way of the table's stream, to held connects."""

import itertools
import json
from dataclasses import replace
from typing import Any, Final

import pytest
from botocore.exceptions import ReadTimeoutError

from desktop_channel import app as channel
from desktop_channel.holds import Holds
from desktop_channel.polls import Polls
from desktop_notifier import app as notifier
from facebook_session.attributes import attribute
from facebook_session.clients import LIFE_SECONDS, Clients
from facebook_session.errors import Unavailable
from facebook_session.mailboxes import Mailboxes, letter
from local import seed
from session_notifier import app as topic
from tests.clients import client, of_functions
from tests.desktops import SESSIONS, Bringing, Clock, Desktop, Polled, deliver
from tests.integration.requests import by_system, creation, operation
from tests.system import System, body

RETRY: Final = {"reconnect": "retry", "interval": 0, "timeout": 1_000}
ANEW: Final = {"reconnect": "handshake", "interval": 0}
UNKNOWN: Final = "402::session_unknown"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in ("desktop_channel.app", "desktop_channel.polls", "desktop_channel.holds", "facebook_session.clients"):
        monkeypatch.setattr(f"{module}.time", made)
    return made


@pytest.fixture
def stream(session: System, monkeypatch: pytest.MonkeyPatch) -> Bringing:
    monkeypatch.setattr("facebook_session.database.wait", lambda _seconds: None)
    monkeypatch.setattr(channel, "LAST_CALL_SECONDS", 60)  # the machine's time goes on while the clock stands still
    wire(monkeypatch, of_functions("dynamodb", 2))
    return Bringing(session)


def wire(monkeypatch: pytest.MonkeyPatch, dynamodb: Any, held: int = 10) -> None:
    clients, mailboxes = Clients(dynamodb, "desktops"), Mailboxes(dynamodb, "desktops")
    holds = Holds(dynamodb, "desktops", held, 1)
    polls = Polls(clients, mailboxes, holds, channel.terms)
    for name, one in {"clients": clients, "mailboxes": mailboxes, "holds": holds, "polls": polls}.items():
        monkeypatch.setattr(channel, name, one)
    monkeypatch.setattr(notifier, "clients", clients)
    monkeypatch.setattr(notifier, "mailboxes", mailboxes)


def items(folder: str) -> list[dict[str, Any]]:
    """What lies in the table, apart from when it expires."""
    found = client("dynamodb").scan(TableName="desktops")["Items"]
    return sorted(
        ({name: one for name, one in item.items() if name != "expiresAt"} for item in found if in_folder(item, folder)),
        key=lambda item: str(item["place"]["S"]),
    )


def in_folder(item: dict[str, Any], folder: str) -> bool:
    return bool(item["place"]["S"].startswith(folder))


def set_disposition(value: str = "IssueResolved") -> None:
    assert operation("SetDisposition", disposition=value)[0] == 200


# ------------------------------------------------------------------ the page's exchange
def test_a_desktop_hears_of_the_pages_disposition(stream: Bringing) -> None:
    desktop = Desktop().listen()
    set_disposition()
    stream.bring()
    polled = desktop.connect()
    assert [(one["notificationType"], one["referenceId"]) for one in polled.events] == [("PropertiesUpdated", 34)]
    assert polled.events[0]["facebooksession"]["userData"] == {"DispositionCode": "IssueResolved"}
    assert polled.events[0]["facebooksession"]["capabilities"][0] == "Transfer"
    assert polled.answer["advice"] == RETRY
    assert desktop.connect().events == []


def test_an_event_is_in_its_channel_without_an_id_and_stands_before_the_answer(stream: Bringing) -> None:
    desktop = Desktop().listen("/v2/me/facebooksessions")
    set_disposition()
    stream.bring()
    event, answer = desktop.send("connect", connectionType="long-polling")
    assert event.keys() == {"channel", "data"}
    assert event["channel"] == "/v2/me/facebooksessions"
    assert answer["successful"]


@pytest.mark.parametrize("subscription", ["/**", "/v2/**", "/v2/me/*", [SESSIONS, "/v2/me/facebooksessions"]], ids=str)
def test_however_it_is_subscribed_each_event_comes_once_on_genesys_channel(
    stream: Bringing, subscription: object
) -> None:
    desktop = Desktop().listen(subscription)
    set_disposition()
    stream.bring()
    events = desktop.send("connect")[:-1]
    assert [one["channel"] for one in events] == [SESSIONS]


def test_who_is_not_subscribed_hears_nothing(stream: Bringing) -> None:
    others = [Desktop().listen("/*"), Desktop().listen("/other"), Desktop("Ben").listen()]
    set_disposition()
    stream.bring()
    assert [one.connect().events for one in others] == [[], [], []]
    assert items("mail#") == []


def test_what_waits_for_who_unsubscribes_is_thrown_away(stream: Bringing) -> None:
    desktop = Desktop().listen()
    set_disposition()
    stream.bring()
    desktop.send("unsubscribe", subscription=SESSIONS)
    assert desktop.connect().events == []
    assert items("mail#") == []


def test_two_tabs_each_hear_everything(stream: Bringing) -> None:
    tabs = [Desktop().listen(), Desktop().listen()]
    set_disposition()
    stream.bring()
    assert [one.connect().numbers for one in tabs] == [[34], [34]]


def test_fifty_agents_with_two_tabs_each_hear_all_of_their_own_sessions_in_order(stream: Bringing) -> None:
    agents, changes = [f"agent-{number}" for number in range(50)], range(2)
    tabs = [(agent, Desktop(agent).listen()) for agent in agents for _ in range(2)]
    for agent in agents:
        assert seed.create_session(client, "sessions", f"of-{agent}", agent)
    heard: dict[Desktop, list[Any]] = {tab: [] for _, tab in tabs}
    for change in changes:
        for agent in agents:
            assert operation("AttachUserData", f"of-{agent}", agent, userData={"at": change})[0] == 200
        records = stream.records()
        for batch in (records[start : start + 100] for start in range(0, len(records), 100)):
            assert deliver(batch) == []
        for _, tab in tabs:
            heard[tab] += tab.connect(at_once=True).events
    for agent, tab in tabs:
        assert [one["referenceId"] for one in heard[tab]] == [33, *(34 + change for change in changes)]
        assert {one["facebooksession"]["id"] for one in heard[tab]} == {f"of-{agent}"}


def test_another_agent_can_do_nothing_with_a_client_id(stream: Bringing) -> None:
    desktop, thief = Desktop().listen(), Desktop("Ben").listen()
    thief.client_id = desktop.client_id
    set_disposition()
    stream.bring()
    polled = thief.connect()
    assert (polled.events, polled.answer["error"], polled.answer["advice"]) == ([], UNKNOWN, ANEW)
    for kind in ("subscribe", "unsubscribe", "disconnect"):
        (answer,) = thief.send(kind, subscription="/**")
        assert (answer["error"], "advice" in answer) == (UNKNOWN, False)
    assert desktop.connect().numbers == [34]


# ------------------------------------------------------------------ what has arrived
def test_an_answer_that_was_lost_comes_again_until_it_is_acknowledged(stream: Bringing) -> None:
    desktop = Desktop(acknowledges=True).listen()
    set_disposition("A")
    stream.bring()
    assert desktop.connect(lost=True).numbers == [34]
    set_disposition("B")
    stream.bring()
    assert desktop.connect(lost=True).numbers == [34, 35]
    again = desktop.connect()
    assert (again.numbers, again.answer["ext"]) == ([34, 35], {"ack": 3})
    assert desktop.connect().events == []
    assert items("mail#") == []


def test_without_the_extension_what_was_sent_has_arrived(stream: Bringing) -> None:
    desktop = Desktop().listen()
    set_disposition()
    stream.bring()
    lost = desktop.connect(lost=True)
    assert (lost.numbers, "ext" in lost.answer) == ([34], False)
    assert desktop.connect().events == []
    assert items("mail#") == []


def test_without_it_who_asks_at_once_after_a_poll_gets_the_same_once_more(stream: Bringing) -> None:
    """So does cometd.js where its poll has failed."""
    desktop = Desktop().listen()
    set_disposition()
    stream.bring()
    assert desktop.connect(lost=True).numbers == [34]
    assert desktop.connect(at_once=True).numbers == [34]
    assert desktop.connect(at_once=True).events == []


def test_who_asks_at_once_in_vain_gets_it_with_the_next_one(stream: Bringing, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = Desktop().listen()
    set_disposition()
    stream.bring()
    assert desktop.connect(lost=True).numbers == [34]
    with monkeypatch.context() as patch:
        patch.setattr(Mailboxes, "waiting", _unavailable)
        again = desktop.message("connect", connectionType="long-polling", advice={"timeout": 0})
        assert desktop.exchange([again])[0] == 503
    assert desktop.connect(at_once=True).numbers == [34]
    assert desktop.connect(at_once=True).events == []


def _unavailable(*_: object, **__: object) -> None:
    raise Unavailable


@pytest.mark.usefixtures("stream")
def test_a_hundred_letters_come_in_an_answer_and_the_rest_with_the_next() -> None:
    desktop, numbers = Desktop().listen(), [*range(120)]
    sent = [letter(desktop.client_id, f"{one}", f"{one}", 0, [f'{{"referenceId":{one}}}']) for one in numbers]
    channel.mailboxes.put((desktop.user, one) for one in sent)
    assert [one["referenceId"] for one in desktop.connect().events] == numbers[:100]
    assert [one["referenceId"] for one in desktop.connect().events] == numbers[100:]


def test_until_the_next_connect_nothing_is_removed(stream: Bringing) -> None:
    desktop = Desktop().listen()
    set_disposition()
    stream.bring()
    desktop.connect()
    assert len(items("mail#")) == 1


# ------------------------------------------------------------------ held connects
def test_a_connect_is_held_until_its_time_is_over(stream: Bringing, clock: Clock) -> None:
    desktop = Desktop().listen()
    assert clock.slept == 0
    polled = desktop.connect()
    assert (polled.events, polled.answer["successful"], clock.slept) == ([], True, 1)
    assert stream.records() == []


@pytest.mark.usefixtures("stream")
def test_a_connect_that_asks_for_it_is_answered_at_once(clock: Clock) -> None:
    assert Desktop().listen().connect(at_once=True).answer["successful"]
    assert clock.slept == 0


def test_what_comes_while_a_connect_is_held_ends_it(stream: Bringing, clock: Clock) -> None:
    desktop = Desktop().listen()

    def happen() -> None:
        set_disposition()
        stream.bring()

    clock.meanwhile = happen
    assert desktop.connect().numbers == [34]
    assert clock.slept == 0.25


def test_a_connect_that_its_client_has_left_for_another_brings_nothing(stream: Bringing, clock: Clock) -> None:
    desktop = Desktop().listen()
    second: list[Polled] = []

    def leave() -> None:
        set_disposition()
        stream.bring()
        second.append(desktop.connect(at_once=True))

    clock.meanwhile = leave
    *events, first = desktop.send("connect")
    assert (events, first["successful"], first["advice"]) == ([], True, RETRY)
    assert [one.numbers for one in second] == [[34]]
    assert desktop.connect().events == []


@pytest.mark.parametrize("held", [0, 10])
@pytest.mark.usefixtures("stream")
def test_desktops_for_which_nothing_happens_leave_nothing(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    wire(monkeypatch, of_functions("dynamodb", 2), held)
    clock.now += 0.3
    desktop = Desktop().listen()
    for _ in range(3):
        assert desktop.connect().answer["successful"]
    assert items("mail#") == []


def test_a_connect_that_its_client_leaves_just_before_it_is_held_is_not_held(
    clock: Clock, stream: Bringing, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = Desktop().listen()
    hold, second = Clients.hold, []

    def left(*arguments: Any) -> bool:
        monkeypatch.setattr(Clients, "hold", hold)
        second.append(desktop.connect(at_once=True))
        return hold(*arguments)

    monkeypatch.setattr(Clients, "hold", left)
    assert [one["successful"] for one in desktop.send("connect")] == [True]
    assert (len(second), clock.slept, stream.records()) == (1, 0, [])


def test_a_connect_that_its_client_has_left_is_not_held_any_longer(stream: Bringing, clock: Clock) -> None:
    desktop = Desktop().listen()
    clock.meanwhile = lambda: desktop.connect(at_once=True)
    assert [one["successful"] for one in desktop.send("connect")] == [True]
    assert clock.slept == 0.25
    set_disposition()
    stream.bring()
    assert desktop.connect().numbers == [34]


def test_a_connect_that_is_left_between_its_look_and_its_answer_brings_nothing(
    stream: Bringing, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = Desktop().listen()
    set_disposition()
    stream.bring()
    hand, second = Clients.hand, []

    def overtaken(*arguments: Any, **more: Any) -> int | None:
        monkeypatch.setattr(Clients, "hand", hand)
        second.append(desktop.connect(at_once=True))
        return hand(*arguments, **more)

    monkeypatch.setattr(Clients, "hand", overtaken)
    assert [one["successful"] for one in desktop.send("connect")] == [True]
    assert [one.numbers for one in second] == [[34]]


def test_after_a_disconnect_a_held_connect_is_woken_to_stay_away(stream: Bringing, clock: Clock) -> None:
    desktop = Desktop().listen()
    clock.meanwhile = desktop.disconnect
    (answer,) = desktop.send("connect")
    assert (answer["successful"], answer["advice"]) == (True, {"reconnect": "none", "interval": 0})
    assert clock.slept == 0.25
    assert desktop.connect().answer["error"] == UNKNOWN
    set_disposition()
    stream.bring()
    assert items("client#") == []
    assert [one["notifications"] for one in items("mail#")] == [{"L": []}]


@pytest.mark.usefixtures("stream")
def test_over_the_limit_of_held_connects_a_desktop_is_to_come_back_in_a_second(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire(monkeypatch, of_functions("dynamodb", 2), held=1)
    first, second = Desktop().listen(), Desktop().listen()
    busy: list[Polled] = []
    clock.meanwhile = lambda: busy.append(second.connect())
    assert first.connect().answer["advice"] == RETRY
    assert [(one.answer["successful"], one.answer["advice"]) for one in busy] == [(True, RETRY | {"interval": 1_000})]
    assert clock.slept == 1
    second.connect()
    assert clock.slept == 2


def test_who_can_not_be_held_still_gets_what_waits(
    stream: Bringing, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire(monkeypatch, of_functions("dynamodb", 2), held=0)
    desktop = Desktop().listen()
    set_disposition()
    stream.bring()
    assert desktop.connect().numbers == [34]
    assert desktop.connect().answer["advice"]["interval"] == 1_000
    assert clock.slept == 0


@pytest.mark.usefixtures("stream")
def test_a_hold_that_died_is_forgotten_after_the_next_slice(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    wire(monkeypatch, of_functions("dynamodb", 2), held=1)
    desktop = Desktop().listen()
    assert channel.holds.begin() is not None
    intervals = []
    for _ in range(3):
        intervals.append(desktop.connect().answer["advice"]["interval"])
        clock.now += 1
    assert intervals == [1_000, 1_000, 0]


# ------------------------------------------------------------------ how long a client is kept
def test_a_client_is_kept_for_ten_minutes_after_its_last_contact(stream: Bringing, clock: Clock) -> None:
    desktop = Desktop().listen()
    for _ in range(3):
        clock.now += LIFE_SECONDS - 1
        assert desktop.connect(at_once=True).answer["successful"]
    clock.now += LIFE_SECONDS - 1
    assert desktop.send("subscribe", subscription="/more")[0]["successful"]
    clock.now += LIFE_SECONDS
    set_disposition()
    stream.bring()
    polled = desktop.connect()
    assert (polled.answer["error"], polled.answer["advice"]) == (UNKNOWN, ANEW)
    assert items("mail#") == []


def fill(desktop: Desktop, letters: int) -> None:
    made = (letter(desktop.client_id, str(n), str(n), 0, [json.dumps("x" * 300_000)]) for n in range(letters))
    channel.mailboxes.put((desktop.user, one) for one in made)


@pytest.mark.usefixtures("stream")
def test_for_whom_too_much_waits_is_unknown(clock: Clock) -> None:
    desktop = Desktop(acknowledges=True).listen()
    fill(desktop, 20)
    polled = desktop.connect()
    assert (polled.events, polled.answer["error"], polled.answer["advice"]) == ([], UNKNOWN, ANEW)
    assert items("client#") == []
    assert clock.slept == 0


@pytest.mark.usefixtures("stream")
def test_much_comes_in_several_answers() -> None:
    desktop = Desktop().listen()
    fill(desktop, 10)
    counts = [len(desktop.connect(at_once=True).events) for _ in range(5)]
    assert sum(counts) == 10
    assert counts[0] < 10
    assert items("mail#") == []


# ------------------------------------------------------------------ who hears what
def test_to_who_loses_a_session_it_is_completed_and_nothing_is_told_after(stream: Bringing) -> None:
    operation("AttachUserData", userData={"Name": "FirstL"})
    stream.bring()
    loser, gainer = Desktop().listen(), Desktop("Ben").listen()
    operation("Transfer", targetPath="/users/Ben")
    operation("Accept", user="Ben", nickname="Ben")
    stream.bring()
    operation("SendMessage", user="Ben", text="Hello")
    stream.bring()
    (ended,) = loser.connect().events
    assert (ended["notificationType"], ended["facebooksession"]["state"]) == ("StatusChange", "Completed")
    assert (ended["facebooksession"]["userData"], ended["facebooksession"]["capabilities"]) == ({}, [])
    assert "Ben" not in json.dumps(ended)
    heard = gainer.connect()
    assert heard.kinds[0] == "StatusChange"
    assert [one["facebooksession"]["state"] for one in heard.events[:1]] == ["Invited"]
    assert heard.kinds[-1] == "NewMessages"
    assert loser.connect().events == []


def test_a_session_that_comes_back_is_told_as_over_and_then_as_new(stream: Bringing) -> None:
    desktop = Desktop().listen()
    operation("Transfer", targetPath="/users/Ben")
    operation("Accept", user="Ben", nickname="Ben")
    operation("Transfer", user="Ben", targetPath=f"/users/{seed.PAGE_AGENT}")
    stream.bring()
    told = [one for one in desktop.connect().events if one["notificationType"] == "StatusChange"]
    assert [one["facebooksession"]["state"] for one in told] == ["Completed", "Invited"]


def test_a_new_session_is_told_to_the_agent_whom_it_is_offered(stream: Bringing) -> None:
    desktop = Desktop("Ben").listen()
    assert creation(id="s", customer={"nickname": "FirstL"}, agent={"userName": "Ben"})[0] == 201
    stream.bring()
    (event,) = desktop.connect().events
    assert (event["notificationType"], event["facebooksession"]["state"]) == ("StatusChange", "Invited")


def test_the_changes_of_a_session_come_in_their_order_in_whatever_batches(stream: Bringing) -> None:
    desktop = Desktop().listen()
    numbers: list[int] = []
    values, sizes = map(str, itertools.count()), (1, 3, 2, 5, 1)
    for size in sizes:
        for value in itertools.islice(values, size):
            set_disposition(value)
        stream.bring()
        if size == 2:
            numbers += desktop.connect().numbers
    numbers += desktop.connect().numbers
    assert numbers == [*range(34, 34 + sum(sizes))]


def test_a_message_log_has_the_sessions_path_and_typing_is_told(stream: Bringing) -> None:
    desktop = Desktop().listen()
    by_system("SendStartTypingNotification")
    by_system("SendMessage", text="Hello")
    stream.bring()
    typing, message = desktop.connect().events
    for one in (typing, message):
        assert one["facebooksessionPath"] == f"/facebooksessions/{seed.PAGE_SESSION}"
        assert one["facebooksessionUri"].endswith(one["facebooksessionPath"])
    assert [one["messages"][0]["type"] for one in (typing, message)] == ["TypingStarted", "Text"]


def test_desktops_hear_all_of_it_where_the_topic_leaves_out_personal_data(
    session: System, stream: Bringing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic, "settings", replace(topic.settings, personal_data=False))
    desktop = Desktop().listen()
    operation("SendMessage", text="Hello")
    session.deliver(stream.bring())
    (announced,) = session.notifications()
    assert "text" not in body(announced)["messages"][0]
    assert desktop.connect().events[0]["messages"][0]["text"] == "Hello"


def test_what_is_too_large_for_a_letter_comes_without_personal_data_and_in_its_place(
    session: System, stream: Bringing
) -> None:
    item = session.item()
    session.set_item(item | {"userData": attribute({"large": "x" * 310_000})})
    stream.records()
    desktop = Desktop().listen()
    set_disposition()
    session.set_item(item | {"referenceId": {"N": "35"}})
    stream.bring()
    large, small = desktop.connect().events
    assert (large["referenceId"], small["referenceId"]) == (34, 35)
    assert "userData" not in large["facebooksession"]
    assert small["facebooksession"]["userData"] == {}


# ------------------------------------------------------------------ what goes wrong
def test_a_record_that_can_not_be_read_is_counted_and_passed_over(
    stream: Bringing, capsys: pytest.CaptureFixture[str]
) -> None:
    desktop = Desktop().listen()
    set_disposition("A")
    set_disposition("B")
    bad, good = stream.records()
    del bad["dynamodb"]["NewImage"]["participants"]
    capsys.readouterr()
    assert deliver([bad, good]) == []
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["Untold"] for one in metrics if "Untold" in one] == [[1.0]]
    assert desktop.connect().numbers == [35]


class Failing:
    """DynamoDB, which doesn't answer this operation."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._dynamodb = of_functions("dynamodb", 2)

    def __getattr__(self, operation: str) -> Any:
        return self._fail if operation == self._operation else getattr(self._dynamodb, operation)

    def _fail(self, **_: Any) -> Any:
        raise ReadTimeoutError(endpoint_url="https://dynamodb")


@pytest.mark.parametrize("failing", ["query", "batch_write_item"])
def test_where_dynamodb_fails_the_first_record_is_named_and_all_come_again(
    stream: Bringing, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    desktop = Desktop().listen()
    set_disposition("A")
    set_disposition("B")
    records = stream.records()
    wire(monkeypatch, Failing(failing))
    assert deliver(records) == [records[0]["dynamodb"]["SequenceNumber"]]
    wire(monkeypatch, of_functions("dynamodb", 2))
    assert deliver(records) == []
    assert desktop.connect().numbers == [34, 35]


def test_a_batch_that_is_brought_again_changes_nothing(stream: Bringing) -> None:
    desktop = Desktop().listen()
    set_disposition()
    records = stream.bring()
    before = items("")
    assert deliver(records) == []
    assert items("") == before
    assert desktop.connect().numbers == [34]


@pytest.mark.parametrize("failing", ["get_item", "query", "update_item", "delete_item", "put_item"])
def test_a_desktop_that_can_not_be_answered_is_to_come_again_and_misses_nothing(
    stream: Bringing, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    desktop = Desktop().listen()
    set_disposition()
    stream.bring()
    wire(monkeypatch, Failing(failing))
    needed = {"delete_item": "disconnect", "put_item": "handshake"}.get(failing, "connect")
    status, answer = desktop.exchange([desktop.message(needed)])
    assert (status, answer["statusCode"]) == (503, 4)
    wire(monkeypatch, of_functions("dynamodb", 2))
    assert desktop.connect().numbers == [34]


def test_what_a_held_connect_brings_is_not_lost_where_its_end_can_not_be_counted(
    stream: Bringing, clock: Clock
) -> None:
    desktop = Desktop().listen()

    def happen() -> None:
        set_disposition()
        stream.bring()
        channel.holds._client = Failing("update_item")

    clock.meanwhile = happen
    assert desktop.connect().numbers == [34]
