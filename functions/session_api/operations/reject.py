"""Reject refuses an invitation, and so ends the session."""

from typing import Literal

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.states import REJECT
from session_api.operations.operation import Operation
from session_api.rules import Rules


class Reject(Operation):
    """Without a disposition the session gets the policy's `default`, if there is one."""

    moves = REJECT
    operation_name: Literal["Reject"]

    def change(self, _caller: Caller, rules: Rules) -> Change:
        return Change(closing=rules.closing(can_be_refused=False))
