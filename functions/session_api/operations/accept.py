"""Accept lets the invited agent into the chat."""

from typing import Literal

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.session import AGENT, new_participant_id
from facebook_session.states import ACCEPT
from session_api.operations.operation import Name, Operation
from session_api.rules import Rules


class Accept(Operation):
    """`nickname` is the name by which the customer sees the agent."""

    moves = ACCEPT
    operation_name: Literal["Accept"]
    nickname: Name

    def change(self, caller: Caller, _rules: Rules) -> Change:
        agent = {
            "nickname": self.nickname,
            "type": AGENT,
            "participantId": new_participant_id(),
            "userName": caller.name,
        }
        return Change(joining=agent)
