"""Complete ends the session for good."""

from typing import Literal

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.states import COMPLETE
from session_api.operations.operation import Operation, QueueName
from session_api.rules import Rules


class Complete(Operation):
    """`queueName`, where it is given, is the session's queue from then on; the disposition stays, also where that queue
    doesn't have it. Without a disposition, an agent's is refused where the policy says `mandatory`; in any other case
    the session gets the policy's `default`, if there is one.
    """

    moves = COMPLETE
    operation_name: Literal["Complete"]
    queue_name: QueueName = ""

    def change(self, caller: Caller, rules: Rules) -> Change:
        attributes = {"queueName": self.queue_name} if self.queue_name else {}
        return Change(attributes=attributes, closing=rules.closing(can_be_refused=caller.is_agent))
