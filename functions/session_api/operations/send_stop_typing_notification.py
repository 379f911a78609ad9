"""SendStopTypingNotification tells that the agent, or the customer, has stopped typing."""

from typing import Literal

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.messages import new_message
from facebook_session.states import SPEAK
from session_api.operations.operation import Operation
from session_api.rules import Rules


class SendStopTypingNotification(Operation):
    """It is announced and not kept in the transcript."""

    moves = SPEAK
    operation_name: Literal["SendStopTypingNotification"]

    def change(self, caller: Caller, _rules: Rules) -> Change:
        return Change(messages=[new_message("TypingStopped", caller.sender)])
