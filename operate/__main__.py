"""The commands behind `make redrive`. The environment says which account and region, as for the AWS CLI."""

import argparse
import sys
from typing import Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from operate.redrive import redrive

# A notifier may work for two minutes; a repeat of the call would make it do the same again.
_PATIENT: Final = Config(read_timeout=150, retries={"total_max_attempts": 1})


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m operate", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("redrive", help="announces what could not be announced, once that is mended")
    command.add_argument("stack", help="the stack's name")
    command.set_defaults(run=run_redrive)
    arguments = parser.parse_args()
    try:
        return int(arguments.run(arguments))
    except (BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1


def run_redrive(arguments: argparse.Namespace) -> int:
    """1 where something is left."""
    stack = boto3.client("cloudformation").describe_stacks(StackName=arguments.stack)["Stacks"][0]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    outcome = redrive(
        boto3.client("s3"),
        boto3.client("lambda", config=_PATIENT),
        outputs["UndeliveredBucketName"],
        outputs["NotifierFunctionName"],
    )
    print(f"Records handed to the notifier: {outcome.records}. Objects that are left: {outcome.left}.")
    if outcome.stopped:
        print("It failed at the first of those that are left; the notifier's log says why.", file=sys.stderr)
    return 1 if outcome.left else 0


if __name__ == "__main__":
    sys.exit(main())
