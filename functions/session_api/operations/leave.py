"""Leave ends the chat. Disposition and user data can still be set."""

from typing import Literal

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.session import AGENT, CUSTOMER
from facebook_session.states import LEAVE
from session_api.operations.operation import Operation
from session_api.rules import Rules


class Leave(Operation):
    """An agent who leaves keeps the session until it is completed, and is no participant of the chat any more. From a
    system it says that the customer has gone; who has not been answered by then waits for nobody any more: the session
    ends, and without a disposition it gets the policy's `default`, if there is one.
    """

    moves = LEAVE
    operation_name: Literal["Leave"]

    def change(self, caller: Caller, rules: Rules) -> Change:
        if caller.is_agent:
            return Change(leaving=AGENT)
        return Change(leaving=CUSTOMER, closing=rules.closing(can_be_refused=False))
