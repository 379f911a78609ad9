"""SendStartTypingNotification tells the customer that the agent is typing."""

from typing import Literal

from facebook_session.changes import Change
from facebook_session.messages import new_message
from facebook_session.states import STAY_IN_CHAT
from session_api.operations.operation import Operation
from session_api.requests import Caller
from session_api.settings import Settings


class SendStartTypingNotification(Operation):
    """It is announced and not kept in the transcript."""

    move = STAY_IN_CHAT
    operation_name: Literal["SendStartTypingNotification"]

    def change(self, caller: Caller, _settings: Settings) -> Change:
        return Change(messages=[new_message("TypingStarted", caller.user_name)])
