"""SendMessage sends a text to the customer, or from the customer."""

from typing import Literal

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.messages import new_message
from facebook_session.states import SPEAK
from session_api.operations.operation import Operation, Text
from session_api.rules import Rules


class SendMessage(Operation):
    """`text` is visible to all participants."""

    moves = SPEAK
    operation_name: Literal["SendMessage"]
    text: Text

    def change(self, caller: Caller, _rules: Rules) -> Change:
        return Change(messages=[new_message("Text", caller.sender, text=self.text)])
