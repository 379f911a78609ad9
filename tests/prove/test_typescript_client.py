"""A TypeScript client that Hey API's openapi-ts makes from docs/openapi.yaml."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from facebook_session.callers import Role
from local.stack import Stack
from tests.e2e.published import API_FILE
from tests.e2e.subscriber import announced, body, make_session
from tests.prove.samples import ALL, CALLS, OPERATE, REQUESTS
from tests.prove.tools import HERE, node

_STRICT = ["--noEmit", "--strict", "--target", "esnext", "--module", "preserve", "--lib", "esnext,dom"]

_UNKNOWN = '{ operationName: "Consult" }'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the client is, with the program that uses it."""
    made = tmp_path_factory.mktemp("typescript")
    (made / "package.json").write_text('{"type": "module"}')
    (made / "exchange.ts").write_text((HERE / "exchange.ts").read_text())
    # A relative path would be looked up in Hey API's registry.
    node("openapi-ts", "-s", "-f", HERE / "openapi-ts.config.mjs", "-i", API_FILE, where=made)
    return made


def _uses() -> Iterator[str]:
    """A program with every call, every sample as its schema's type, and operations that the caller has not."""
    yield 'import * as api from "./client/index.ts";'
    yield f"export const calls = [{', '.join(f'api.{name}' for name in CALLS)}];"
    for role, values in ALL.items():
        yield from (f"export const {role}{name}: api.{name} = {json.dumps(value)};" for name, value in values.items())
        yield from (_operates(role, f"{role}{name}") for name in REQUESTS[role])
        yield f"// @ts-expect-error\n{_operates(role, _UNKNOWN)}"
    yield f"// @ts-expect-error\n{_operates(Role.SYSTEM, f'{Role.AGENT}Accept')}"


def _operates(role: Role, body: str) -> str:
    return f'await api.{OPERATE[role]}({{ path: {{ id: "" }}, body: {body} }});'


def test_every_call_request_and_answer_has_its_type(folder: Path) -> None:
    (folder / "uses.ts").write_text("\n".join(_uses()))
    assert node("tsc", *_STRICT, "--allowImportingTsExtensions", "uses.ts", "exchange.ts", where=folder) == ""


def test_the_pages_exchange(folder: Path, up: Stack) -> None:
    make_session(up, "typescript")
    outcome = json.loads(node(str(folder / "exchange.ts"), up.api_url, up.token, "typescript"))
    assert outcome == {"status": 200, "etag": '"34"', "body": {"statusCode": 0}}
    (notification,) = announced(up, 1)
    assert body(notification)["facebooksession"]["userData"] == {"DispositionCode": "IssueResolved"}
