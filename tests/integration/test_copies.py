"""The example subscriber's table, on moto: a copy only ever moves on."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import boto3
import pytest
from moto import mock_aws

from session_copies.rule import Copy
from session_copies.table import CopyTable
from tests.template import ROOT, read, table_schema

TEMPLATE = read(ROOT / "examples/subscriber/template.yaml")
DATA = {"Text": "a", "Whole": Decimal(4711), "Part": Decimal("19.95"), "Yes": True, "Nothing": None}


@pytest.fixture
def table() -> Iterator[Any]:
    with mock_aws():
        boto3.client("dynamodb").create_table(TableName="copies", **table_schema("CopyTable", TEMPLATE))
        yield boto3.resource("dynamodb").Table("copies")


def kept(table: Any) -> Any:
    return table.get_item(Key={"sessionId": "s"}).get("Item")


def test_a_copy_is_kept_with_its_number(table: Any) -> None:
    copies = CopyTable(table)
    assert copies.number("s") == 0
    copies.keep("s", Copy(3, DATA))
    assert (copies.number("s"), kept(table)) == (3, {"sessionId": "s", "number": 3, "userData": DATA})


def test_a_change_without_user_data_moves_the_number_alone(table: Any) -> None:
    copies = CopyTable(table)
    copies.keep("s", Copy(3, DATA))
    copies.keep("s", Copy(4, None))
    assert kept(table) == {"sessionId": "s", "number": 4, "userData": DATA}


@pytest.mark.parametrize("number", [3, 4])
def test_a_copy_that_is_as_new_or_newer_stays(table: Any, number: int) -> None:
    copies = CopyTable(table)
    copies.keep("s", Copy(4, DATA))
    copies.keep("s", Copy(number, {}))
    assert kept(table) == {"sessionId": "s", "number": 4, "userData": DATA}


def test_a_copy_is_dropped(table: Any) -> None:
    copies = CopyTable(table)
    copies.keep("s", Copy(4, DATA))
    copies.drop("s")
    assert (copies.number("s"), kept(table)) == (0, None)


def test_what_the_table_refuses_for_another_reason_is_an_error(table: Any) -> None:
    table.delete()
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        CopyTable(table).keep("s", Copy(1, DATA))
