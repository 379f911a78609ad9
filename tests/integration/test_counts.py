"""The example's tables of counts, on moto, and the counts in memory that stand for them: they move as one.

Then the whole way: what agents did, through notifications and reads of the API, to the counts, and the report of them.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from disposition_counts import app as function
from disposition_counts.api import entry_in
from disposition_counts.rule import Counted, Entry, Group
from disposition_counts.tables import CountTables, Overtaken, digest
from disposition_report import codes
from disposition_report import counts as report_counts
from local import seed
from tests.clients import client, resource
from tests.counts import KeptCounts
from tests.integration.requests import by_system, creation, operation, put_policy, read_by_system
from tests.system import System
from tests.template import ROOT, read, table_schema

TEMPLATE = read(ROOT / "examples/reports/template.yaml")
REFUND = Group("2014-01-09", "Refund", "Returns", "Anna")
SWAP = Group("2014-01-10", "Swap", "", "Ben")

Tables = CountTables | KeptCounts


def made_tables() -> CountTables:
    client("dynamodb").create_table(TableName="counted", **table_schema("CountedTable", TEMPLATE))
    client("dynamodb").create_table(TableName="counts", **table_schema("CountTable", TEMPLATE))
    return CountTables(resource("dynamodb").meta.client, "counted", "counts")


@pytest.fixture(params=[made_tables, KeptCounts])
def tables(request: pytest.FixtureRequest) -> Iterator[Tables]:
    make: Callable[[], Tables] = request.param
    with mock_aws():
        yield make()


def counts(tables: Tables) -> dict[Group, int]:
    """Those that are not 0."""
    if isinstance(tables, KeptCounts):
        return tables.counts
    items = resource("dynamodb").Table("counts").scan()["Items"]
    groups = {Group(one["day"], one["code"], one["queue"], one["agent"]): int(one["count"]) for one in items}
    assert all(one["group"] == digest(group) for one, group in zip(items, groups, strict=True))
    return {group: count for group, count in groups.items() if count}


def test_a_session_that_was_never_seen_is_nowhere(tables: Tables) -> None:
    assert tables.counted(["s", "t"]) == {"s": Counted(), "t": Counted()}
    assert tables.counted([]) == {}


def test_a_session_moves_and_its_count_with_it(tables: Tables) -> None:
    places = [Counted(), Counted(1), Counted(3, REFUND), Counted(4, REFUND), Counted(5, SWAP), Counted(6)]
    sums: list[dict[Group, int]] = [{}, {}, {REFUND: 1}, {REFUND: 1}, {SWAP: 1}, {}]
    for before, after, expected in zip(places, places[1:], sums[1:], strict=False):
        tables.move("s", before, after)
        assert tables.counted(["s"]) == {"s": after}
        assert counts(tables) == expected


def test_sessions_add_up(tables: Tables) -> None:
    for name, group in {"a": REFUND, "b": REFUND, "c": SWAP}.items():
        tables.move(name, Counted(), Counted(3, group))
    tables.move("b", Counted(3, REFUND), Counted(4, SWAP))
    assert counts(tables) == {REFUND: 1, SWAP: 2}


@pytest.mark.parametrize("after", [Counted(5, SWAP), Counted(4, REFUND), Counted(3), Counted(9, REFUND)])
@pytest.mark.parametrize("before", [Counted(), Counted(3, REFUND), Counted(2), Counted(6, SWAP)])
def test_who_was_overtaken_moves_nothing(tables: Tables, before: Counted, after: Counted) -> None:
    tables.move("s", Counted(), Counted(4, REFUND))
    with pytest.raises(Overtaken):
        tables.move("s", before, after)
    assert tables.counted(["s"]) == {"s": Counted(4, REFUND)}
    assert counts(tables) == {REFUND: 1}


def test_many_sessions_are_looked_up(tables: Tables) -> None:
    names = [f"s{number}" for number in range(203)]
    for name in names[::50]:
        tables.move(name, Counted(), Counted(1, REFUND))
    found = tables.counted(names)
    assert [*found] == names
    assert [name for name in names if found[name].number] == names[::50]


@mock_aws
def test_what_is_refused_for_another_reason_is_an_error() -> None:
    tables = made_tables()
    client("dynamodb").delete_table(TableName="counts")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        tables.move("s", Counted(), Counted(1, REFUND))
    client("dynamodb").delete_table(TableName="counted")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        tables.move("s", Counted(), Counted(1))


# ------------------------------------------------------------------ the whole way
class Api:
    """The API's own function, in place of the requests over HTTP."""

    def history(self, session_id: str, key: str) -> list[Entry]:
        shown = read_by_system("/v2/facebooksessions/{id}/dispositions", session_id)[1]["dispositions"]
        return [entry_in(one) for one in shown if one["dispositionKey"] == key]

    def queue(self, session_id: str) -> str:
        shown = read_by_system("/v2/facebooksessions/{id}", session_id)[1]["facebooksession"]
        return str(shown.get("queueName", ""))


def counted_by(system: System) -> list[Any]:
    """Hands what was announced to the example's function; the messages that it was given."""
    system.deliver(system.records())
    messages = [
        {
            "messageId": one["MessageId"],
            "body": one["Body"],
            "messageAttributes": {
                name: {"stringValue": value["StringValue"]} for name, value in one["MessageAttributes"].items()
            },
        }
        for one in system.notifications()
    ]
    assert function.lambda_handler({"Records": messages}, None) == {"batchItemFailures": []}
    return messages


def converse() -> None:
    """Three sessions: one corrected and ended in another queue, one closed by a system, one whose code is removed."""
    for name in ("a", "b", "c"):
        content: dict[str, Any] = {
            "customer": {"nickname": "FirstL"},
            "agent": {"userName": "Anna"},
            "queueName": "Returns",
        }
        assert creation(id=name, **content)[0] == 201
        assert operation("Accept", name, "Anna", nickname="Anna")[0] == 200
        assert operation("SetDisposition", name, "Anna", disposition="Refund")[0] == 200
    assert operation("Transfer", "a", "Anna", targetPath="/users/Ben")[0] == 200
    assert operation("Accept", "a", "Ben", nickname="Ben")[0] == 200
    assert operation("UpdateUserData", "a", "Ben", userData={"DispositionCode": "Swap"})[0] == 200
    assert operation("Complete", "a", "Ben", queueName="Service")[0] == 200
    assert by_system("SetDisposition", "b", disposition="Closed")[0] == 200
    assert by_system("Complete", "b")[0] == 200
    assert operation("DeleteUserData", "c", "Anna", keys=["DispositionCode"])[0] == 200


@pytest.mark.parametrize("order", [1, -1])
def test_what_agents_and_systems_set_is_counted(system: System, monkeypatch: pytest.MonkeyPatch, order: int) -> None:
    tables = made_tables()
    monkeypatch.setattr(function, "tables", tables)
    monkeypatch.setattr(function, "api", Api())
    converse()
    messages = counted_by(system)
    (today,) = {entry.day for entry in Api().history("a", "DispositionCode")}
    expected = {Group(today, "Swap", "Service", "Ben"): 1, Group(today, "Closed", "Returns", "system"): 1}
    assert counts(tables) == expected
    for one in messages[::order]:
        assert function.lambda_handler({"Records": [one, one]}, None) == {"batchItemFailures": []}
    assert counts(tables) == expected
    assert operation("SetDisposition", "c", "Anna", disposition="Refund")[0] == 200
    counted_by(system)
    assert counts(tables) == expected | {Group(today, "Refund", "Returns", "Anna"): 1}


def test_a_session_that_was_there_before_is_counted_with_its_next_change(
    session: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = made_tables()
    monkeypatch.setattr(function, "tables", tables)
    monkeypatch.setattr(function, "api", Api())
    assert operation("SetDisposition", disposition="Refund")[0] == 200
    session.deliver(session.records())
    session.notifications()  # nobody takes these
    assert operation("SendMessage", text="Hello")[0] == 200
    counted_by(session)
    (day,) = {entry.day for entry in Api().history(seed.PAGE_SESSION, "DispositionCode")}
    assert counts(tables) == {Group(day, "Refund", "", seed.PAGE_AGENT): 1}


# ------------------------------------------------------------------ the report
@mock_aws
def test_the_report_reads_the_days_that_are_asked_for_and_no_count_of_0() -> None:
    tables = made_tables()
    for number in range(3):
        tables.move(f"s{number}", Counted(), Counted(1, REFUND))
    tables.move("s0", Counted(1, REFUND), Counted(2, SWAP))
    tables.move("s0", Counted(2, SWAP), Counted(3))
    found = report_counts.read(resource("dynamodb").meta.client, "counts", ["2014-01-08", REFUND.day, SWAP.day])
    assert found == [report_counts.Count(REFUND, 2)]
    assert report_counts.read(resource("dynamodb").meta.client, "counts", [SWAP.day]) == []


@pytest.mark.usefixtures("system")
def test_the_report_has_the_codes_of_the_newest_policy() -> None:
    dynamodb = resource("dynamodb").meta.client
    assert codes.read(dynamodb, "settings") == []
    for name in ("Old", "New"):
        folder = {"name": "F", "displayName": "Folder", "children": [{"name": name, "displayName": f"{name} one"}]}
        assert put_policy({"codes": [folder]})[0] == 200
    assert codes.read(dynamodb, "settings") == [codes.Code("F", "Folder", [codes.Code("New", "New one", [])])]
