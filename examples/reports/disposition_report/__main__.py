"""The command behind `make report`. The environment says which account and region, as for the AWS CLI."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from disposition_report import codes, counts, tables
from disposition_report.page import page
from disposition_report.report import Report, report

MAX_DAYS = 366


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m disposition_report", description=__doc__)
    parser.add_argument("stack", type=stack_name, help="the API's stack")
    parser.add_argument("reports", type=stack_name, help="the stack of examples/reports")
    parser.add_argument("days", type=day_count, help="how many days up to today, in UTC")
    parser.add_argument("file", type=Path, help="where the page goes")
    arguments = parser.parse_args()
    try:
        found = read(arguments.stack, arguments.reports, arguments.days)
    except (BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    arguments.file.parent.mkdir(parents=True, exist_ok=True)
    arguments.file.write_text(page(found), encoding="utf-8")
    print(tables.text(found))
    print(f"\nWith charts: {arguments.file}")
    return 0


def read(stack: str, reports: str, days: int) -> Report:
    client = boto3.resource("dynamodb").meta.client
    setting_table, count_table = output(stack, "SettingTableName"), output(reports, "CountTableName")
    wanted = counts.days_until(datetime.now(UTC).date(), days)
    return report(counts.read(client, count_table, wanted), wanted, codes.read(client, setting_table))


def output(stack: str, name: str) -> str:
    """Of a deployed stack."""
    (described,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs: dict[str, str] = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", ())}
    return outputs.get(name) or sys.exit(f"{stack} has no output {name}: see examples/reports/README.md.")


def stack_name(text: str) -> str:
    return text or sys.exit("Name the stacks: make report STACK=… REPORTS=…")


def day_count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_DAYS):
        sys.exit(f"Say for how many days, from 1 to {MAX_DAYS}: make report DAYS=7")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
