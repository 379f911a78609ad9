"""The stack that is driven: the one of `make up`, or one on AWS."""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3

ENVIRONMENT: Final = Path(__file__).parents[2] / ".local/stack.env"


class NoStack(Exception):
    """A sentence for the user."""


@dataclass(frozen=True, slots=True)
class Target:
    """`api` is its address up to and with /api/v2."""

    api: str
    outputs: Mapping[str, str]

    @staticmethod
    def client(service: str) -> Any:
        return boto3.client(service)

    @classmethod
    def named(cls, name: str) -> "Target":
        """Of an empty name the one of `make up`, to whose AWS all goes from now on. Raises NoStack."""
        if not name:
            os.environ.update(_local())
            name = os.environ["STACK_NAME"]
        (stack,) = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        outputs = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", ())}
        if "DesktopTableName" not in outputs:
            raise NoStack(f"{name} is no stack of this API, or one of before 0.2.")
        endpoint = os.environ.get("AWS_ENDPOINT_URL")
        return cls(f"{endpoint}/api/v2" if endpoint else outputs["ApiUrl"], outputs)


def _local() -> dict[str, str]:
    if not ENVIRONMENT.exists():
        raise NoStack("No stack runs here: start one with make up, or name one of AWS with STACK=…")
    lines = re.findall(r"^export (\w+)=(.*)$", ENVIRONMENT.read_text(), re.MULTILINE)
    return {name: "".join(shlex.split(value)) for name, value in lines}
