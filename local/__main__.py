"""The commands behind `make demo`, `make tour`, `make docs`, `make reports`, `make up`, `make down`, `make token`,
`make desktop` and `make tail`.
"""

import argparse
import contextlib
import json
import math
import secrets
import sys
import time
from collections.abc import Iterator
from typing import Final

from local import containers, demo, deploy, desktop, engine, queues, samples, seed, stack, tour
from local.problem import Problem
from local.stack import Stack

HOME: Final = deploy.ROOT / ".local"
ENVIRONMENT: Final = HOME / "stack.env"
DEFAULT_PORT: Final = 8080
REPORTS: Final = "disposition-reports"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run in COMMANDS.items():
        command = commands.add_parser(name, help=run.__doc__)
        command.set_defaults(run=run)
        if name == "up":
            command.add_argument("--port", type=_port, help=f"port of 127.0.0.1, by default {DEFAULT_PORT}")
        if name == "desktop":
            command.add_argument("--port", type=_port, default=0, help="port of 127.0.0.1, by default a free one")
        if name == "token":
            command.add_argument("agent", type=_agent, help="the agent's user name")
    try:
        arguments = parser.parse_args()
        return int(arguments.run(arguments))
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run_tour(_: argparse.Namespace) -> int:
    """plays a whole conversation on the stack that runs, or on one of its own, which it stops"""
    running = engine.recall(HOME)
    with _stack_that_runs(running) if running else _stack_of_its_own("tour") as up:
        for played in tour.play(up, secrets.token_hex(2) if running else ""):
            print("\n" + tour.shown(played), end="", flush=True)
    return 0


def run_docs(_: argparse.Namespace) -> int:
    """plays the tour and puts what it shows into the pages of docs/"""
    with _stack_of_its_own("tour") as up:
        samples.write(list(tour.play(up)), deploy.ROOT / "docs")
    return 0


def run_demo(_: argparse.Namespace) -> int:
    """plays the page's exchange on a stack of its own, and stops it"""
    with _stack_of_its_own("demo") as up:
        _say("Starting cometd.js as the agent's desktop")
        played = demo.exchange(up)
    print(demo.shown(played))
    if not demo.is_the_pages(played):
        raise Problem("The answer, the notification or what the desktop got is not the page's.")
    print("\nAnswer and notification are those of Genesys' page, and the desktop got the same.")
    return 0


def run_reports(_: argparse.Namespace) -> int:
    """deploys examples/reports beside the stack that runs"""
    running = _running()
    _say("Deploying examples/reports with the SAM CLI")
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    deploy.deploy_example(running, HOME, "reports", REPORTS, PythonRuntime=python, DataDeletionPolicy="Delete")
    print(_REPORTS.format(path=ENVIRONMENT.relative_to(deploy.ROOT)))
    return 0


def run_up(arguments: argparse.Namespace) -> int:
    """starts the stack in the background, or deploys anew to the one that runs"""
    running = engine.recall(HOME)
    if running is None:
        running = stack.start(arguments.port or DEFAULT_PORT, HOME, _say, containers.bridge())
        engine.remember(running, HOME)
    elif arguments.port not in (None, running.port):
        raise Problem(f"The stack already runs on port {running.port}. Stop it first with: make down")
    up = stack.bring_up(running, f"http://localhost:{running.port}/api/v2", HOME, _say)
    stack.write_environment(up, ENVIRONMENT)
    stack.write_sam_local(up, HOME / "sam-local.json")
    print(_WELCOME.format(path=ENVIRONMENT.relative_to(deploy.ROOT), session=seed.PAGE_SESSION, api=up.api_url))
    return 0


def run_down(_: argparse.Namespace) -> int:
    """stops the stack; its data is gone"""
    running = engine.recall(HOME)
    if running is None:
        print("The stack does not run.")
    else:
        engine.stop(running)
        print("Stopped.")
    engine.forget(HOME)
    ENVIRONMENT.unlink(missing_ok=True)
    return 0


def run_token(arguments: argparse.Namespace) -> int:
    """logs an agent in and prints the token; an agent who is new is made, with the feature api-multimedia"""
    running = _running()
    client, outputs = deploy.clients(running), deploy.outputs(running)
    if seed.make_agent(client, outputs, arguments.agent):
        print(f"{arguments.agent} is new: the pool has this agent now, in {seed.FEATURE}.", file=sys.stderr)
    print(seed.log_in(client, outputs, arguments.agent))
    return 0


def run_desktop(arguments: argparse.Namespace) -> int:
    """serves the page of examples/desktop until it is interrupted"""
    running = _running()
    client, outputs = deploy.clients(running), deploy.outputs(running)

    def log_in(agent: str) -> str:
        return seed.log_in(client, outputs, _agent(agent))

    with desktop.Server(arguments.port, f"{running.url}/api/v2", log_in) as server:
        print(_DESKTOP.format(url=server.url, agent=seed.PAGE_AGENT), flush=True)
        server.serve_forever()
    return 0


def run_tail(_: argparse.Namespace) -> int:
    """prints notifications as they come, a line each, until it is interrupted"""
    running = _running()
    client = deploy.clients(running)
    with queues.listening(client, deploy.outputs(running)["NotificationTopicArn"]) as url:
        print("Waiting for notifications. Ctrl-C ends it.", file=sys.stderr)
        for message in queues.receive(client, url, math.inf):
            print(json.dumps(json.loads(message["Body"])), flush=True)
    return 0


@contextlib.contextmanager
def _stack_of_its_own(name: str) -> Iterator[Stack]:
    """A stack that lives as long as the context, with the page's address in its notifications."""
    home = HOME / name
    running = stack.start(engine.free_port(), home, _say)
    try:
        yield stack.bring_up(running, demo.PUBLIC_URL, home, _say)
    finally:
        engine.stop(running)


@contextlib.contextmanager
def _stack_that_runs(running: engine.Engine) -> Iterator[Stack]:
    """The one of `make up`, with a queue of its own."""
    client, outputs = deploy.clients(running), deploy.outputs(running)
    token = seed.log_in(client, outputs, seed.PAGE_AGENT)
    with queues.listening(client, outputs["NotificationTopicArn"]) as url:
        yield Stack(running, client, outputs, token, url, HOME)


def _port(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 65_536):
        raise Problem("A port is a number from 1 to 65535: PORT=…")
    return int(text)


def _agent(text: str) -> str:
    if not text:
        raise Problem("Name the agent: make token AGENT=…")
    if len(text) > 128 or not text.isprintable() or " " in text:
        raise Problem("An agent's name has 1 to 128 characters, without blanks.")
    return text


def _running() -> engine.Engine:
    running = engine.recall(HOME)
    if running is None:
        raise Problem("The stack does not run. Start it with: make up")
    return running


_STARTED: Final = time.monotonic()


def _say(what: str) -> None:
    print(f"{time.monotonic() - _STARTED:5.1f} s  {what}", flush=True)


_WELCOME: Final = """
The stack runs. Try it:

  source {path}
  curl "$API_URL/me/facebooksessions/{session}" -H "Authorization: Bearer $AGENT_TOKEN" \\
    -d '{{"operationName": "SetDisposition", "disposition": "IssueResolved"}}'

The API is at {api}. See its notifications with `make tail`, stop it with `make down`."""


_DESKTOP: Final = """
Open {url} and log in, for instance as {agent}, who has a session. Ctrl-C ends it."""


_REPORTS: Final = """
Dispositions are counted from now on. Set some, or play the tour, which needs a stack without an enforced policy, and
see what came of it:

  make tour
  source {path}
  make report"""


COMMANDS: Final = {
    "demo": run_demo,
    "tour": run_tour,
    "docs": run_docs,
    "reports": run_reports,
    "up": run_up,
    "down": run_down,
    "token": run_token,
    "desktop": run_desktop,
    "tail": run_tail,
}


if __name__ == "__main__":
    sys.exit(main())
