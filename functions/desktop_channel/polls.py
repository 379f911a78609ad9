"""Polls: connects that are answered with what waits for their client, or held until something comes.

What an answer brings stays where it lies until the client's next connect shows that the answer has arrived: with
CometD's extension `ack` by its number, without it by coming to be held as well. A connect that wants to be answered at
once is what clients send when one that was held has failed.
"""

import itertools
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from desktop_channel import bayeux
from desktop_channel.bayeux import Answer, Connect, Terms
from desktop_channel.holds import Holds
from facebook_session import exact_json
from facebook_session.channels import Client
from facebook_session.clients import Clients, Kept
from facebook_session.mailboxes import Letter, Mailboxes

LOOK_SECONDS: Final = 0.25
"""Between two looks at what waits, each at the price of half a read unit."""

MAX_LETTERS: Final = 100
"""In one answer: their places are noted in the client's item, which each contact writes."""

_POLL_BYTES: Final = 8

Messages = list[str]
"""Each as JSON."""


@dataclass(frozen=True, slots=True)
class Polls:
    """A connect is held if `holds` has room for it."""

    clients: Clients
    mailboxes: Mailboxes
    holds: Holds
    terms: Terms

    def messages(self, user_name: str, kept: Kept, connect: Connect, answer: Answer, hold_end: float) -> Messages:
        """What the connect is answered: events, and behind them the answer itself, which is `answer` if all is well.

        `kept` is the client as it was found, and `hold_end`, in seconds since 1970, when a hold is over. Raises
        Unavailable.
        """
        poll = _Poll(user_name, kept.client.client_id, secrets.token_hex(_POLL_BYTES), answer, connect.may_be_held)
        if not self._begin(poll, kept, connect):
            return [text(bayeux.begin_anew(answer))]
        found = self._look(poll)
        if found or not connect.may_be_held:
            return found or [text(answer)]
        begun = self.holds.begin()
        if begun is None:
            return [text(answer | {"advice": self.terms.advice(bayeux.BUSY_MILLISECONDS)})]
        try:
            return self._hold(poll, hold_end)
        finally:
            self.holds.end(begun)

    def _begin(self, poll: "_Poll", kept: Kept, connect: Connect) -> bool:
        """Whether the client may poll: it is still there, and not too much has come to wait for it.

        A poll that it has left is held for nobody, and may be counted among those that there is room for.
        """
        received = _has_received(kept, connect)
        if received:
            self.mailboxes.remove(poll.user_name, kept.handed)
        if self.mailboxes.overflows(poll.user_name, poll.client_id):
            self.clients.remove(poll.user_name, poll.client_id)
            return False
        patient = poll.patient or (kept.patient and not received)  # until it is handed what it asks for again
        begun = self.clients.begin_poll(poll.user_name, poll.client_id, poll.id, received=received, patient=patient)
        if begun and kept.held_until > time.time():
            self.mailboxes.wake(poll.user_name, poll.client_id, kept.poll)
        return begun

    def _hold(self, poll: "_Poll", end: float) -> Messages:
        """Its end is written down in whole seconds that are over by then: nobody is to wake a poll that has ended."""
        if not self.clients.hold(poll.user_name, poll.client_id, poll.id, int(end)):
            return [text(poll.answer)]
        while time.time() < end:
            time.sleep(LOOK_SECONDS)
            found = self._look(poll)
            if found:
                return found
        return [text(poll.answer)]

    def _look(self, poll: "_Poll") -> Messages:
        """What the poll is answered now; nothing where it may go on."""
        waiting = self.mailboxes.waiting(poll.user_name, poll.client_id, consistent=False)
        if not any(one.concerns(poll.id) for one in waiting):
            return []
        now = self.clients.find(poll.user_name, poll.client_id)
        if now is None:
            return [text(bayeux.stay_away(poll.answer))]
        if now.poll != poll.id:
            return [text(poll.answer)]
        letters = self.mailboxes.waiting(poll.user_name, poll.client_id, consistent=True)[:MAX_LETTERS]
        news = [*events(now.client, letters)]
        if not news:
            self.mailboxes.remove(poll.user_name, [one.place for one in letters])
            return []
        return self._hand_over(poll, now.client, [one.place for one in letters], news)

    def _hand_over(self, poll: "_Poll", client: Client, places: list[str], news: Messages) -> Messages:
        """Nothing but the answer where the client has left this poll meanwhile for another one."""
        number = self.clients.hand(poll.user_name, poll.client_id, poll.id, places, patient=poll.patient)
        if number is None:
            return [text(poll.answer)]
        extension = {"ext": {"ack": number}} if client.acknowledges else {}
        return [*news, text(poll.answer | extension)]


@dataclass(frozen=True, slots=True)
class _Poll:
    user_name: str
    client_id: str
    id: str
    answer: Answer
    patient: bool


def _has_received(kept: Kept, connect: Connect) -> bool:
    """The last answer. A client that wants each of its connects to be answered at once says nothing by it."""
    if connect.acknowledged is None:
        return not (connect.asks_again and kept.patient)
    return connect.acknowledged >= kept.number


def events(client: Client, letters: Sequence[Letter]) -> Iterator[str]:
    """The notifications as they lie there: what is JSON already isn't read again."""
    channel = exact_json.dumps(client.channel)
    notifications = itertools.chain.from_iterable(one.notifications for one in letters)
    return (f'{{"channel":{channel},"data":{one}}}' for one in notifications if client.channel)


def text(answer: Answer) -> str:
    """As JSON; a number that a client took for an id keeps its value."""
    return exact_json.dumps(answer)
