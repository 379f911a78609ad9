"""The stack's functions."""

from local.deploy import STACK_NAME
from local.stack import Stack


def renew(stack: Stack, function: str) -> None:
    """All its instances are new afterwards, as with each change of its configuration, also one to what it is already.

    `function` is its name in the template.
    """
    lambda_ = stack.client("lambda")
    found = stack.client("cloudformation").describe_stack_resource(StackName=STACK_NAME, LogicalResourceId=function)
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    timeout = lambda_.get_function_configuration(FunctionName=name)["Timeout"]
    lambda_.update_function_configuration(FunctionName=name, Timeout=timeout)
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
