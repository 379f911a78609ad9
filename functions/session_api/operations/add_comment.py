"""AddComment sets the session's comment."""

from typing import Literal

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.states import SET_DATA
from session_api.operations.operation import Operation, Text
from session_api.rules import Rules


class AddComment(Operation):
    """`comment` replaces the one before it, if there was one."""

    moves = SET_DATA
    operation_name: Literal["AddComment"]
    comment: Text

    def change(self, _caller: Caller, _rules: Rules) -> Change:
        return Change(attributes={"comment": self.comment})
