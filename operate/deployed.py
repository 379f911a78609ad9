"""A stack as CloudFormation has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Stack = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deployed:
    """`arn` is the stack's own, which has its name, account and region; `changed` is when it was deployed last,
    `parameters` are those that are other than by default, `resources` the physical ids by the names in the template,
    and `alarms` the names there of those that are alarms.
    """

    arn: str
    status: str
    changed: datetime
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    alarms: frozenset[str]

    @classmethod
    def read(cls, cloudformation: Any, stack: Stack) -> "Deployed":
        """`stack` as DescribeStacks gives it; raises what the client raises."""
        listed = _resources(cloudformation, stack["StackName"])
        return cls(
            stack["StackId"],
            stack["StackStatus"],
            stack.get("LastUpdatedTime", stack["CreationTime"]),
            _other_than_default(stack, cloudformation.get_template_summary(StackName=stack["StackName"])),
            {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", ())},
            {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in listed if "PhysicalResourceId" in one},
            frozenset(one["LogicalResourceId"] for one in listed if one["ResourceType"] == "AWS::CloudWatch::Alarm"),
        )


def _resources(cloudformation: Any, name: str) -> list[Mapping[str, str]]:
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    return [one for page in pages for one in page["StackResourceSummaries"]]


def _other_than_default(stack: Stack, summary: Mapping[str, Any]) -> dict[str, str]:
    defaults = {one["ParameterKey"]: one.get("DefaultValue") for one in summary["Parameters"]}
    chosen = {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", ())}
    return {name: value for name, value in sorted(chosen.items()) if value != defaults.get(name)}
