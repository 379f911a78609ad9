"""SetDisposition records how a conversation ended, under a key of the session's user data."""

from typing import Literal

from facebook_session.changes import Change
from facebook_session.states import STAY_ANSWERED
from session_api.operations.operation import Operation, Text, UserDataKey
from session_api.requests import Caller
from session_api.settings import Settings


class SetDisposition(Operation):
    """`disposition` goes to the user data's `dispositionKey`, by default the key configured for the server."""

    move = STAY_ANSWERED
    operation_name: Literal["SetDisposition"]
    disposition: Text
    disposition_key: UserDataKey = ""

    def change(self, _caller: Caller, settings: Settings) -> Change:
        key = self.disposition_key or settings.disposition_key
        return Change(user_data={key: self.disposition}, disposition=True)
