"""What an operation does to a session, beside moving it to another state."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from facebook_session import user_data as user_data_rules
from facebook_session.messages import NewMessage, is_kept
from facebook_session.states import Move


@dataclass(frozen=True, slots=True)
class Disposition:
    """What the user data's `key` gets, if it isn't removed. Sessions of the queues `refused_in` can't have it."""

    key: str
    value: Any
    refused_in: Sequence[str] = ()
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """What a session that ends has to have as disposition, under the user data's `key`: one that is there, where that
    is `mandatory`; otherwise it gets the `default` where none is there, if that is not None.
    """

    key: str
    mandatory: bool = False
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is left out stays as it is.

    `user_data` are keys that are added or get another value, and `removed_keys` those that go. `attributes` are the
    session's own: `comment`, `queueName`. `joining` is an agent who becomes the first participant. `leaving` is the
    type of the participant who leaves the chat, and `handed_to` is the user name of the agent who gets the session.
    `in_focus` tells whether the caller looks at the session. `expires_at` is when the session is to be removed, in
    seconds since 1970, if the change completes it, which is done as `closing` says. `disposition` is the one among the
    user data. It can still be set in a session that has ended after `late_since`.
    """

    user_data: Mapping[str, Any] = field(default_factory=dict)
    removed_keys: Collection[str] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    messages: Sequence[NewMessage] = ()
    joining: Mapping[str, str] | None = None
    leaving: str | None = None
    handed_to: str | None = None
    in_focus: bool | None = None
    expires_at: int | None = None
    disposition: Disposition | None = None
    closing: Closing | None = None
    late_since: str | None = None

    @property
    def limits(self) -> user_data_rules.Limits:
        """What the session's user data may hold after the change: for a disposition there is more room."""
        is_disposition = self.disposition is not None and [*self.user_data] == [self.disposition.key]
        return user_data_rules.DISPOSITION_LIMITS if is_disposition else user_data_rules.USUAL_LIMITS

    @property
    def adds_messages(self) -> bool:
        """Such as belong to the transcript."""
        return bool(self.leaving or self.joining) or any(map(is_kept, self.messages))

    @property
    def is_typing(self) -> bool:
        """What is announced and changes nothing of the session."""
        return bool(self.messages) and not any(map(is_kept, self.messages))

    @property
    def is_numbered(self) -> bool:
        """Where the agent looks, and that somebody types, is no change that others must not miss."""
        return not self.is_typing and self.in_focus is None


def always_alters(move: Move, change: Change) -> bool:
    """Whether the change makes a difference to any session. What sets data or hands over may find it so already."""
    return move.always_moves or bool(change.messages) or change.in_focus is not None


def now() -> str:
    """In UTC to the millisecond, such as `2014-01-09T09:58:12.035+00:00`: in the order of the text is that of time."""
    return formatted(datetime.now(UTC))


def formatted(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
