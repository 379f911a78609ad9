"""The stack's functions."""

from collections.abc import Mapping

from local.deploy import STACK_NAME
from local.stack import Stack


def renew(stack: Stack, function: str) -> None:
    """All its instances are new afterwards, of a version that is as the last one.

    `function` is its name in the template.
    """
    configure(stack, function, variables(stack, function))


def variables(stack: Stack, function: str) -> Mapping[str, str]:
    """The environment of those that come with the next version."""
    found = stack.client("lambda").get_function_configuration(FunctionName=name(stack, function))
    of_function: Mapping[str, str] = found["Environment"]["Variables"]
    return of_function


def configure(stack: Stack, function: str, environment: Mapping[str, str]) -> None:
    """Publishes a version with this environment, and has the alias go over to it, as a deployment does."""
    lambda_, called = stack.client("lambda"), name(stack, function)
    lambda_.update_function_configuration(FunctionName=called, Environment={"Variables": environment})
    lambda_.get_waiter("function_updated_v2").wait(FunctionName=called, WaiterConfig={"Delay": 1})
    version = lambda_.publish_version(FunctionName=called)["Version"]
    lambda_.update_alias(FunctionName=called, Name="live", FunctionVersion=version)


def name(stack: Stack, function: str) -> str:
    found = stack.client("cloudformation").describe_stack_resource(StackName=STACK_NAME, LogicalResourceId=function)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])
