"""`make dispositions`: a policy of a file, put by an operator, and what is told of it before."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from facebook_session.policies import Policies
from facebook_session.policy import Policy
from operate import __main__ as operate
from operate.open_sessions import Count, count_refused
from tests.clients import client
from tests.integration.requests import ROUTING, creation, operation, put_policy, read
from tests.system import System
from tests.template import ROOT

SHOP = ROOT / "examples/dispositions.json"
DOCUMENT = json.loads(SHOP.read_text())
STACK = {
    "Outputs": [
        {"OutputKey": "SettingTableName", "OutputValue": "settings"},
        {"OutputKey": "SessionTableName", "OutputValue": "sessions"},
    ],
    "Parameters": [{"ParameterKey": "DispositionKey", "ParameterValue": "DispositionCode"}],
}
OPERATOR = "arn:aws:sts::123456789012:user/moto"

Run = Callable[..., str]


@pytest.fixture
def run(system: System, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command on the system, and gives what it prints."""
    assert system.table == STACK["Outputs"][1]["OutputValue"]
    monkeypatch.setattr(operate, "described", lambda _: STACK)

    def printed(file: Path | str = "", check: str = "", version: str = "") -> str:
        monkeypatch.setattr(sys, "argv", ["operate", "dispositions", "stack", str(file), check, version])
        capsys.readouterr()  # the functions' logs
        assert operate.main() == 0
        return capsys.readouterr().out

    return printed


def changed(folder: Path, **changes: Any) -> Path:
    """The shop's policy with other members."""
    path = folder / "policy.json"
    path.write_text(json.dumps(DOCUMENT | changes))
    return path


def put_by() -> dict[int, str]:
    """Who put the versions that there are."""
    items = client("dynamodb").scan(TableName="settings")["Items"]
    return {int(one["version"]["N"]): one["putBy"]["S"] for one in items}


def make(session_id: str, disposition: Any = None, **content: Any) -> None:
    data = {} if disposition is None else {"DispositionCode": disposition}
    people = {"customer": {"nickname": "x"}, "agent": {"userName": "Anna"}}
    assert creation(**people, id=session_id, userData=data, **content)[0] == 201


def test_a_file_becomes_the_next_version(run: Run, tmp_path: Path) -> None:
    assert run(SHOP) == (
        "new 29, renamed 0, retired 1, restored 0, removed 0, rules 5\n"
        "Open sessions: 0 of 0 have a disposition that this policy refuses.\n"
        "Version 1 was put. Functions go by it within 30 seconds.\n"
    )
    assert run(changed(tmp_path, lateHours=1)).endswith("Version 2 was put. Functions go by it within 30 seconds.\n")
    assert put_by() == {1: OPERATOR, 2: OPERATOR}
    status, answer, etag = read("/v2/settings/dispositions")
    assert (status, len(answer["settings"]), etag) == (200, 24, '"2"')


def test_the_same_file_is_the_same_version(run: Run) -> None:
    run(SHOP)
    assert run(SHOP) == (
        "new 0, renamed 0, retired 0, restored 0, removed 0, rules 0\n"
        "Open sessions: 0 of 0 have a disposition that this policy refuses.\n"
        "This file is version 1 already. Nothing was put.\n"
    )
    assert put_by() == {1: OPERATOR}


def test_it_follows_what_a_system_has_put(run: Run, tmp_path: Path) -> None:
    assert put_policy(DOCUMENT)[2] == '"1"'
    assert "Version 2 was put." in run(changed(tmp_path, enforce=False))
    assert put_by() == {1: ROUTING, 2: OPERATOR}


def test_an_earlier_version_is_printed_and_can_be_put_again(run: Run, tmp_path: Path) -> None:
    run(SHOP)
    run(changed(tmp_path, codes=DOCUMENT["codes"], mandatory=False))
    printed = run(version="1")
    assert json.loads(printed) == DOCUMENT
    assert "DC_Größe" in printed
    again = tmp_path / "again.json"
    again.write_text(printed)
    assert "Version 3 was put." in run(again)


def test_a_dry_run_tells_all_of_it_and_puts_nothing(run: Run, tmp_path: Path) -> None:
    run(SHOP)
    make("kept", "DC_Refund")
    make("retired", "DC_Resolved")
    make("queue", "DC_Spam", queueName="Sales")
    codes = json.loads(json.dumps(DOCUMENT["codes"]))
    codes[0]["retired"] = True
    codes[1]["displayName"] = "Call back"
    codes[2:3] = []
    codes.append({"name": "DC_Praise", "displayName": "Praise"})
    queues = {"Sales": ["Product"]}
    path = changed(tmp_path, codes=codes, queues=queues, default="DC_NotInStock")
    assert run(path, check="1") == (
        "Version 1 is in force.\n"
        "  new          1  DC_Praise\n"
        "  renamed      1  DC_FollowUp (Follow-up promised → Call back)\n"
        "  retired      1  DC_Resolved\n"
        "  restored     0\n"
        "  removed      1  DC_NoAnswer\n"
        '  rules        2  default ("DC_NoAnswer" → "DC_NotInStock"), queues (Returns, Sales)\n'
        "Open sessions: 2 of 3 have a disposition that would be refused.\n"
        "Nothing was put.\n"
    )
    assert put_by() == {1: OPERATOR}


def test_a_dry_run_before_there_is_a_policy(run: Run) -> None:
    make("free", "whatever")
    told = run(SHOP, check="1").splitlines()
    assert told[0] == "No version is in force."
    assert told[-2:] == ["Open sessions: 1 of 1 have a disposition that would be refused.", "Nothing was put."]
    assert put_by() == {}


def test_what_is_put_meanwhile_is_not_overwritten(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put = Policies.put

    def overtaken(self: Policies, *arguments: Any) -> int:
        put(self, {"codes": []}, "somebody else")
        return put(self, *arguments)

    monkeypatch.setattr(Policies, "put", overtaken)
    with pytest.raises(SystemExit) as ended:
        run(SHOP)
    assert "have a disposition that this policy refuses.\n" in capsys.readouterr().out
    assert ended.value.code == "Somebody else has put a version meanwhile, and this one is not put. Run this again."
    assert put_by() == {1: "somebody else"}


def test_a_bad_file_and_a_version_that_is_not_there_end_in_a_sentence(run: Run, tmp_path: Path) -> None:
    path = changed(tmp_path, default="DC_Swap")
    with pytest.raises(SystemExit, match=r":1: the policy's default is the name of no code that can be set\.$"):
        run(path)
    with pytest.raises(SystemExit, match=r"^There is no version 7\.$"):
        run(version="7")
    assert put_by() == {}


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"enforce": True}, {"free", "retired", "queue", "number"}),
        ({"enforce": True, "queues": {}}, {"free", "retired", "number"}),
        ({"enforce": False, "mandatory": True}, {"number"}),
        ({"enforce": False, "mandatory": False}, set()),
    ],
)
def test_open_sessions_are_counted_as_the_api_would_refuse_them(changes: Any, refused: set[str]) -> None:
    make("none")
    make("known", "DC_Gro\u0308\u00dfe")
    make("free", "whatever")
    make("retired", "DC_Swap")
    make("queue", "DC_Refund", queueName="Sales")
    make("number", 1)
    make("over", "whatever")
    assert operation("Reject", "over", "Anna")[0] == 200
    policy = Policy.of(1, DOCUMENT | changes)
    assert count_refused(client("dynamodb"), "sessions", "DispositionCode", policy) == Count(len(refused), 6)


@pytest.mark.usefixtures("system")
def test_all_open_sessions_are_counted_page_by_page() -> None:
    for number in range(205):
        make(f"{number}", "whatever" if number % 2 else "DC_Refund")
    for number in range(3):
        assert operation("Accept", f"{number}", "Anna", nickname="Anna")[0] == 200
    assert operation("Leave", "0", "Anna")[0] == 200
    policy = Policy.of(1, DOCUMENT)
    assert count_refused(client("dynamodb"), "sessions", "DispositionCode", policy) == Count(102, 205)


def test_a_stack_of_before_there_were_policies_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operate, "described", lambda _: {"Outputs": []})
    with pytest.raises(SystemExit, match=r"^stack is no stack of this API, or one of before there were policies"):
        run(SHOP)
