"""Complete ends the session for good."""

from typing import Literal

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.states import COMPLETE
from session_api.operations.operation import Operation, QueueName
from session_api.settings import Settings


class Complete(Operation):
    """`queueName`, where it is given, is the session's queue from then on."""

    moves = COMPLETE
    operation_name: Literal["Complete"]
    queue_name: QueueName = ""

    def change(self, _caller: Caller, _settings: Settings) -> Change:
        return Change(attributes={"queueName": self.queue_name} if self.queue_name else {})
