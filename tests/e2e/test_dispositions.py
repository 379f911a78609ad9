"""On the stack: `python -m operate dispositions`, with no other rights than those that docs/dispositions.md names."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from local.deploy import STACK_NAME
from local.stack import Stack
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import everything, make_session
from tests.e2e.test_redrive import environment
from tests.template import ROOT

USER: Final = "policies"


@pytest.fixture
def operator(up: Stack) -> Iterator[Mapping[str, str]]:
    """The environment of an IAM user who has the documented rights, on all resources."""
    iam = up.client("iam")
    section = (ROOT / "docs/dispositions.md").read_text().split("## Rights\n")[1].split("\n## ")[0]
    actions = re.findall(r"`((?:cloudformation|dynamodb):\w+)`", section)
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
    iam.create_user(UserName=USER)
    iam.put_user_policy(UserName=USER, PolicyName=USER, PolicyDocument=json.dumps(allowed))
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    secrets = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    yield environment(up) | secrets
    iam.delete_access_key(UserName=USER, AccessKeyId=key["AccessKeyId"])
    iam.delete_user_policy(UserName=USER, PolicyName=USER)
    iam.delete_user(UserName=USER)


def run(operator: Mapping[str, str], *arguments: str) -> str:
    """What the command prints, which must succeed; the arguments are file, check and version."""
    command = [sys.executable, "-m", "operate", "dispositions", STACK_NAME, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=operator, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_policy_is_checked_put_and_read_again(
    operator: Mapping[str, str], desktop: Desktop, up: Stack, tmp_path: Path
) -> None:
    """It enforces nothing: other tests use the stack too."""
    make_session(up, "disposed")
    assert desktop.set_disposition("disposed", disposition="of no code").status == 200
    found = re.search(r"Open sessions: (\d+) of \d+", run(operator, "examples/dispositions.json", "1", ""))
    assert found
    assert int(found[1]) >= 1
    path = tmp_path / "policy.json"
    document = {"codes": [{"name": "DC_A", "displayName": f"of {os.getpid()}"}]}
    path.write_text(json.dumps(document))
    put = re.search(r"^Version (\d+) was put\.", run(operator, str(path), "", ""), re.MULTILINE)
    assert put
    assert json.loads(run(operator, "", "", put[1])) == document
    everything(up)
