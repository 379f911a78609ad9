"""The policy of dispositions of the stack, which is that of all tests here: who puts one lifts it."""

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.credentials import Credentials

from local import http
from local.deploy import STACK_NAME
from local.stack import Stack

_NOTHING: Final[Mapping[str, Any]] = {"codes": []}


def put(stack: Stack, document: Mapping[str, Any]) -> None:
    """As a system. Behind it no instance of the function holds another: they are all new."""
    url, payload = f"{stack.api_url}/settings/dispositions", json.dumps(document).encode()
    answer = http.send("PUT", url, payload, http.signed("PUT", url, payload, Credentials("test", "test")))
    assert answer.status == 200
    _renew_instances(stack)


def lift(stack: Stack) -> None:
    """Puts one that demands nothing."""
    put(stack, _NOTHING)


def _renew_instances(stack: Stack) -> None:
    """As each change of its configuration does, also one to what it is already."""
    lambda_ = stack.client("lambda")
    found = stack.client("cloudformation").describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId="SessionApiFunction"
    )
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    timeout = lambda_.get_function_configuration(FunctionName=name)["Timeout"]
    lambda_.update_function_configuration(FunctionName=name, Timeout=timeout)
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
