"""SendMessage sends a text to the customer."""

from typing import Literal

from facebook_session.changes import Change
from facebook_session.messages import new_message
from facebook_session.states import STAY_IN_CHAT
from session_api.operations.operation import Operation, Text
from session_api.requests import Caller
from session_api.settings import Settings


class SendMessage(Operation):
    """`text` is visible to all participants."""

    move = STAY_IN_CHAT
    operation_name: Literal["SendMessage"]
    text: Text

    def change(self, caller: Caller, _settings: Settings) -> Change:
        return Change(messages=[new_message("Text", caller.user_name, text=self.text)])
