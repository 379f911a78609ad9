"""Complete ends the session for good."""

from typing import Annotated, Literal

from pydantic import Field

from facebook_session.changes import Change
from facebook_session.session import MAX_NAME_LENGTH
from facebook_session.states import COMPLETE
from session_api.operations.operation import Operation
from session_api.requests import Caller
from session_api.settings import Settings


class Complete(Operation):
    """`queueName` is kept on the session, for reports."""

    move = COMPLETE
    operation_name: Literal["Complete"]
    queue_name: Annotated[str, Field(max_length=MAX_NAME_LENGTH)] = ""

    def change(self, _caller: Caller, _settings: Settings) -> Change:
        return Change(attributes={"queueName": self.queue_name} if self.queue_name else {})
