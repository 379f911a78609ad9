"""UpdateUserData overwrites keys of the session's user data. Those that are not there are added."""

from typing import Literal

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.states import SET_DATA
from session_api.operations.operation import Operation, UserData
from session_api.rules import Rules


class UpdateUserData(Operation):
    """Keys that `userData` doesn't name stay as they are. The disposition is under the same
    policy as in SetDisposition.
    """

    moves = SET_DATA
    operation_name: Literal["UpdateUserData"]
    user_data: UserData

    def change(self, _caller: Caller, rules: Rules) -> Change:
        return rules.set_data(self.user_data)
