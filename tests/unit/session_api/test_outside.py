"""Whatever comes from outside gets an answer in the contract's shape, and none is a fault of the code."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from facebook_session.store import SessionStore
from facebook_session.transcript import Transcript
from session_api import app, query_string
from session_api.contact_center import ContactCenterSessions
from session_api.settings import Settings
from tests.unit.builders import CLAIMS, SAMPLE, SESSION_ID, image, request, session

TEXT = st.text(st.characters())  # lone surrogates too
PARAMETERS = st.dictionaries(
    st.sampled_from(
        [*sorted(query_string.FILTERS), "fields", "pageSize", "pageToken", "startIndex", "count", "subresources", "_"]
    )
    | TEXT,
    TEXT | st.sampled_from(["*", "id,state", "1", "100", "WyIiLCIiXQ==", "W1tbW1tb", "²", "9" * 10]),
    max_size=3,
)
HEADERS = st.dictionaries(
    st.sampled_from(["Origin", "If-Match", "Idempotency-Key", "origin", "Content-Type"]) | TEXT,
    TEXT | st.sampled_from(["*", '"34"', '""', "key", 'W/"34"']),
    max_size=3,
)
SYSTEM = {"userArn": "arn:aws:iam::123456789012:role/routing"}
CREATION = {"customer": {"nickname": "FirstL"}, "agent": {"userName": "agent1"}}


FOUND = {name: image(session())[name] for name in ("id", "createdAt")} | {"index": {"N": "1"}}


class Table:
    """DynamoDB with one session and one message, lists that go on, and where each write is done."""

    def __getattr__(self, name: str) -> Any:
        answers: dict[str, Any] = {
            "get_item": {"Item": image(session(messageCount=2))},
            "query": {"Items": [FOUND], "LastEvaluatedKey": FOUND},
            "batch_get_item": {"Responses": {"sessions": [image(session())]}},
            "put_item": {},
            "update_item": {"Attributes": {"referenceId": {"N": "34"}}},
        }
        return lambda **_: answers[name]


@pytest.fixture(autouse=True)
def _wired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "store", SessionStore(Table(), "sessions"))
    monkeypatch.setattr(app, "transcript", Transcript(Table(), "messages"))
    monkeypatch.setattr(app, "contact_center_sessions", ContactCenterSessions(Table(), "desktops"))
    monkeypatch.setattr(app, "settings", Settings(**app.settings.model_dump(by_alias=True) | {"ALLOWED_ORIGINS": "*"}))


def event(route: str, query: dict[str, str], headers: dict[str, str], session_id: str, body: Any) -> Any:
    made = request(body, route=route, session_id=session_id)
    context = {"requestId": "1", "identity": SYSTEM, "authorizer": {"claims": CLAIMS}}
    return made | {"queryStringParameters": query, "headers": headers, "requestContext": context}


@settings(max_examples=600)
@given(
    st.sampled_from(sorted(app.ROUTES)), PARAMETERS, HEADERS, st.just(SESSION_ID) | TEXT,
    st.sampled_from([SAMPLE, CREATION, CREATION | {"id": ".."}, {"operationName": "StartContactCenterSession"}])
    | st.text(),
)  # fmt: skip
@example("GET /v2/me/facebooksessions", {"pageToken": "W1tb" * 1_000}, {}, SESSION_ID, "")
@example("GET /v2/me/facebooksessions", {"state": "\ud800"}, {}, SESSION_ID, "")
@example("GET /v2/me/facebooksessions", {}, {"Origin": "\ud800"}, SESSION_ID, "")
def test_no_request_is_a_fault_of_the_code(
    route: str, query: dict[str, str], headers: dict[str, str], session_id: str, body: Any
) -> None:
    answer = app.lambda_handler(event(route, query, headers, session_id, body), None)
    assert answer["statusCode"] < 500
    assert json.loads(answer["body"])["statusCode"] in (0, 1, 2, 6, 10)
    assert json.dumps(answer, ensure_ascii=False).encode()
