"""The tree of codes, of the newest policy that the API has."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Code:
    """`name` is what sessions have. One with children is a folder, which no session has."""

    name: str
    display_name: str
    children: Sequence["Code"] = ()


def read(client: Any, table: str) -> list[Code]:
    """`client` is one of DynamoDB that gives plain values. Without a policy there are no codes."""
    newest = client.query(
        TableName=table,
        KeyConditionExpression="setting = :setting",
        ExpressionAttributeValues={":setting": "dispositions"},
        ScanIndexForward=False,
        Limit=1,
    )["Items"]
    return tree(json.loads(newest[0]["document"])["codes"]) if newest else []


def tree(codes: Sequence[Mapping[str, Any]]) -> list[Code]:
    """Of the `codes` in a policy's document. Sessions have names in NFC."""
    return [
        Code(
            unicodedata.normalize("NFC", one["name"]),
            one["displayName"] + (" (retired)" if one.get("retired") else ""),
            tree(one.get("children") or ()),
        )
        for one in codes
    ]
