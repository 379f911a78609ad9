"""AttachUserData adds keys to the session's user data, and overwrites those that are there."""

from typing import Literal

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.states import SET_DATA
from session_api.operations.operation import Operation, UserData
from session_api.rules import Rules


class AttachUserData(Operation):
    """Each key of `userData` is written by itself: what other desktops write to other keys stays. The disposition
    is under the same policy as in SetDisposition.
    """

    moves = SET_DATA
    operation_name: Literal["AttachUserData"]
    user_data: UserData

    def change(self, _caller: Caller, rules: Rules) -> Change:
        return rules.set_data(self.user_data)
