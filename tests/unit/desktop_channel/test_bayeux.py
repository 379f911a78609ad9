"""What a client's messages are answered, whatever it sends, and what is kept of the client afterwards."""

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_channel import bayeux
from desktop_channel.bayeux import MAX_SUBSCRIPTIONS, Connect, Exchange, Message, Terms, exchange
from facebook_session.channels import Client, can_be_subscribed

ID: Final = "0123456789abcdef" * 2
FOREIGN: Final = "f" * 32
CHANNEL: Final = "/v2/me/facebooksession"
NEW: Final = Client(ID)
CONNECTED: Final = Client(ID, connected=True)

RETRY: Final = {"reconnect": "retry", "interval": 0, "timeout": 25_000}
ANEW: Final = {"reconnect": "handshake", "interval": 0}
AWAY: Final = {"reconnect": "none", "interval": 0}
UNKNOWN: Final = "402::session_unknown"

JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def terms() -> Terms:
    """Each client that is new gets the next number as its id."""
    numbers = itertools.count(1)
    return Terms(("long-polling",), 25_000, lambda: f"{next(numbers):032x}")


def message(channel: str, **fields: Any) -> dict[str, Any]:
    return {"id": "7", "channel": channel, "clientId": ID, **fields}


def answered(client: Client | None, *messages: Message) -> Exchange:
    return exchange(messages, client, terms())


def subscribed(*subscriptions: str) -> Client:
    return Client(ID, frozenset(subscriptions))


# ------------------------------------------------------------------ every kind of message in every state of the client
class Outcome(NamedTuple):
    """`error` is empty where all is well; `advice` None where there is none."""

    error: str = ""
    advice: dict[str, Any] | None = None


WELL: Final = Outcome()
NOBODY: Final = Outcome(UNKNOWN)
MISSING: Final = Outcome("400::channel_missing")
INVALID: Final = Outcome("405::channel_invalid")
DENIED: Final = Outcome("403::handshake_denied", AWAY)
OUTCOMES: Final[dict[str, tuple[Message, Outcome, Outcome]]] = {
    # what is sent, what it is answered where its client is kept, and what it is where not
    "handshake, not alone": (message("/meta/handshake"), DENIED, DENIED),
    "connect": (message("/meta/connect"), Outcome("", RETRY), Outcome(UNKNOWN, ANEW)),
    "subscribe": (message("/meta/subscribe", subscription=CHANNEL), WELL, NOBODY),
    "subscribe to nothing": (message("/meta/subscribe"), Outcome("403::subscription_invalid"), NOBODY),
    "unsubscribe": (message("/meta/unsubscribe", subscription=CHANNEL), WELL, NOBODY),
    "unsubscribe from nothing": (message("/meta/unsubscribe"), Outcome("403::subscription_invalid"), NOBODY),
    "disconnect": (message("/meta/disconnect"), WELL, NOBODY),
    "publish": (message(CHANNEL, data={}), Outcome("403::publish_denied"), NOBODY),
    "unknown meta": (message("/meta/other"), INVALID, NOBODY),
    "no channel": ({"id": "7", "clientId": ID}, MISSING, MISSING),
    "null as channel": (message(CHANNEL) | {"channel": None}, MISSING, MISSING),
    "bad channel": (message("meta//connect"), INVALID, INVALID),
    "pattern as channel": (message("/v2/**"), INVALID, INVALID),
    "object as channel": (message(CHANNEL) | {"channel": {"a": 1}}, INVALID, INVALID),
    "too long a channel": (message(f"/{'x' * 256}"), INVALID, INVALID),
}
HARMLESS: Final = message(CHANNEL)
DISCONNECT: Final = message("/meta/disconnect")
ROWS: Final = pytest.mark.parametrize("kind", OUTCOMES)


def outcome(answer: dict[str, Any]) -> Outcome:
    assert answer["successful"] is ("error" not in answer)
    return Outcome(answer.get("error", ""), answer.get("advice"))


@ROWS
@pytest.mark.parametrize("client", [NEW, CONNECTED], ids=["new", "connected"])
def test_a_client_that_is_kept_is_answered_by_the_table(kind: str, client: Client) -> None:
    sent, kept, _ = OUTCOMES[kind]
    assert outcome(answered(client, HARMLESS, sent).answers[1]) == kept


@ROWS
@pytest.mark.parametrize("before", [HARMLESS, DISCONNECT], ids=["unknown", "disconnected in the same request"])
def test_a_client_that_is_not_kept_is_answered_by_the_table(kind: str, before: Message) -> None:
    sent, _, gone = OUTCOMES[kind]
    done = answered(CONNECTED if before is DISCONNECT else None, before, sent)
    assert outcome(done.answers[1]) == gone
    assert done.client is None


@ROWS
@pytest.mark.parametrize("client_id", [None, FOREIGN, ID.upper(), "", 7, [ID], {"id": ID}], ids=str)
def test_who_does_not_say_its_own_client_id_is_nobody(kind: str, client_id: object) -> None:
    sent, _, gone = OUTCOMES[kind]
    done = answered(CONNECTED, HARMLESS, {**sent, "clientId": client_id})
    assert outcome(done.answers[1]) == gone
    assert done.client == CONNECTED


@ROWS
def test_who_says_no_client_id_at_all_is_nobody(kind: str) -> None:
    sent, _, gone = OUTCOMES[kind]
    nameless = {name: value for name, value in sent.items() if name != "clientId"}
    assert outcome(answered(CONNECTED, HARMLESS, nameless).answers[1]) == gone


@ROWS
@pytest.mark.parametrize("client", [None, NEW], ids=["unknown", "known"])
@pytest.mark.parametrize("sent_id", ["7", 7, None, ["7"], {"a": [1]}], ids=str)
def test_an_answer_has_the_messages_id_and_channel_as_they_were_sent(
    kind: str, client: Client | None, sent_id: object
) -> None:
    sent = {**OUTCOMES[kind][0], "id": sent_id}
    (_, answer) = answered(client, HARMLESS, sent).answers
    assert answer["id"] == sent_id
    assert answer.get("channel", "none") == sent.get("channel", "none")


def test_without_an_id_the_answer_has_none() -> None:
    (answer,) = answered(NEW, {"channel": "/meta/connect", "clientId": ID}).answers
    assert "id" not in answer


# ------------------------------------------------------------------ handshake
def test_a_handshake_is_answered_as_cometd_does() -> None:
    sent = {
        "id": "1",
        "version": "1.0",
        "minimumVersion": "1.0",
        "channel": "/meta/handshake",
        "supportedConnectionTypes": ["websocket", "long-polling"],
        "advice": {"timeout": 60_000, "interval": 0},
    }
    done = answered(None, sent)
    assert done.answers == (
        {
            "id": "1",
            "channel": "/meta/handshake",
            "successful": True,
            "version": "1.0",
            "minimumVersion": "1.0",
            "clientId": "0" * 31 + "1",
            "supportedConnectionTypes": ["long-polling"],
            "advice": RETRY,
        },
    )
    assert done.client == Client("0" * 31 + "1")


@pytest.mark.parametrize("client", [NEW, CONNECTED, subscribed("/**")], ids=["new", "connected", "subscribed"])
def test_with_a_handshake_a_client_is_a_new_one_that_has_no_subscriptions(client: Client) -> None:
    assert answered(client, message("/meta/handshake")).client == Client("0" * 31 + "1")


@pytest.mark.parametrize("offered", [["websocket"], [], None, "long-polling", {"long-polling": 1}, [["long-polling"]]])
def test_a_handshake_without_a_transport_in_common_is_denied(offered: object) -> None:
    done = answered(None, message("/meta/handshake", supportedConnectionTypes=offered))
    assert outcome(done.answers[0]) == DENIED
    assert done.client is None


@pytest.mark.parametrize("place", [0, 1])
def test_a_handshake_stands_alone_in_its_request_and_what_is_beside_it_is_answered(place: int) -> None:
    messages = [message("/meta/subscribe", subscription=CHANNEL)]
    messages.insert(place, message("/meta/handshake"))
    done = answered(NEW, *messages)
    assert outcome(done.answers[place]) == DENIED
    assert done.client == subscribed(CHANNEL)


# ------------------------------------------------------------------ connect
def test_the_first_connect_is_answered_at_once_and_the_next_may_be_held() -> None:
    first = answered(NEW, message("/meta/connect"))
    assert first.connect == Connect(may_be_held=False, acknowledged=None)
    assert first.client == CONNECTED
    assert answered(first.client, message("/meta/connect")).connect == Connect(may_be_held=True, acknowledged=None)


def test_a_connect_that_asks_for_it_is_answered_at_once() -> None:
    done = answered(CONNECTED, message("/meta/connect", advice={"timeout": 0}))
    assert done.connect == Connect(may_be_held=False, acknowledged=None, asks_again=True)
    assert outcome(done.answers[0]) == Outcome("", RETRY)


@pytest.mark.parametrize("advice", [None, {}, {"timeout": 5}, {"timeout": "0"}, [], 0, {"interval": 0}], ids=str)
def test_other_advice_of_a_client_is_no_haste(advice: object) -> None:
    done = answered(CONNECTED, message("/meta/connect", advice=advice))
    assert done.connect == Connect(may_be_held=True, acknowledged=None)


def test_what_is_sent_beside_a_connect_is_not_kept_waiting_for_its_answer() -> None:
    for messages in ([message("/meta/connect"), HARMLESS], [HARMLESS, message("/meta/connect")]):
        assert answered(CONNECTED, *messages).connect == Connect(may_be_held=False, acknowledged=None)


def test_nobodys_connect_is_none() -> None:
    assert answered(None, message("/meta/connect")).connect is None
    assert answered(CONNECTED, message("/meta/connect", clientId=FOREIGN)).connect is None


def test_a_busy_server_asks_a_client_to_come_back_in_a_second() -> None:
    assert terms().advice(bayeux.BUSY_MILLISECONDS) == {**RETRY, "interval": 1_000}


def test_in_place_of_an_answer_a_client_can_be_told_to_begin_anew_or_to_stay_away() -> None:
    (answer,) = answered(CONNECTED, message("/meta/connect")).answers
    assert bayeux.is_connected(answer)
    about = {"id": "7", "channel": "/meta/connect"}
    assert bayeux.begin_anew(answer) == about | {"successful": False, "error": UNKNOWN, "advice": ANEW}
    assert bayeux.stay_away(answer) == about | {"successful": True, "advice": AWAY}
    assert not bayeux.is_connected(bayeux.begin_anew(answer))


# ------------------------------------------------------------------ the extension ack
@pytest.mark.parametrize(("asked", "granted"), [(True, True), (False, False), (None, False), ({"enabled": 1}, True)])
def test_a_client_that_can_acknowledge_is_told_that_it_may(asked: object, granted: bool) -> None:
    done = answered(None, message("/meta/handshake", ext={"ack": asked}))
    assert done.client is not None
    assert done.client.acknowledges is granted
    assert done.answers[0].get("ext") == ({"ack": True} if granted else None)


@pytest.mark.parametrize(
    ("ext", "acknowledged"),
    [
        ({"ack": 5}, 5),
        ({"ack": -1}, -1),
        ({"ack": True}, None),
        ({"ack": "5"}, None),
        ({}, None),
        ([5], None),
        (5, None),
    ],
    ids=str,
)
def test_what_has_arrived_is_a_whole_number_or_not_said(ext: object, acknowledged: int | None) -> None:
    done = answered(Client(ID, acknowledges=True), message("/meta/connect", ext=ext))
    assert done.connect is not None
    assert done.connect.acknowledged == acknowledged


def test_who_never_offered_to_acknowledge_is_not_listened_to() -> None:
    done = answered(NEW, message("/meta/connect", ext={"ack": 0}))
    assert done.connect == Connect(may_be_held=False, acknowledged=None)


# ------------------------------------------------------------------ subscriptions
@pytest.mark.parametrize("subscription", [CHANNEL, f"{CHANNEL}s", "/v2/me/*", "/v2/**", "/**", "/*", "/other"])
def test_any_channel_or_pattern_can_be_subscribed_and_is_echoed_as_it_was_sent(subscription: str) -> None:
    for sent in (subscription, [subscription]):
        done = answered(NEW, message("/meta/subscribe", subscription=sent))
        assert done.answers[0]["subscription"] == sent
        assert done.client == subscribed(subscription)


def test_several_subscriptions_come_in_an_array_and_go_in_one() -> None:
    done = answered(NEW, message("/meta/subscribe", subscription=["/a", "/b/*", "/c/**"]))
    assert done.answers[0]["subscription"] == ["/a", "/b/*", "/c/**"]
    assert done.client == subscribed("/a", "/b/*", "/c/**")
    done = answered(done.client, message("/meta/unsubscribe", subscription=["/a", "/b/*", "/never/there"]))
    assert done.answers[0]["subscription"] == ["/a", "/b/*", "/never/there"]
    assert done.client == subscribed("/c/**")


NO_CHANNELS: Final = [
    "",
    "x",
    "/",
    "/a/",
    "//a",
    "/a*",
    "/a/*/b",
    "/a/**/b",
    "/***",
    "/meta/connect",
    "/meta/*",
    "/meta/**",
]
NO_CHANNELS_EITHER: Final = [
    "/a b",
    "/a\n",
    f"/{'x' * 256}",
    7,
    True,
    {},
    [],
    [[]],
    ["/a", 7],
    ["/a", "b"],
    [None],
    None,
]


@pytest.mark.parametrize("kind", ["subscribe", "unsubscribe"])
@pytest.mark.parametrize("subscription", [*NO_CHANNELS, *NO_CHANNELS_EITHER], ids=ascii)
def test_what_is_no_channel_is_refused_with_all_that_is_beside_it(kind: str, subscription: object) -> None:
    client = subscribed("/a")
    done = answered(client, message(f"/meta/{kind}", subscription=subscription))
    assert outcome(done.answers[0]) == Outcome("403::subscription_invalid")
    assert done.answers[0]["subscription"] == subscription
    assert done.client == client


def test_a_client_has_fifty_subscriptions_at_most() -> None:
    many = [f"/{number}" for number in range(MAX_SUBSCRIPTIONS)]
    full = answered(NEW, message("/meta/subscribe", subscription=many)).client
    assert full == subscribed(*many)
    done = answered(full, message("/meta/subscribe", subscription="/more"))
    assert (outcome(done.answers[0]), done.client) == (Outcome("403::subscription_invalid"), full)
    assert answered(full, message("/meta/subscribe", subscription="/7")).answers[0]["successful"]


# ------------------------------------------------------------------ a request
def test_each_message_finds_the_client_as_the_one_before_it_left_it() -> None:
    subscribe = message("/meta/subscribe", subscription=CHANNEL)
    done = answered(NEW, subscribe, message("/meta/connect"), DISCONNECT, subscribe)
    assert [one["successful"] for one in done.answers] == [True, True, True, False]
    assert done.client is None


def test_a_request_is_that_of_the_first_client_that_it_names() -> None:
    assert bayeux.client_id([{"clientId": 7}, {}, {"clientId": "a"}, {"clientId": "b"}]) == "a"
    assert bayeux.client_id([{"channel": "/meta/handshake"}]) is None


def test_of_what_clients_call_channels_the_log_has_the_protocols_own_alone() -> None:
    sent = [HARMLESS, message("/meta/connect"), {"channel": ["/meta/handshake"]}, {}, message("/meta/connect")]
    assert bayeux.meta_channels(sent) == ["/meta/connect"]


# ------------------------------------------------------------------ whatever comes
CHANNELS: Final = st.sampled_from([*bayeux.META_CHANNELS, "/meta/other", CHANNEL, "/v2/**", "/", ""])
SUBSCRIPTIONS: Final = st.sampled_from([CHANNEL, "/**", "/v2/*", "/a", "/meta/x", "a", ""])
MANY: Final = st.lists(st.integers(0, 80).map(lambda number: f"/{number}"), max_size=60)
IDS: Final = st.sampled_from([ID, f"{1:032x}", f"{2:032x}", FOREIGN])
FIELDS: Final = {
    "id": JSON,
    "channel": CHANNELS | CHANNELS | JSON,
    "clientId": IDS | IDS | IDS | JSON,
    "subscription": SUBSCRIPTIONS | st.lists(SUBSCRIPTIONS, max_size=3) | MANY | JSON,
    "advice": st.just({"timeout": 0}) | JSON,
    "ext": st.fixed_dictionaries({"ack": JSON}) | JSON,
    "supportedConnectionTypes": st.just(["long-polling"]) | JSON,
    "data": JSON,
}
MESSAGES: Final = st.fixed_dictionaries({}, optional=FIELDS)
REQUESTS: Final = st.lists(st.lists(MESSAGES, min_size=1, max_size=5) | st.lists(MESSAGES, min_size=1, max_size=1))


@given(requests=REQUESTS, client=st.sampled_from([None, NEW, CONNECTED, Client(ID, acknowledges=True)]))
def test_whatever_clients_send_all_of_it_is_answered_and_nobody_is_taken_for_another(
    requests: list[list[dict[str, Any]]], client: Client | None
) -> None:
    offered = terms()
    for messages in requests:
        bayeux.client_id(messages)
        bayeux.meta_channels(messages)
        done = exchange(messages, client, offered)
        json.dumps(done.answers)
        _check_answers(messages, done.answers, client)
        _check_client(client, done)
        client = done.client


def _check_answers(messages: Sequence[Message], answers: Sequence[dict[str, Any]], client: Client | None) -> None:
    kept = client.client_id if client else None
    for sent, answer in zip(messages, answers, strict=True):
        for name in ("id", "channel"):
            assert (name in answer, answer.get(name)) == (name in sent, sent.get(name))
        assert answer["successful"] is ("error" not in answer)
        if answer["successful"] and sent["channel"] == "/meta/handshake":
            assert len(messages) == 1
        elif answer["successful"]:
            assert sent["clientId"] == kept is not None
            kept = None if sent["channel"] == "/meta/disconnect" else kept
        for advice in _advice(sent, answer):
            expected = {"reconnect", "interval"} | ({"timeout"} if advice["reconnect"] == "retry" else set())
            assert advice.keys() == expected


def _advice(sent: Message, answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """That of the answer: a connect must have one."""
    if sent.get("channel") == "/meta/connect" or "advice" in answer:
        yield answer["advice"]


def _check_client(before: Client | None, done: Exchange) -> None:
    made = [one["clientId"] for one in done.answers if "clientId" in one]
    after = done.client
    assert after is None or after.client_id in made or (before and after.client_id == before.client_id)
    if after:
        assert all(map(can_be_subscribed, after.subscriptions))
        assert len(after.subscriptions) <= MAX_SUBSCRIPTIONS
