"""What a write takes for granted of a session, so that it needs no read before it."""

from dataclasses import dataclass

from facebook_session.changes import Disposition
from facebook_session.idempotency import Request
from facebook_session.states import Ending, Move, State


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a write takes for granted of the session: at first, what is nearly always so, and after a refusal, what the
    item showed.

    `state` is the session's, where an operation leads from several states to several; None: the first of them. In
    Completed it is a late correction's turn.
    `customer_joined` says whether anybody has joined the chat before, `in_chat` which agent takes part in it, if the
    caller can take that one out, and `has_records` whether the item has idempotency records. `reference_id` is the
    session's, where the write must find that very one: then the change makes the user data `bytes_after` large, or
    alters nothing. `disposition_alters` says whether the disposition becomes another one, and `has_disposition`
    whether a session that ends has one. `history_from` is the change's number, where the item has no history of
    dispositions yet. `default` is what the ending has set, where the session is opened again, and `last_entry` the
    place of its entry in a history that is full. `unknown_since` is when the first try began whose outcome is unknown,
    in seconds.
    """

    state: State | None = None
    customer_joined: bool = False
    in_chat: str | None = None
    has_records: bool = True
    reference_id: int | None = None
    bytes_after: int | None = None
    alters: bool = True
    disposition_alters: bool = True
    has_disposition: bool = True
    history_from: int | None = None
    default: Disposition | None = None
    last_entry: int | None = None
    unknown_since: int | None = None


def first_assumptions(request: Request, move: Move) -> Assumptions:
    """What is nearly always so, before the session has been seen: an agent completes what has a disposition, and a
    system re-routes what nobody has accepted.
    """
    completes = request.caller.is_agent and move.ending is Ending.COMPLETE
    return Assumptions(in_chat=request.caller.sender, has_disposition=completes)
