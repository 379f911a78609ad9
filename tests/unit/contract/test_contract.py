"""The contract's files say what the code does, and notice where one of them changes alone."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from contract import __main__ as command
from contract import asyncapi, evidence, openapi, samples, state_machine
from contract.document import Document, pointer
from contract.shapes import SomeFields
from facebook_session import session
from session_api import query_string
from session_api.app import ROUTES
from session_api.operations import OPERATIONS
from tests.template import TEMPLATE

API = openapi.document()
GATEWAY = TEMPLATE["Resources"]["SessionApi"]["Properties"]["GatewayResponses"]


def test_the_paths_are_the_routes() -> None:
    described = {
        f"{method.upper()} /v2{path}"
        for path, calls in API["paths"].items()
        for method in calls
        if method in ("get", "post", "put", "delete", "patch")
    }
    assert described == ROUTES.keys()


@pytest.mark.parametrize("name", GATEWAY)
def test_the_gateways_own_answers_are_described(name: str) -> None:
    given = GATEWAY[name]
    body = json.loads(given["ResponseTemplates"]["application/json"])
    schema = pointer("components", "responses", str(given["StatusCode"]), "content", "application/json", "schema")
    assert Document(API).problems(schema, body) == []


def test_every_operation_is_described_with_a_request() -> None:
    request = API["paths"]["/me/facebooksessions/{id}"]["post"]["requestBody"]["content"]["application/json"]
    names = {operation.__name__ for operation in OPERATIONS}
    assert request["schema"]["discriminator"]["mapping"].keys() == names
    assert request["examples"].keys() == names


def test_a_sessions_fields_are_those_that_can_be_asked_for() -> None:
    assert {field.alias for field in SomeFields.model_fields.values()} == query_string.FIELDS


def test_the_code_is_what_the_files_describe() -> None:
    assert list(evidence.problems()) == []


def _renamed(item: Any, base_url: str) -> dict[str, Any]:
    return {"state_" if name == "state" else name: value for name, value in _resource(item, base_url).items()}


_resource = session.resource


@pytest.mark.parametrize("module", ["session_api.reads", "session_notifier.notifications"])
def test_a_field_that_is_renamed_in_the_code_is_noticed(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setattr(f"{module}.resource", _renamed)
    assert any("'state' is a required property" in line for line in evidence.problems())


def test_an_attribute_that_is_added_in_the_code_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    (one, *_) = samples.announced()
    changed = type(one)(one.session_id, one.body, {**one.attributes, "owner": "TestName"})
    monkeypatch.setattr(samples, "announced", lambda: [changed])
    assert any(line.startswith("MessageAttributes: $: Additional") for line in evidence.problems())


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of docs/."""
    monkeypatch.setattr(command, "_DOCS", tmp_path)
    return tmp_path


def test_the_command_writes_the_files_that_are_in_docs(docs: Path) -> None:
    assert command.main([]) == 0
    written = {path.relative_to(docs): path.read_text() for path in docs.rglob("*.*")}
    published = Path(command.__file__).parent.parent / "docs"
    assert len(written) == 8
    assert written == {name: (published / name).read_text() for name in written}


def test_a_file_that_was_changed_or_is_missing_is_named(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.main([])
    assert command.main(["--check"]) == 0
    page = docs / "openapi.yaml"
    page.write_text(page.read_text().replace("dispositionKey", "disposition_key"))
    shutil.rmtree(docs / "schemas")
    assert command.main(["--check"]) == 1
    complaints = capsys.readouterr().err.splitlines()
    assert complaints[0] == "docs/openapi.yaml is not what the code is; `make contract` writes it."
    assert len(complaints) == 1 + len(asyncapi.PUBLISHED)


def test_the_state_machines_page_has_each_operation_in_each_state() -> None:
    page = state_machine.page()
    assert "| `Leave` | | LeftChat | | |\n" in page
    assert "| `SetDisposition` | | Chatting | LeftChat | |\n" in page
    assert "    Invited --> Chatting: Accept\n" in page
    assert "    Completed --> [*]\n" in page
    assert [line.split("`")[1] for line in page.splitlines() if line.count(" |") == 5 and "`" in line] == [
        operation.__name__ for operation in OPERATIONS
    ]
