"""The contract's files say what the code does, and notice where one of them changes alone."""

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from contract import __main__ as command
from contract import asyncapi, evidence, openapi, samples, state_machine
from contract.document import Document, pointer
from contract.shapes import SomeFields
from desktop_channel import app as channel
from desktop_channel.bayeux import META_CHANNELS
from desktop_channel.polls import events
from facebook_session import session
from facebook_session.callers import Role
from facebook_session.channels import Client
from facebook_session.errors import InvalidParameter
from facebook_session.mailboxes import Letter
from session_api import query_string, reads
from session_api.app import ROUTES
from session_api.contact_center import NEVER_STARTED, STATES
from session_api.operations import OPERATIONS
from tests.policies import routes
from tests.template import TEMPLATE, authorizer

API = openapi.document()
LATE = "who takes or took part in Completed for the policy's `lateHours`"
GATEWAY = TEMPLATE["Resources"]["SessionApi"]["Properties"]["GatewayResponses"]


def test_the_paths_are_the_routes() -> None:
    described = {
        f"{method.upper()} /v2{path}"
        for path, calls in API["paths"].items()
        for method in calls
        if method in ("get", "post", "put", "delete", "patch")
    }
    assert described == ROUTES.keys() | channel.ROUTES.keys()


@pytest.mark.parametrize("name", GATEWAY)
def test_the_gateways_own_answers_are_described(name: str) -> None:
    given = GATEWAY[name]
    body = json.loads(given["ResponseTemplates"]["application/json"])
    schema = pointer("components", "responses", str(given["StatusCode"]), "content", "application/json", "schema")
    assert Document(API).problems(schema, body) == []


@pytest.mark.parametrize(
    ("path", "role", "others"),
    [
        ("/me/facebooksessions/{id}", Role.AGENT, set()),
        ("/me/facebooksession/{id}", Role.AGENT, set()),
        ("/facebooksessions/{id}", Role.SYSTEM, {"Accept", "Reject", "SetInFocus"}),
    ],
)
def test_every_operation_of_a_caller_is_described_with_a_request(path: str, role: Role, others: set[str]) -> None:
    request = API["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    names = {operation.__name__ for operation in OPERATIONS if role in operation.moves}
    assert names == {operation.__name__ for operation in OPERATIONS} - others
    assert request["schema"]["discriminator"]["mapping"].keys() == names
    assert [one["$ref"].rpartition("/")[2] for one in request["schema"]["oneOf"]] == sorted(names)
    assert {name: example["value"]["operationName"] for name, example in request["examples"].items()} == {
        name: name for name in names
    }


def test_who_calls_a_path_is_said() -> None:
    calls = {
        f"{method.upper()} /v2{path}": calls[method]
        for path, calls in API["paths"].items()
        for method in ("get", "post", "put") & calls.keys()
    }
    assert API["security"] == [{"agent": []}]
    systems = {route for route, call in calls.items() if call.get("security") == [{"system": []}]}
    assert systems == routes("AWS_IAM")
    of_agents = routes("") | {route for route in channel.ROUTES if not authorizer(route)}
    assert {route for route, call in calls.items() if "security" not in call} == of_agents
    assert {route for route, call in calls.items() if call.get("security") == []} == routes("NONE")


def test_what_a_desktop_says_of_its_work_is_described() -> None:
    request = API["paths"]["/me"]["post"]["requestBody"]["content"]["application/json"]
    assert request["schema"]["discriminator"]["mapping"].keys() == request["examples"].keys() == STATES.keys()
    states = API["components"]["schemas"]["ContactCenterSession"]["properties"]["state"]["enum"]
    assert set(states) == {*STATES.values(), NEVER_STARTED}


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        (
            "Reject",
            "the session gets the policy's `default`, if there is one. Allowed to an agent at `/me/{}` in Invited.",
        ),
        (
            "SetDisposition",
            f"in Chatting and LeftChat, and to {LATE}, and to a system at `/{{}}` in Invited, Chatting and LeftChat.",
        ),
        (
            "SendMessage",
            "Allowed to an agent at `/me/{}` in Chatting, and to a system at `/{}` in Invited and Chatting.",
        ),
        (
            "Transfer",
            "and to a system at `/{}` in Invited, Chatting, LeftChat and Completed where it ended by Reject.",
        ),
    ],
)
def test_of_an_operation_it_is_said_who_may_call_it_and_where(name: str, allowed: str) -> None:
    description = API["components"]["schemas"][name]["description"]
    assert description.endswith(allowed.replace("{}", "facebooksessions/{id}"))


def test_a_system_looks_for_open_sessions_by_state_and_agent() -> None:
    parameters = {one["name"]: one["schema"] for one in _parameters("/facebooksessions")}
    assert parameters.keys() == reads.ANY_SESSIONS_QUERY
    assert parameters["state"]["enum"] == ["Invited", "Chatting", "LeftChat"]


@pytest.mark.parametrize(
    ("fields", "is_right"),
    [
        ("*", True),
        ("id", True),
        ("id, state,endedBy", True),
        ("", False),
        ("owner", False),
        ("*,id", False),
        ("id,", False),
    ],
)
def test_the_fields_that_can_be_asked_for_are_described(fields: str, is_right: bool) -> None:
    described = [one for call in ("/me/facebooksessions", "/facebooksessions") for one in _parameters(call)]
    patterns = {one["schema"]["pattern"] for one in described if one["name"] == "fields"}
    assert [re.search(pattern, fields) is not None for pattern in patterns] == [is_right]
    if is_right:
        assert query_string.fields({"fields": fields})
    else:
        with pytest.raises(InvalidParameter):
            query_string.fields({"fields": fields})


def _parameters(path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = API["paths"][path]["get"]["parameters"]
    return found


def test_a_systems_links_lead_to_what_a_system_can_read() -> None:
    for role, folder in ((Role.AGENT, "/api/v2/me/facebooksessions"), (Role.SYSTEM, "/api/v2/facebooksessions")):
        read = map(samples.body, samples.accepted(role).values())
        links = [body["next"] for body in read if "next" in body]
        assert links
        assert all(urlsplit(link).path.startswith(folder) for link in links)


@pytest.mark.parametrize(
    ("session", "is_right"),
    [
        ({"state": "Completed", "endedBy": "Leave"}, True),
        ({"state": "Completed"}, True),
        ({"state": "Invited", "endedBy": "Reject"}, False),
        ({"state": "Completed", "endedBy": "Transfer"}, False),
        ({"endedBy": "Reject"}, True),
    ],
)
def test_how_a_session_ended_is_told_in_state_completed_alone(session: dict[str, str], is_right: bool) -> None:
    wrong = Document(API).problems(pointer("components", "schemas", "SomeFields"), session)
    assert (wrong == []) is is_right


def test_the_notifications_show_what_a_system_does() -> None:
    by_systems = [one for one in samples.announced() if str(one.attributes["changedBy"]).startswith("arn:aws:iam:")]
    assert {(one.attributes["notificationType"], one.attributes["referenceId"]) for one in by_systems} == {
        ("StatusChange", 1),
        ("NewMessages", 2),
        ("StatusChange", 3),
    }
    assert by_systems[1].body["messages"][0]["from"]["type"] == "Customer"
    assert by_systems[2].attributes["agent"] == "Ben"
    assert [one.body["facebooksession"]["endedBy"] for one in samples.announced() if "endedBy" in str(one.body)] == [
        "Reject"
    ]


def test_a_sessions_fields_are_those_that_can_be_asked_for() -> None:
    assert {field.alias for field in SomeFields.model_fields.values()} == query_string.FIELDS


def test_the_code_is_what_the_files_describe() -> None:
    assert list(evidence.problems()) == []


def _renamed(item: Any, base_url: str) -> dict[str, Any]:
    return {"state_" if name == "state" else name: value for name, value in _resource(item, base_url).items()}


_resource = session.resource


@pytest.mark.parametrize("module", ["session_api.reads", "facebook_session.notifications"])
def test_a_field_that_is_renamed_in_the_code_is_noticed(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setattr(f"{module}.resource", _renamed)
    assert any("'state' is a required property" in line for line in evidence.problems())


def test_an_attribute_that_is_added_in_the_code_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    (one, *_) = samples.announced()
    changed = type(one)(one.session_id, one.body, {**one.attributes, "owner": "TestName"})
    monkeypatch.setattr(samples, "announced", lambda: [changed])
    assert any(line.startswith("MessageAttributes: $: Additional") for line in evidence.problems())


def _misspelled(client: Client, letters: Sequence[Letter]) -> Iterator[str]:
    return (one.replace('"channel"', '"chanel"') for one in events(client, letters))


def test_an_event_that_desktops_would_not_know_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "events", _misspelled)
    assert "BayeuxEvent: $: 'channel' is a required property" in evidence.problems()


def test_the_desktops_exchange_is_shown() -> None:
    sent = [one["channel"] for messages in samples.bayeux_messages().values() for one in messages]
    assert set(META_CHANNELS) - set(sent) == {"/meta/unsubscribe"}
    told = [one["data"]["notificationType"] for one in samples.bayeux_answers()["Connect"] if "data" in one]
    assert told == ["NewMessages", "PropertiesUpdated"]


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of docs/."""
    monkeypatch.setattr(command, "_DOCS", tmp_path)
    return tmp_path


def test_the_command_writes_the_files_that_are_in_docs(docs: Path) -> None:
    assert command.main([]) == 0
    written = {path.relative_to(docs): path.read_text() for path in docs.rglob("*.*")}
    published = Path(command.__file__).parent.parent / "docs"
    assert len(written) == 9
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
    assert "| `Accept` | a system | | | | |\n" in page
    assert "| `Leave` | an agent | | LeftChat | | |\n" in page
    assert "| `Leave` | a system | Completed | LeftChat | | |\n" in page
    assert "| `SetDisposition` | an agent | | Chatting | LeftChat | Completed, late |\n" in page
    assert page.count(", late |") == 1
    assert "| `Transfer` | a system | Invited | Invited | Invited | Invited where it ended by Reject |\n" in page
    assert "    Invited --> Chatting: Accept\n" in page
    assert "    Completed --> Invited: Transfer by a system\n" in page
    assert "    Completed --> [*]\n" in page
    rows = [line for line in page.splitlines() if line.startswith("| `") and line.count("|") == 7]
    assert [(line.split("`")[1], line.split(" | ")[1]) for line in rows] == [
        (operation.__name__, caller) for operation in OPERATIONS for caller in ("an agent", "a system")
    ]
