"""The part of a write that is about the chat: who joins and leaves, and what is said."""

from collections.abc import Iterator, Sequence

from facebook_session.assumptions import Assumptions
from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.expressions import Write
from facebook_session.messages import NewMessage, is_kept, new_message
from facebook_session.session import AGENT, CUSTOMER


def add_messages(write: Write, caller: Caller, change: Change, assumed: Assumptions) -> None:
    """The change's own, behind those that tell of who joins and leaves."""
    _add(write, caller, change, [*_moved(write, caller, change, assumed), *change.messages])


def _moved(write: Write, caller: Caller, change: Change, assumed: Assumptions) -> Iterator[NewMessage]:
    """Participants come and go, and the transcript tells of it. An agent in the chat is the first participant; the
    customer remains one, since the session is about nobody else.
    """
    if change.joining is not None:
        _require_customer_joined(write, joined=assumed.customer_joined)
        write.do("SET", f"participants = list_append({write.value([dict(change.joining)])}, participants)")
        write.do("REMOVE", "departed")
        write.do("ADD", f"tookPart {write.value({caller.name})}")
        if not assumed.customer_joined:
            yield new_message("ParticipantJoined", None)
        yield new_message("ParticipantJoined", caller.sender)
    if change.leaving == CUSTOMER:
        yield new_message("ParticipantLeft", None)
    if change.leaving == AGENT:
        _require_in_chat(write, caller, assumed.in_chat)
        if assumed.in_chat:
            write.do("SET", "departed = participants[0]")
            write.do("REMOVE", "participants[0]")
            yield new_message("ParticipantLeft", assumed.in_chat)


def _require_customer_joined(write: Write, *, joined: bool) -> None:
    """Nobody has joined where all messages are the customer's."""
    silent = f"NOT messageCount > {write.value(0)} OR messageCount = customerMessageCount"
    write.only_if(f"{'NOT ' if joined else ''}({silent})")


def _require_in_chat(write: Write, caller: Caller, name: str | None) -> None:
    """That this agent is in the chat; None: that there is nobody in it whom the caller can take out."""
    agent = "participants[0].userName"
    if name or caller.is_agent:
        write.only_if(f"{'' if name else 'NOT '}{agent} = {write.value(name or caller.name)}")
    else:
        write.only_if(f"attribute_not_exists({agent})")


def _add(write: Write, caller: Caller, change: Change, messages: Sequence[NewMessage]) -> None:
    if not messages:
        write.do("REMOVE", "newMessages")
        return
    write.do("SET", f"newMessages = {write.value([dict(message) for message in messages])}")
    kept = sum(map(is_kept, messages))
    _count(write, "messageCount" if kept else "typingCount", kept or len(messages))
    if caller.is_agent or change.leaving == AGENT:
        return
    if kept:
        _count(write, "customerMessageCount", kept)
    else:
        write.do("SET", f"updatedBy = {write.value(caller.name)}")


def _count(write: Write, counter: str, more: int) -> None:
    write.do("SET", f"{counter} = if_not_exists({counter}, {write.value(0)}) + {write.value(more)}")
