"""Builds the real template with the SAM CLI and deploys it to the embedded AWS."""

import os
import platform
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import boto3
import yaml

from local import emulated, gaps
from local.engine import REGION, Engine
from local.gaps import Client
from local.problem import Problem

STACK_NAME: Final = "facebook-sessions-local"
ROOT: Final = Path(__file__).parent.parent
BUILT_TEMPLATE: Final = ROOT / ".local/build/template.yaml"


def clients(engine: Engine) -> Client:
    """Clients of the embedded AWS as its root user."""
    session = boto3.session.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    return lambda service: session.client(service, endpoint_url=engine.url)


def build(home: Path) -> None:
    """Builds for the Python and the processor of this machine, where the embedded AWS runs the functions."""
    python = Path(_tool("sam")).with_name("python")
    _run([str(python), "layers/build.py", "local"], home / "build.log", _target())


def deploy(engine: Engine, overrides: Mapping[str, str], home: Path) -> dict[str, str]:
    """Deploys what was built just now; the stack's outputs.

    `overrides` of the template's parameters become the built template's defaults.
    """
    template = yaml.safe_load(BUILT_TEMPLATE.read_text())
    emulated.adapt(template, engine.url, _parameters())
    for name, value in overrides.items():
        template["Parameters"][name]["Default"] = value
    BUILT_TEMPLATE.write_text(yaml.safe_dump(template, sort_keys=False))
    _run([_tool("sam"), "deploy", "--config-env", "local"], home / "deploy.log", credentials(engine))
    gaps.close(clients(engine), STACK_NAME, template)
    return outputs(engine)


def deploy_example(engine: Engine, home: Path, example: str, name: str, **overrides: str) -> dict[str, str]:
    """Deploys one of examples/ beside the stack, with what it has to know of it; the outputs of what it deployed."""
    deployed = outputs(engine)
    of_stack = {output: deployed[output] for output in ("NotificationTopicArn", "ApiExecutionArn")}
    chosen = {**of_stack, "ApiUrl": f"{engine.url}/api/v2", **overrides}
    command = [
        _tool("sam"), "deploy", "--template-file", f"examples/{example}/template.yaml", "--stack-name", name,
        "--region", REGION, "--resolve-s3", "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND",
        "--no-confirm-changeset", "--no-fail-on-empty-changeset",
        "--parameter-overrides", *(f"{parameter}={value}" for parameter, value in chosen.items()),
    ]  # fmt: skip
    _run(command, home / f"{name}.log", credentials(engine))
    return outputs(engine, name)


def outputs(engine: Engine, name: str = STACK_NAME) -> dict[str, str]:
    """The outputs of a deployed stack."""
    stack = clients(engine)("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _parameters() -> str:
    """Those that samconfig.toml has for the embedded AWS."""
    configured = tomllib.loads((ROOT / "samconfig.toml").read_text())
    return str(configured["local"]["deploy"]["parameters"]["parameter_overrides"])


def _target() -> dict[str, str]:
    """This machine, in uv's words: here the functions are processes of their own, not guests of Amazon Linux."""
    system = "apple-darwin" if platform.system() == "Darwin" else "manylinux_2_28"
    machine = "aarch64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
    return {
        "PYTHON_RUNTIME": f"python{sys.version_info.major}.{sys.version_info.minor}",
        "PYTHON_PLATFORM": f"{machine}-{system}",
    }


def credentials(engine: Engine) -> dict[str, str]:
    """The environment in which commands go to the embedded AWS, as its root user."""
    return {
        "AWS_ENDPOINT_URL": engine.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
    }


def _tool(name: str) -> str:
    """A tool that the Makefile has installed."""
    return os.environ.get(name.upper(), str(ROOT / f".tools/{name}/bin/{name}"))


def _run(command: list[str], log: Path, environment: Mapping[str, str]) -> None:
    with log.open("wb") as output:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "UV": _tool("uv"), "SAM": _tool("sam"), **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            check=False,
        )
    if done.returncode:
        end = log.read_text().rstrip().splitlines()[-15:]
        raise Problem("\n".join([f"{' '.join(command[-3:])} failed. The end of {log}:", *end]))
