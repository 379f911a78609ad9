"""The commands behind `make status`, `make redrive`, `make forget` and `make dispositions`. The environment says which
account and region, as for the AWS CLI.
"""

import argparse
import functools
import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from facebook_session.errors import Unavailable
from facebook_session.policies import MAX_AGE_SECONDS
from facebook_session.policy import Document
from facebook_session.session import is_session_id
from operate import policy_file
from operate.bucket import UndeliveredBucket
from operate.dead_letter_queue import DeadLetterQueue
from operate.deployed import Deployed
from operate.dispositions import Dispositions, Overtaken
from operate.eraser import Eraser
from operate.forget import forget
from operate.notifier import Notifier
from operate.redrive import redrive
from operate.sessions import Item, Sessions
from operate.status import look

READ_TIMEOUT_SECONDS: Final = 150
"""Longer than notifier and eraser may work."""

# A repeat of the call would make the function do the same again.
_PATIENT: Final = Config(read_timeout=READ_TIMEOUT_SECONDS, retries={"total_max_attempts": 1})

_MAX_DIGITS: Final = 15  # of a version: DynamoDB takes no number of any length

_SET: Final = "Set AWS_DEFAULT_REGION or AWS_PROFILE, or source .local/stack.env."  # boto3 doesn't read AWS_REGION
_NO_SESSION: Final = "What a session of this id left is erased; if it was removed just now, in a few minutes."


@dataclass(frozen=True, slots=True)
class Stack:
    """What the commands need of a deployed stack."""

    sessions: Sessions
    bucket: UndeliveredBucket
    notifier: Notifier
    eraser: Eraser
    dead_letter_queue: DeadLetterQueue


def main() -> int:
    arguments = parser().parse_args()
    try:
        return int(arguments.run(arguments))
    except (BotoCoreError, ClientError, Unavailable) as error:
        print(told(error, arguments.stack), file=sys.stderr)
        return int(arguments.unreadable)


def told(error: Exception, stack: str) -> str:
    """What went wrong, in a sentence where it is known what to do next."""
    if isinstance(error, (NoRegionError, NoCredentialsError)):
        return f"{str(error).rstrip('.')}. {_SET}"
    if isinstance(error, ClientError) and _names_no_stack(error):
        return f"There is no stack {stack} in {boto3.Session().region_name}."
    return str(error)


def _names_no_stack(error: ClientError) -> bool:
    return error.operation_name == "DescribeStacks" and error.response["Error"]["Code"] == "ValidationError"


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m operate", description=__doc__)
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    for name, run in _COMMANDS.items():
        command = commands.add_parser(name, help=run.__doc__)
        command.set_defaults(run=run, unreadable=_UNREADABLE if name == "status" else 1)
        command.add_argument("stack", type=stack_name, help="the stack's name")
        if name == "forget":
            command.add_argument("session", type=session_id, help="the session's id")
        if name == "dispositions":
            command.add_argument("file", help="the policy, in JSON")
            command.add_argument("check", help="anything: put nothing")
            command.add_argument("version", type=version_number, help="in place of a file: the version to print")
    return whole


def stack_name(text: str) -> str:
    return text or sys.exit("Name the stack: STACK=…")


def session_id(text: str) -> str:
    if not text:
        sys.exit("Name the session: make forget SESSION=…")
    if not is_session_id(text):
        sys.exit("A session's id has 1 to 128 letters, digits, _, . or -, and is not dots alone.")
    return text


def version_number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS and int(text)):
        sys.exit("A version is a whole number from 1: make dispositions VERSION=…")
    return int(text)


def described(name: str) -> Mapping[str, Any]:
    """The stack of this name as CloudFormation has it."""
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    found: Mapping[str, Any] = stack
    return found


def outputs_of(stack: Mapping[str, Any]) -> dict[str, str]:
    return {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", ())}


def stack_named(name: str) -> Stack:
    """What redrive and forget need of the stack of this name, by its outputs."""
    outputs = outputs_of(described(name))
    if "EraserFunctionName" not in outputs:
        sys.exit(f"{name} is no stack of this API, or one of before 0.2.")
    functions = boto3.client("lambda", config=_PATIENT)
    return Stack(
        Sessions(boto3.resource("dynamodb").Table(outputs["SessionTableName"])),
        UndeliveredBucket(boto3.client("s3"), outputs["UndeliveredBucketName"]),
        Notifier(functions, outputs["NotifierFunctionName"]),
        Eraser(functions, outputs["EraserFunctionName"]),
        DeadLetterQueue(boto3.client("sqs"), outputs["RemovalDeadLetterQueueUrl"], outputs["RemovalQueueUrl"]),
    )


def dispositions_of(name: str) -> Dispositions:
    """Those of the stack of this name."""
    stack = described(name)
    outputs = outputs_of(stack)
    if "SettingTableName" not in outputs:
        sys.exit(f"{name} is no stack of this API, or one of before there were policies: deploy this version first.")
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", ())}
    tables = outputs["SettingTableName"], outputs["SessionTableName"]
    return Dispositions(boto3.client("dynamodb"), *tables, parameters["DispositionKey"])


def run_redrive(arguments: argparse.Namespace) -> int:
    """announces and erases what could not be, once that is mended; 1 where something is left to be announced"""
    stack = stack_named(arguments.stack)
    removals = stack.dead_letter_queue.redrive()
    outcome = redrive(stack.sessions, stack.bucket, stack.notifier)
    print(f"Records handed to the notifier: {outcome.records}. Objects that are left: {outcome.left}.")
    if outcome.orphaned:
        print(f"Records of sessions that were removed meanwhile, and are gone now too: {outcome.orphaned}.")
    if removals:
        print(f"Removals handed to the eraser again: {removals}.")
    if outcome.stopped:
        print("It failed at the first of those that are left; the notifier's log says why.", file=sys.stderr)
    return 1 if outcome.left else 0


def wait(seconds: float) -> None:
    print(f"Waiting {seconds:.0f} s, until no request of the session can be under way any more.", flush=True)
    time.sleep(seconds)


def run_forget(arguments: argparse.Namespace) -> int:
    """removes a session and all that the stack holds of it; it takes half a minute"""
    stack = stack_named(arguments.stack)

    def tell_and_wait(seconds: float, removed: Item | None) -> None:
        print(of_session(arguments.session, arguments.stack, removed))
        wait(seconds)

    outcome = forget(stack.sessions, stack.bucket, stack.eraser, arguments.session, tell_and_wait)
    if not outcome.erased:
        print("The eraser could not erase it; its log says why. Run this again.", file=sys.stderr)
        return 1
    print("The session is erased." if outcome.existed else _NO_SESSION)
    return 0


def of_session(session: str, stack: str, removed: Item | None) -> str:
    """Before the wait, so that a wrong name is seen."""
    if removed is None:
        return f"There is no session {session} in {stack}. What lies of it is erased all the same."
    return f"Session {session} of {stack} is removed; it was {removed['state']}."


def run_dispositions(arguments: argparse.Namespace) -> int:
    """puts a policy of dispositions as the next version, or only tells what it would change, or prints a version"""
    if arguments.version and arguments.file:
        sys.exit("Name a file or a version, not both: make dispositions FILE=… or VERSION=…")
    if arguments.version:
        return print_version(arguments.stack, arguments.version)
    if not arguments.file:
        sys.exit("Name the file: make dispositions FILE=…")
    try:
        document = policy_file.read(arguments.file)
    except policy_file.BadFile as bad:
        sys.exit(f"{bad}.")
    return put_policy(dispositions_of(arguments.stack), document, only_check=bool(arguments.check))


def print_version(stack: str, number: int) -> int:
    document = dispositions_of(stack).version(number)
    if document is None:
        sys.exit(f"There is no version {number}.")
    print(json.dumps(document, indent=2, ensure_ascii=False))
    return 0


def put_policy(dispositions: Dispositions, document: Document, *, only_check: bool) -> int:
    proposal = dispositions.propose(document)
    print(*(proposal.whole() if only_check else proposal.short()), sep="\n")
    if only_check:
        print("Nothing was put.")
        return 0
    try:
        version = dispositions.put(proposal, boto3.client("sts").get_caller_identity()["Arn"])
    except Overtaken:
        sys.exit("Somebody else has put a version meanwhile, and this one is not put. Run this again.")
    if version == proposal.present:
        print(f"This file is version {version} already. Nothing was put.")
    else:
        print(f"Version {version} was put. Functions go by it within {MAX_AGE_SECONDS} seconds.")
    return 0


def run_status(arguments: argparse.Namespace) -> int:
    """says on one screen whether something is wrong; 0: no, 1: yes, 2: the stack can't be read"""
    stack = described(arguments.stack)
    if "DesktopTableName" not in outputs_of(stack):
        print(f"{arguments.stack} is no stack of this API, or one of before 0.2.", file=sys.stderr)
        return _UNREADABLE
    client = functools.cache(functools.partial(boto3.client, config=_PATIENT))
    condition = look(client, Deployed.read(client("cloudformation"), stack), datetime.now(UTC))
    print(*condition.lines(), sep="\n")
    return 1 if condition.faults() else 0


_UNREADABLE: Final = 2
_COMMANDS: Final = {
    "status": run_status,
    "redrive": run_redrive,
    "forget": run_forget,
    "dispositions": run_dispositions,
}


if __name__ == "__main__":
    sys.exit(main())
