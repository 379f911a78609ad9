"""SendUrl sends an address for the customer's browser to open, or the customer's to the agent."""

from typing import Annotated, Literal

from pydantic import Field

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.messages import new_message
from facebook_session.session import MAX_TEXT_LENGTH
from facebook_session.states import SPEAK
from session_api.operations.operation import Operation
from session_api.rules import Rules


class SendUrl(Operation):
    """`url` must be one of http or https: a browser may open it unasked."""

    moves = SPEAK
    operation_name: Literal["SendUrl"]
    url: Annotated[
        str, Field(min_length=1, max_length=MAX_TEXT_LENGTH, pattern=r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#]\S*$")
    ]

    def change(self, caller: Caller, _rules: Rules) -> Change:
        return Change(messages=[new_message("PushUrl", caller.sender, url=self.url)])
