"""`make cost`, in a process of its own: the functions are imported there with clients that are counted."""

import os
import subprocess
import sys

from tests.template import ROOT


def test_what_a_run_asks_of_aws() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "operate.cost", "1"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": "functions:layers/core"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    page, conversations, desktop = told.split("\n\n")[1:4]
    assert amounts(page) == {
        "API Gateway": "1,000,000.000",
        "Lambda, requests": "3,000,000.000",
        "DynamoDB, writes": "1,000,000.000",
        "DynamoDB, reads": "1,000,000.000",
        "SNS": "1,000,000.000",
    }
    assert amounts(conversations)["API Gateway"] == "24,000.000"
    assert amounts(conversations)["Lambda, requests"] == "72,000.000"
    assert amounts(conversations)["SNS"] == "26,000.000"  # an Accept has three notifications of one session
    assert amounts(desktop) == {
        "API Gateway": "144.000",
        "Lambda, requests": "144.000",
        "DynamoDB, writes": "576.000",  # four a connect, as docs/desktop.md has it
        "DynamoDB, reads": "7,560.000",
    }
    assert "10 of them, where all answers are 2xx" in told
    assert "8,640 times" in told


def amounts(block: str) -> dict[str, str]:
    names = ("API Gateway", "Lambda, requests", "DynamoDB, writes", "DynamoDB, reads", "SNS")
    return {line[:26].strip(): line[26:].split()[0] for line in block.splitlines() if line[:26].strip() in names}
