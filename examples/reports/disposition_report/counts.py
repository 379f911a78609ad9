"""The counts of some days, from the table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from disposition_counts.rule import Group


@dataclass(frozen=True, slots=True)
class Count:
    """So many sessions are counted together."""

    group: Group
    sessions: int


def days_until(last: date, count: int) -> list[str]:
    """So many days up to this one, oldest first, such as `2014-01-09`."""
    return [(last - timedelta(days=before)).isoformat() for before in reversed(range(count))]


def read(client: Any, table: str, days: Sequence[str]) -> list[Count]:
    """`client` is one of DynamoDB that gives plain values, as a boto3 resource has it."""
    return [count for day in days for count in _of_day(client, table, day)]


def _of_day(client: Any, table: str, day: str) -> Iterator[Count]:
    """Where the last session has gone elsewhere, a count of 0 stays behind."""
    pages = client.get_paginator("query").paginate(
        TableName=table,
        KeyConditionExpression="#day = :day",
        ExpressionAttributeNames={"#day": "day"},
        ExpressionAttributeValues={":day": day},
        ConsistentRead=True,
    )
    for page in pages:
        for item in page["Items"]:
            if item["count"]:
                yield Count(Group(day, item["code"], item["queue"], item["agent"]), int(item["count"]))
