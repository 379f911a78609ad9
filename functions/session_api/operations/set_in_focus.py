"""SetInFocus marks the session as the one that the agent looks at."""

from typing import Literal

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.states import LOOK
from session_api.operations.operation import Operation
from session_api.rules import Rules


class SetInFocus(Operation):
    """`inFocus` false takes the mark away."""

    moves = LOOK
    operation_name: Literal["SetInFocus"]
    in_focus: bool = True

    def change(self, _caller: Caller, _rules: Rules) -> Change:
        return Change(in_focus=self.in_focus)
