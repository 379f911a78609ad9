"""What a desktop reads and says when it starts, and when it ends."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from facebook_session.version import VERSION
from local import seed
from session_api import reads
from tests.clients import client
from tests.integration.requests import EVENT, answer, creation, put_policy, read
from tests.system import System

ME, LIST, PATH = "/v2/me", "/v2/me/facebooksessions", "/v2/me/facebooksessions/{id}"


def user(name: str = seed.PAGE_AGENT, **query: str) -> Any:
    status, body, etag = read(ME, name, **query)
    assert (status, body["statusCode"], etag) == (200, 0, None)
    return body["user"]


def says(content: Any, name: str = seed.PAGE_AGENT) -> tuple[int, Any]:
    """The answer to `POST /me`: the HTTP status and the body."""
    event: dict[str, Any] = json.loads(json.dumps(EVENT))
    event |= {
        "resource": ME,
        "pathParameters": None,
        "body": content if isinstance(content, str) else json.dumps(content),
    }
    event["requestContext"]["authorizer"]["claims"]["cognito:username"] = name
    status, body, etag = answer(event)
    assert etag is None
    return status, body


def state(name: str = seed.PAGE_AGENT) -> str:
    return str(user(name)["contactCenterSession"]["state"])


# ------------------------------------------------------------------ GET /me
@pytest.mark.usefixtures("system")
def test_a_user_is_the_caller_with_what_the_policy_asks_of_the_desktop() -> None:
    before = user()
    assert before == {
        "id": "TestName",
        "userName": "TestName",
        "roles": ["ROLE_AGENT"],
        "features": ["api-multimedia"],
        "settings": {
            "interaction-workspace": {
                "interaction.disposition.key-name": "DispositionCode",
                "interaction.disposition.is-mandatory": False,
                "interaction.disposition.value-business-attribute": "DispositionCode",
            }
        },
        "contactCenterSession": {"state": "Ended"},
        "uri": "http://localhost:8080/api/v2/users/TestName",
        "path": "/users/TestName",
    }
    assert put_policy({"codes": [], "mandatory": True})[0] == 200
    before["settings"]["interaction-workspace"]["interaction.disposition.is-mandatory"] = True
    assert user(fields="*", _="1") == before


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("subresources", ["*", "facebooksessions"])
def test_the_open_sessions_come_with_the_user_where_they_are_asked_for(subresources: str) -> None:
    creation(id="another", customer={"nickname": "FirstL"}, agent={"userName": "Ben"})
    (one,) = user(subresources=subresources)["facebooksessions"]
    assert one == read(PATH)[1]["facebooksession"]
    assert "facebooksessions" not in user()
    assert [two["id"] for two in user("Ben", subresources=subresources)["facebooksessions"]] == ["another"]
    assert user("Cy", subresources=subresources)["facebooksessions"] == []


@pytest.mark.usefixtures("session")
def test_the_link_leads_to_the_sessions_that_had_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        creation(id=f"s{number}", customer={"nickname": "FirstL"}, agent={"userName": seed.PAGE_AGENT})
    whole = user(subresources="*")["facebooksessions"]
    assert len(whole) == 4
    with monkeypatch.context() as narrow:
        narrow.setattr(reads, "MAX_PAGE_BYTES", 2 * reads._bytes(json.dumps(whole[0])))
        _, body, _ = read(ME, subresources="*")
    link = urlsplit(body["next"])
    assert link.path == f"/api{LIST}"
    _, rest, _ = read(LIST, **dict(parse_qsl(link.query)))
    assert body["user"]["facebooksessions"] + rest["facebooksessions"] == whole
    assert body["user"]["facebooksessions"]
    assert rest["facebooksessions"]


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"subresources": ""}, "The parameter subresources must be * or facebooksessions."),
        ({"subresources": "interactions"}, "The parameter subresources must be * or facebooksessions."),
        ({"fields": "id"}, "The parameter fields must be *."),
        ({"state": "Chatting"}, "The parameters of the address can be fields, subresources."),
    ],
    ids=str,
)
def test_another_query_is_refused_and_told_what_it_can_be(query: dict[str, str], message: str) -> None:
    assert read(ME, **query) == (400, {"statusCode": 2, "statusMessage": message}, None)


# ------------------------------------------------------------------ POST /me
@pytest.mark.usefixtures("system")
def test_a_desktop_starts_and_ends_and_starts_again() -> None:
    seen = []
    for name in ("Start", "Start", "End", "End", "Start"):
        content = {"operationName": f"{name}ContactCenterSession", "channels": ["multimedia"], "place": {"a": [1]}}
        assert says(content) == (200, {"statusCode": 0})
        seen.append(state())
    assert seen == ["Started", "Started", "Ended", "Ended", "Started"]
    assert state("Ben") == "Ended"


def test_it_changes_nothing_else(session: System) -> None:
    before, records = session.item(), session.records()
    assert says({"operationName": "StartContactCenterSession"})[0] == 200
    assert (session.item(), session.records()) == (before, records)
    assert client("dynamodb").scan(TableName="desktops")["Items"] == [
        {"userName": {"S": seed.PAGE_AGENT}, "place": {"S": "user"}, "contactCenterSession": {"S": "Started"}}
    ]


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({}, 1),
        ({"operationName": ""}, 1),
        ({"operationName": ["StartContactCenterSession"]}, 2),
        ({"operationName": "SetDisposition", "disposition": "x"}, 2),
        ({"operationName": "startContactCenterSession"}, 2),
        ("StartContactCenterSession", 2),
        ([], 2),
    ],
    ids=str,
)
def test_what_is_no_operation_of_a_user_is_refused_and_kept_nowhere(content: Any, code: int) -> None:
    status, body = says(content)
    assert (status, body["statusCode"]) == (400, code)
    assert client("dynamodb").scan(TableName="desktops")["Items"] == []


@pytest.mark.usefixtures("session")
def test_what_a_desktop_says_of_its_work_is_no_operation_of_a_session() -> None:
    event = json.loads(json.dumps(EVENT)) | {"body": '{"operationName": "StartContactCenterSession"}'}
    assert answer(event)[:2] == (
        400, {"statusCode": 2, "statusMessage": "The parameter operationName names no operation of this API."},
    )  # fmt: skip


# ------------------------------------------------------------------ who asks
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_is_told_nothing_and_who_lacks_the_feature_is_told_so(system: System, method: str) -> None:
    event = json.loads(json.dumps(EVENT)) | {"httpMethod": method, "resource": ME, "pathParameters": None}
    event["requestContext"]["authorizer"]["claims"]["cognito:groups"] = "api-voice"
    assert answer(event)[1]["statusCode"] == 5
    assert system.table == "sessions"
    del event["requestContext"]["authorizer"]
    assert answer(event)[1]["statusCode"] == 20


@pytest.mark.usefixtures("system")
def test_anybody_reads_the_version() -> None:
    event = {"httpMethod": "GET", "resource": "/v2/diagnostics/version", "headers": {}, "requestContext": {}}
    assert answer(event) == (200, {"statusCode": 0, "version": VERSION}, None)
    refused = answer(event | {"queryStringParameters": {"fields": "*"}})
    assert (refused[0], refused[1]["statusCode"]) == (400, 2)
