"""The commands behind `make redrive` and `make forget`. The environment says which account and region, as for the AWS
CLI.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from typing import Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from facebook_session.session import is_session_id
from operate.bucket import UndeliveredBucket
from operate.dead_letter_queue import DeadLetterQueue
from operate.eraser import Eraser
from operate.forget import forget
from operate.notifier import Notifier
from operate.redrive import redrive
from operate.sessions import Sessions

READ_TIMEOUT_SECONDS: Final = 150
"""Longer than notifier and eraser may work."""

# A repeat of the call would make the function do the same again.
_PATIENT: Final = Config(read_timeout=READ_TIMEOUT_SECONDS, retries={"total_max_attempts": 1})

_NO_SESSION: Final = "There is no such session. What it left is erased; if it was removed just now, in a few minutes."


@dataclass(frozen=True, slots=True)
class Stack:
    """What the commands need of a deployed stack."""

    sessions: Sessions
    bucket: UndeliveredBucket
    notifier: Notifier
    eraser: Eraser
    dead_letter_queue: DeadLetterQueue


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m operate", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run in {"redrive": run_redrive, "forget": run_forget}.items():
        command = commands.add_parser(name, help=run.__doc__)
        command.set_defaults(run=run)
        command.add_argument("stack", type=stack_name, help="the stack's name")
        if name == "forget":
            command.add_argument("session", type=session_id, help="the session's id")
    arguments = parser.parse_args()
    try:
        return int(arguments.run(arguments, stack_named(arguments.stack)))
    except (BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1


def stack_name(text: str) -> str:
    return text or sys.exit("Name the stack: STACK=…")


def session_id(text: str) -> str:
    if not text:
        sys.exit("Name the session: make forget SESSION=…")
    if not is_session_id(text):
        sys.exit("A session's id has 1 to 128 letters, digits, _, . or -, and is not dots alone.")
    return text


def stack_named(name: str) -> Stack:
    """The stack of this name, by its outputs."""
    (described,) = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", ())}
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


def run_redrive(_: argparse.Namespace, stack: Stack) -> int:
    """announces and erases what could not be, once that is mended; 1 where something is left to be announced"""
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


def run_forget(arguments: argparse.Namespace, stack: Stack) -> int:
    """removes a session and all that the stack holds of it; it takes half a minute"""
    outcome = forget(stack.sessions, stack.bucket, stack.eraser, arguments.session, wait)
    if not outcome.erased:
        print("The eraser could not erase it; its log says why. Run this again.", file=sys.stderr)
        return 1
    print("The session is erased." if outcome.existed else _NO_SESSION)
    return 0


if __name__ == "__main__":
    sys.exit(main())
