"""Leave ends the chat for the customer. Disposition and user data can still be set."""

from typing import Literal

from facebook_session.changes import Change
from facebook_session.states import LEAVE
from session_api.operations.operation import Operation
from session_api.requests import Caller
from session_api.settings import Settings


class Leave(Operation):
    """The agent keeps the session until it is completed, and is no participant of the chat any more."""

    move = LEAVE
    operation_name: Literal["Leave"]

    def change(self, _caller: Caller, _settings: Settings) -> Change:
        return Change(leaving=True)
