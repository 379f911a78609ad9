"""What the functions count, and the ids of what they did: one line a run, in CloudWatch's embedded metric format."""

import os
from typing import Final

from aws_lambda_powertools.metrics import Metrics

_TRACE: Final = "_X_AMZN_TRACE_ID"


def metrics() -> Metrics:
    """Counts by `service`, which is the function, and by `stack`: those of an account have one namespace.

    Raises KeyError where nobody said what stack it is.
    """
    made = Metrics()
    made.set_default_dimensions(stack=os.environ["STACK_NAME"])
    return made


def trace_id() -> str | None:
    """Of the run that is under way, as X-Ray finds it, such as `1-5759e988-bd862e3fe1be46a994272793`."""
    fields = dict(part.partition("=")[::2] for part in os.environ.get(_TRACE, "").split(";"))
    return fields.get("Root")
