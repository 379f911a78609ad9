"""Bayeux, the protocol of CometD, over whatever transport: what a client's messages are answered, and what is kept of
the client afterwards.

A pure function of both. The answers are those of CometD's own server, down to the texts of errors, since clients read
them. Source: the CometD reference, "The Bayeux Protocol Specification".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from facebook_session.channels import Client, can_be_subscribed, is_name

MAX_SUBSCRIPTIONS: Final = 50
BUSY_MILLISECONDS: Final = 1_000
"""After which a client comes back whose connect can't be held."""

META_CHANNELS: Final = ("/meta/handshake", "/meta/connect", "/meta/subscribe", "/meta/unsubscribe", "/meta/disconnect")

_VERSION: Final = "1.0"
_SESSION_UNKNOWN: Final = "402::session_unknown"
_BEGIN_ANEW: Final = {"reconnect": "handshake", "interval": 0}
_STAY_AWAY: Final = {"reconnect": "none", "interval": 0}

Message = Mapping[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the server offers: its transports by their names in Bayeux, and for how long it holds a connect. `new_id`
    gives a new client's id, which nobody can guess.
    """

    connection_types: tuple[str, ...]
    timeout_milliseconds: int
    new_id: Callable[[], str]

    def advice(self, interval_milliseconds: int = 0) -> dict[str, Any]:
        """Always whole: what a client is advised takes the place of all that it was before."""
        return {"reconnect": "retry", "interval": interval_milliseconds, "timeout": self.timeout_milliseconds}


@dataclass(frozen=True, slots=True)
class Connect:
    """A connect that is to be answered with what waits for the client. It `may_be_held` until there is something.
    `acknowledged` is the number of the last answer that has reached the client, where it says so. One that `asks_again`
    wants to be answered at once, as CometD's clients do when the connect before it has failed.
    """

    may_be_held: bool
    acknowledged: int | None
    asks_again: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """The answers, in the order of the messages; `client` is what is kept afterwards, None where nothing is. A
    `connect`, if there is one, is answered already as if nothing waited.
    """

    answers: tuple[Answer, ...]
    client: Client | None
    connect: Connect | None = None


def client_id(messages: Sequence[Message]) -> str | None:
    """Whose messages these are: a request is one client's. None where no message says."""
    return next((one["clientId"] for one in messages if isinstance(one.get("clientId"), str)), None)


def exchange(messages: Sequence[Message], client: Client | None, terms: Terms) -> Exchange:
    """Answers all messages of one request. `client` is what is kept of the client that they name, None for nothing."""
    answers: list[Answer] = []
    connect: Connect | None = None
    alone = len(messages) == 1
    for message in messages:
        step = _answered(message, client, terms, alone=alone)
        answers += step.answers
        client, connect = step.client, step.connect or connect
    return Exchange(tuple(answers), client, connect)


def meta_channels(messages: Sequence[Message]) -> list[str]:
    """The kinds of messages, for the log: what else a client names a channel is its own."""
    return [channel for channel in META_CHANNELS if any(one.get("channel") == channel for one in messages)]


def is_connected(answer: Answer) -> bool:
    """Whether it grants a connect."""
    return answer.get("channel") == "/meta/connect" and bool(answer["successful"])


def begin_anew(answer: Answer) -> Answer:
    """In place of this answer to a connect: the client is unknown, be it that too much has come to wait for it."""
    return _refused(answer, _SESSION_UNKNOWN) | {"advice": _BEGIN_ANEW}


def stay_away(answer: Answer) -> Answer:
    """In place of this answer to a connect: the client has disconnected meanwhile."""
    return answer | {"advice": _STAY_AWAY}


def _answered(message: Message, client: Client | None, terms: Terms, *, alone: bool) -> Exchange:
    channel = message.get("channel")
    if channel is None:
        return Exchange((_refused(message, "400::channel_missing"),), client)
    if not is_name(channel):
        return Exchange((_refused(message, "405::channel_invalid"),), client)
    if channel == "/meta/handshake":
        return _handshake(message, client, terms, alone=alone)
    if client is None or message.get("clientId") != client.client_id:
        advice = {"advice": _BEGIN_ANEW} if channel == "/meta/connect" else {}
        return Exchange((_refused(message, _SESSION_UNKNOWN) | advice,), client)
    if channel == "/meta/connect":
        return _connect(message, client, terms, alone=alone)
    return _HANDLERS.get(channel, _refuse_to_publish)(message, client)


def _handshake(message: Message, client: Client | None, terms: Terms, *, alone: bool) -> Exchange:
    """Stands alone in its request. A client is new with each, and it says nothing of another one."""
    offered = message.get("supportedConnectionTypes", list(terms.connection_types))
    if not alone or not isinstance(offered, list) or not any(one in offered for one in terms.connection_types):
        return Exchange((_refused(message, "403::handshake_denied") | {"advice": _STAY_AWAY},), client)
    new = Client(terms.new_id(), acknowledges=bool(_extensions(message).get("ack")))
    answer = _granted(message) | {
        "version": _VERSION,
        "minimumVersion": _VERSION,
        "clientId": new.client_id,
        "supportedConnectionTypes": list(terms.connection_types),
        "advice": terms.advice(),
        **({"ext": {"ack": True}} if new.acknowledges else {}),
    }
    return Exchange((answer,), new)


def _connect(message: Message, client: Client, terms: Terms, *, alone: bool) -> Exchange:
    """The first is answered at once: it tells the client that all is well. So is one that asks for it."""
    advice = message.get("advice")
    is_urgent = isinstance(advice, dict) and advice.get("timeout") == 0
    number = _extensions(message).get("ack")
    acknowledged = number if client.acknowledges and type(number) is int else None
    is_poll = alone and client.connected
    connect = Connect(is_poll and not is_urgent, acknowledged, is_poll and is_urgent)
    return Exchange((_granted(message) | {"advice": terms.advice()},), replace(client, connected=True), connect)


def _subscribe(message: Message, client: Client) -> Exchange:
    named = _subscriptions(message)
    if not named or len(client.subscriptions | named) > MAX_SUBSCRIPTIONS:
        return _subscription_refused(message, client)
    return _subscribed(message, replace(client, subscriptions=client.subscriptions | named))


def _unsubscribe(message: Message, client: Client) -> Exchange:
    named = _subscriptions(message)
    if not named:
        return _subscription_refused(message, client)
    return _subscribed(message, replace(client, subscriptions=client.subscriptions - named))


def _subscribed(message: Message, client: Client) -> Exchange:
    return Exchange((_granted(message) | _echoed(message, "subscription"),), client)


def _subscription_refused(message: Message, client: Client) -> Exchange:
    return Exchange((_refused(message, "403::subscription_invalid") | _echoed(message, "subscription"),), client)


def _subscriptions(message: Message) -> frozenset[str]:
    """One or several, as Bayeux has it; none where one of them is no channel. A string is echoed as a string, an array
    as an array.
    """
    named = message.get("subscription")
    channels = named if isinstance(named, list) else [named]
    return frozenset(channels if all(map(can_be_subscribed, channels)) else ())


def _disconnect(message: Message, _client: Client) -> Exchange:
    return Exchange((_granted(message),), None)


def _refuse_to_publish(message: Message, client: Client) -> Exchange:
    """Clients only listen here, and the protocol has no other messages."""
    is_meta = message["channel"].startswith("/meta/")
    return Exchange((_refused(message, "405::channel_invalid" if is_meta else "403::publish_denied"),), client)


def _granted(message: Message) -> Answer:
    return _echoed(message, "id", "channel") | {"successful": True}


def _refused(message: Message, error: str) -> Answer:
    return _echoed(message, "id", "channel") | {"successful": False, "error": error}


def _echoed(message: Message, *names: str) -> Answer:
    return {name: message[name] for name in names if name in message}


def _extensions(message: Message) -> Mapping[str, Any]:
    extensions = message.get("ext")
    return extensions if isinstance(extensions, dict) else {}


_HANDLERS: Final[Mapping[str, Callable[[Message, Client], Exchange]]] = {
    "/meta/subscribe": _subscribe,
    "/meta/unsubscribe": _unsubscribe,
    "/meta/disconnect": _disconnect,
}
