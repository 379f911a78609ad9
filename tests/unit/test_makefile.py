"""What the Makefile's commands run, with `echo` in place of what they would run."""

import os
import pty
import subprocess

import pytest

from tests.template import ROOT

INSTALLED = (".tools/sam.done", ".tools/local.done", ".tools/node.done", ".venv/done")


def run(*arguments: str, stdin: int = subprocess.DEVNULL, **environment: str) -> str:
    """The last line that is printed."""
    command = ["make", "--no-print-directory", *(f"--old-file={one}" for one in INSTALLED), *arguments]
    kept = {name: os.environ[name] for name in ("PATH",)}
    done = subprocess.run(
        command, cwd=ROOT, env=kept | environment, stdin=stdin, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("environment", ["default", "prod"])
def test_a_deployment_without_a_terminal_asks_nothing(environment: str) -> None:
    told = run("deploy", f"ENV={environment}", "SAM=echo")
    assert told == f"deploy --config-env {environment} --no-confirm-changeset"


def test_a_deployment_at_a_terminal_may_ask_what_samconfig_has_it_ask() -> None:
    ends = pty.openpty()
    try:
        assert run("deploy", "SAM=echo", stdin=ends[1]) == "deploy --config-env default"
    finally:
        for end in ends:
            os.close(end)


@pytest.mark.parametrize(
    ("arguments", "agent"),
    [([], ""), (["AGENT="], ""), (["AGENT=Anna"], "Anna"), (["AGENT=O'Brien"], "O'Brien")],
)
def test_a_token_is_for_the_agent_who_is_named_and_not_for_the_shells_user(arguments: list[str], agent: str) -> None:
    assert run("token", *arguments, "LOCAL=echo", USER="root") == f"-m local token {agent}"


def test_the_desktop_is_at_a_port_that_is_free_or_named() -> None:
    assert run("desktop", "LOCAL=echo") == "-m local desktop"
    assert run("desktop", "PORT=9000", "LOCAL=echo") == "-m local desktop --port 9000"


def test_the_session_to_forget_is_the_one_that_is_named() -> None:
    assert run("forget", "SESSION=it's", "RUN=echo") == "operate forget facebook-sessions it's"


def test_the_policy_to_put_is_the_file_that_is_named() -> None:
    """Each word is one argument, whatever it has in it, and what is not given is an empty one."""
    told = run("dispositions", "FILE=it's $$HOME.json", "CHECK=1", "RUN=printf '<%s>' ")
    assert told == "<operate><dispositions><facebook-sessions><it's $HOME.json><1><>"
    assert run("dispositions", "VERSION=3", "RUN=printf '<%s>' ").endswith("<facebook-sessions><><><3>")


def test_a_report_is_of_a_week_unless_it_is_said() -> None:
    told = run("report", "RUN=echo")
    assert told == "disposition_report facebook-sessions disposition-reports 7 .local/report.html"
    told = run("report", "RUN=echo", "STACK=a", "REPORTS=b", "DAYS=30", "OUT=c.html")
    assert told == "disposition_report a b 30 c.html"


def test_load_goes_to_the_local_stack_unless_another_one_is_named() -> None:
    shown = "RUN=printf '<%s>'"
    assert run("load", shown) == "<operate.load><><20><60><>"
    assert run("load", shown, STACK_NAME="facebook-sessions-local") == "<operate.load><><20><60><>"
    assert run("load", shown, "STACK=mine", "N=3", "SECONDS=8", "RATE=5") == "<operate.load><mine><3><8><5>"
    assert run("load", shown, STACK="mine") == "<operate.load><mine><20><60><>"


def test_status_is_of_the_stack_that_is_named() -> None:
    assert run("status", "RUN=echo") == "operate status facebook-sessions"
    assert run("status", "RUN=echo", "STACK=mine") == "operate status mine"
