"""What the commands for operators say where a name is missing or wrong, before AWS is asked, and where AWS can't be:
what to do next.
"""

import sys
from collections.abc import Mapping

import pytest
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from operate import __main__ as operate

NOT_BOTH = "Name a file or a version, not both: make dispositions FILE=… or VERSION=…"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["forget", "stack", ""], "Name the session: make forget SESSION=…"),
        (["forget", "stack", "a b"], "A session's id has 1 to 128 letters, digits, _, . or -, and is not dots alone."),
        (["forget", "stack", ".."], "A session's id has 1 to 128 letters, digits, _, . or -, and is not dots alone."),
        (["forget", "", "session"], "Name the stack: STACK=…"),
        (["redrive", ""], "Name the stack: STACK=…"),
        (["dispositions", "", "file", "", ""], "Name the stack: STACK=…"),
        (["dispositions", "stack", "", "", ""], "Name the file: make dispositions FILE=…"),
        (["dispositions", "stack", "", "1", ""], "Name the file: make dispositions FILE=…"),
        (["dispositions", "stack", "file", "", "1"], NOT_BOTH),
        (["dispositions", "stack", "", "", "x"], "A version is a whole number from 1: make dispositions VERSION=…"),
        (["dispositions", "stack", "", "", "0"], "A version is a whole number from 1: make dispositions VERSION=…"),
        (
            ["dispositions", "stack", "", "", "1" * 40],
            "A version is a whole number from 1: make dispositions VERSION=…",
        ),
        (["dispositions", "stack", "no/such file", "", ""], "no/such file: No such file or directory."),
    ],
)
def test_a_missing_name_is_asked_for(arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["operate", *arguments])
    with pytest.raises(SystemExit, match=r".") as ended:
        operate.main()
    assert ended.value.code == told  # which Python prints, and ends with status 1


def refusal(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "It is so"}}, operation)


SET = "Set AWS_DEFAULT_REGION or AWS_PROFILE, or source .local/stack.env."


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NoRegionError(), f"You must specify a region. {SET}"),
        (NoCredentialsError(), f"Unable to locate credentials. {SET}"),
        (refusal("ValidationError", "DescribeStacks"), "There is no stack nosuch in eu-west-1."),
        (
            refusal("AccessDenied", "DescribeStacks"),
            "An error occurred (AccessDenied) when calling the DescribeStacks operation: It is so",
        ),
        (
            refusal("ValidationError", "GetTemplateSummary"),
            "An error occurred (ValidationError) when calling the GetTemplateSummary operation: It is so",
        ),
    ],
)
@pytest.mark.parametrize("command", [["status", "nosuch"], ["redrive", "nosuch"], ["forget", "nosuch", "session"]])
def test_where_aws_cannot_be_asked_the_next_step_is_told(
    error: BotoCoreError | ClientError,
    told: str,
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_: str) -> None:
        raise error

    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr(operate, "described", fail)
    monkeypatch.setattr(sys, "argv", ["operate", *command])
    assert operate.main() == (2 if command[0] == "status" else 1)
    assert capsys.readouterr().err == f"{told}\n"


@pytest.mark.parametrize(
    ("removed", "told"),
    [
        ({"state": "Chatting"}, "Session 1 of stack is removed; it was Chatting."),
        (None, "There is no session 1 in stack. What lies of it is erased all the same."),
    ],
)
def test_which_session_is_forgotten_is_told_before_the_wait(removed: Mapping[str, str] | None, told: str) -> None:
    assert operate.of_session("1", "stack", removed) == told
