"""The example subscriber's table, on moto, and the copies in memory that stand for it: a copy only ever moves on."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from moto import mock_aws

from session_copies import exact_json
from session_copies.rule import Copies, Copy
from session_copies.table import CopyTable
from tests.clients import client, resource
from tests.copies import KeptCopies
from tests.template import ROOT, read, table_schema

TEMPLATE = read(ROOT / "examples/subscriber/template.yaml")
DATA = {"Text": "a", "Yes": True, "Nothing": None}


@pytest.fixture
def table() -> Iterator[Any]:
    with mock_aws():
        client("dynamodb").create_table(TableName="copies", **table_schema("CopyTable", TEMPLATE))
        yield resource("dynamodb").Table("copies")


@pytest.fixture(params=[CopyTable, KeptCopies])
def copies(table: Any, request: pytest.FixtureRequest) -> Copies:
    made: Copies = CopyTable(table) if request.param is CopyTable else KeptCopies()
    return made


def kept(copies: Copies) -> Copy | None:
    if isinstance(copies, KeptCopies):
        return copies.kept.get("s")
    found = resource("dynamodb").Table("copies").get_item(Key={"sessionId": "s"}).get("Item")
    return found and Copy(int(found["number"]), found["userData"])


def test_a_copy_is_kept_with_its_number(copies: Copies) -> None:
    assert copies.number("s") == 0
    copies.keep("s", Copy(3, DATA))
    assert (copies.number("s"), kept(copies)) == (3, Copy(3, DATA))


def test_a_copy_moves_on_by_one(copies: Copies) -> None:
    copies.keep("s", Copy(3, DATA))
    copies.move_on("s", Copy(4, {}))
    copies.move_on("s", Copy(5, None))
    assert kept(copies) == Copy(5, {})
    copies.keep("s", Copy(9, DATA))
    assert kept(copies) == Copy(9, DATA)


@pytest.mark.parametrize("number", [3, 4, 6])
def test_a_copy_that_is_not_of_the_change_before_stays(copies: Copies, number: int) -> None:
    copies.keep("s", Copy(4, DATA))
    copies.move_on("s", Copy(number, {}))
    assert kept(copies) == Copy(4, DATA)


@pytest.mark.parametrize("number", [3, 4])
def test_a_copy_that_is_as_new_or_newer_stays(copies: Copies, number: int) -> None:
    copies.keep("s", Copy(4, DATA))
    copies.keep("s", Copy(number, {}))
    assert kept(copies) == Copy(4, DATA)


def test_a_copy_that_was_dropped_does_not_move_on(copies: Copies) -> None:
    copies.keep("s", Copy(4, DATA))
    copies.drop("s")
    for data in (None, DATA):
        copies.move_on("s", Copy(5, data))
    assert (copies.number("s"), kept(copies)) == (0, None)


@pytest.mark.parametrize("number", ["0", "-7", "19.95", "1E40", "1E125", "1" * 38, "1E-130", "1" + "0" * 60])
def test_every_number_of_a_session_is_kept_as_it_is(table: Any, number: str) -> None:
    CopyTable(table).keep("s", Copy(1, exact_json.loads(f'{{"Number": {number}}}')))
    found = table.get_item(Key={"sessionId": "s"})["Item"]["userData"]["Number"]
    assert found == Decimal(number)


def test_what_the_table_refuses_for_another_reason_is_an_error(table: Any) -> None:
    table.delete()
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        CopyTable(table).keep("s", Copy(1, json.loads("{}")))
