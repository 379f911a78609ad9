"""The example of reports on the stack: its counts are those of the sessions, and the report shows them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from disposition_counts.rule import Group
from facebook_session.attributes import plain
from facebook_session.history import shown
from local import deploy
from local.stack import Stack
from tests.counts import totals
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import make_session
from tests.e2e.test_redrive import environment
from tests.template import ROOT

NAMES = [f"reported-{number}" for number in range(4)]
DEADLINE_SECONDS = 60.0
QUIET_SECONDS = 3.0
STACK = "disposition-reports"


@pytest.fixture(scope="module")
def outputs(up: Stack) -> dict[str, str]:
    """The outputs of the example, deployed beside the stack."""
    return deploy.deploy_example(up.engine, up.home, "reports", STACK, DataDeletionPolicy="Delete")


def test_the_counts_are_those_of_the_sessions_and_the_report_shows_them(
    desktop: Desktop, up: Stack, outputs: dict[str, str], tmp_path: Path
) -> None:
    for name in NAMES:
        make_session(up, name)
    with ThreadPoolExecutor(len(NAMES)) as threads:
        [*threads.map(lambda name: talk(desktop, name), NAMES)]
    desktop.operate("DeleteUserData", NAMES[0], keys=["DispositionCode"])
    await_counts(up, outputs)
    assert [*up.notifications(QUIET_SECONDS)]  # taken off the queue that other tests listen to
    told = run_report(up, tmp_path / "report.html")
    assert any(line.split()[:2] == ["final", "3"] for line in told.splitlines()), told
    assert (tmp_path / "report.html").read_text().count("<img") == 4


def talk(desktop: Desktop, name: str) -> None:
    """The last disposition is a correction of the others; the last queue is that in which the session ends."""
    for number in range(4):
        desktop.set_disposition(name, disposition=f"code {number}")
        desktop.operate("SendMessage", name, text=str(number))
    desktop.set_disposition(name, disposition="final")
    if name != NAMES[0]:
        desktop.operate("Complete", name, queueName="Returns")


def await_counts(up: Stack, outputs: dict[str, str]) -> None:
    """Waits until the counts are those that the histories of these sessions give, and of others that changed."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while (counted := counts_in(up, outputs)) != (wanted := totals(groups(up, outputs))) or not done(up, outputs):
        assert time.monotonic() < deadline, f"{counted} are not {wanted}"
        time.sleep(0.3)


def counts_in(up: Stack, outputs: dict[str, str]) -> dict[Group, int]:
    items = scanned(up, outputs["CountTableName"])
    found = {Group(one["day"], one["code"], one["queue"], one["agent"]): int(one["count"]) for one in items}
    return {group: count for group, count in found.items() if count}


def groups(up: Stack, outputs: dict[str, str]) -> Iterator[Group]:
    """Of the sessions that the example knows, from the sessions alone."""
    known = numbers(up, outputs)
    for item in scanned(up, up.table):
        history = shown(item)
        if item["id"] in known and history and history[-1]["disposition"]:
            last = history[-1]
            day = datetime.fromtimestamp(last["timestampSeconds"] / 1000, UTC).date().isoformat()
            yield Group(day, last["disposition"], item.get("queueName", ""), last["userName"])


def done(up: Stack, outputs: dict[str, str]) -> bool:
    """Whether the last change of each of the test's sessions is counted."""
    known, items = numbers(up, outputs), scanned(up, up.table)
    return all(known.get(one["id"]) == one["referenceId"] for one in items if one["id"] in NAMES)


def numbers(up: Stack, outputs: dict[str, str]) -> dict[str, int]:
    return {one["sessionId"]: int(one["number"]) for one in scanned(up, outputs["CountedTableName"])}


def scanned(up: Stack, table: str) -> list[dict[str, Any]]:
    pages = up.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [plain(item) for page in pages for item in page["Items"]]


def run_report(up: Stack, page: Path) -> str:
    """What `make report` prints."""
    path = {"PYTHONPATH": "examples/reports:examples/reports/src"}
    run = subprocess.run(
        [sys.executable, "-m", "disposition_report", deploy.STACK_NAME, STACK, "2", str(page)],
        cwd=ROOT, env=environment(up) | path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return run.stdout
