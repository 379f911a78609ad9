"""Leave ends the chat. Disposition and user data can still be set."""

from typing import Literal

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.session import AGENT, CUSTOMER
from facebook_session.states import LEAVE
from session_api.operations.operation import Operation
from session_api.settings import Settings


class Leave(Operation):
    """An agent who leaves keeps the session until it is completed, and is no participant of the chat any more. From a
    system it says that the customer has gone; who has not been answered by then waits for nobody any more.
    """

    moves = LEAVE
    operation_name: Literal["Leave"]

    def change(self, caller: Caller, _settings: Settings) -> Change:
        return Change(leaving=AGENT if caller.is_agent else CUSTOMER)
