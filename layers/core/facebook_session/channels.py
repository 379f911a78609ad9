"""Bayeux's clients and channels: the channels' names and wildcards, and those on which desktops hear of sessions."""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SESSION_CHANNELS: Final = ("/v2/me/facebooksession", "/v2/me/facebooksessions")
"""Genesys' channel and, as with the paths of the API, its plural. A client gets a notification on one of them."""

MAX_CHANNEL_LENGTH: Final = 256

_SEGMENT: Final = r"[^/*\x00-\x20\x7f]+"
_NAME: Final = re.compile(rf"(?:/{_SEGMENT})+")
_PATTERN: Final = re.compile(rf"(?:/{_SEGMENT})*/(?:{_SEGMENT}|\*\*?)")
_META: Final = "/meta/"
_CLIENT_ID: Final = re.compile(r"[0-9a-f]{32}")


def new_client_id() -> str:
    """32 hexadecimal digits, which nobody can guess."""
    return secrets.token_hex(16)


def is_client_id(text: str) -> bool:
    return _CLIENT_ID.fullmatch(text) is not None


def is_name(text: object) -> bool:
    """Whether something can be published on a channel of this name."""
    return _is_like(_NAME, text)


def can_be_subscribed(text: object) -> bool:
    """Whether it is a channel's name, or a pattern of names, and not one of the protocol's own."""
    return _is_like(_PATTERN, text) and not str(text).startswith(_META)


def _is_like(pattern: re.Pattern[str], text: object) -> bool:
    return isinstance(text, str) and len(text) <= MAX_CHANNEL_LENGTH and pattern.fullmatch(text) is not None


def session_channel(subscriptions: Iterable[str]) -> str | None:
    """The channel on which a client with these subscriptions hears of its user's sessions; None: it doesn't."""
    wanted = tuple(subscriptions)
    return next((channel for channel in SESSION_CHANNELS if any(matches(one, channel) for one in wanted)), None)


def matches(subscription: str, channel: str) -> bool:
    """`/*` stands for one more segment, `/**` for one or more."""
    folder, _, last = subscription.rpartition("/")
    if last == "**":
        return channel.startswith(f"{folder}/")
    if last == "*":
        return channel.rpartition("/")[0] == folder
    return subscription == channel


@dataclass(frozen=True, slots=True)
class Client:
    """What is kept of a client. It has `connected` once, and with `acknowledges` it says which answers have reached it
    (CometD's extension `ack`).
    """

    client_id: str
    subscriptions: frozenset[str] = frozenset()
    acknowledges: bool = False
    connected: bool = False

    @property
    def channel(self) -> str | None:
        """On which it hears of sessions; None: on none."""
        return session_channel(self.subscriptions)
