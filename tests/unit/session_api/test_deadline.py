"""However slow AWS is, each request is answered before API Gateway gives up on it."""

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from facebook_session.attributes import attribute
from facebook_session.store import SessionStore
from facebook_session.transcript import Transcript
from session_api import app
from session_api.agents import AgentPool
from session_api.contact_center import ContactCenterSessions
from tests.unit.builders import SAMPLE, image, request, session

SECONDS_A_CALL = 3
TOO_LATE = 100
"""Where a test has failed: some of what AWS answers here would have the request go on for ever."""

CREATION = {"customer": {"nickname": "FirstL"}, "agent": {"userName": "agent1"}}
SYSTEM = {"requestContext": {"requestId": "request-1", "identity": {"userArn": "arn:aws:iam::1:user/routing"}}}
OPERATION, ME = "POST /v2/me/facebooksessions/{id}", "GET /v2/me/facebooksessions"
REQUESTS = [
    request(),
    request({"operationName": "SendMessage", "text": "Hello"}),
    request({"operationName": "Accept", "nickname": "TestName"}),
    request({"operationName": "Transfer", "targetPath": "/users/agent2"}),
    request(None, route=ME),
    request(None, route=f"{ME}/{{id}}"),
    request(None, route="GET /v2/me") | {"queryStringParameters": {"subresources": "*"}},
    request({"operationName": "StartContactCenterSession"}, route="POST /v2/me"),
    request(None, route=f"{ME}/{{id}}/messages"),
    request(CREATION, route="POST /v2/facebooksessions") | SYSTEM,
    request(None, route="GET /v2/facebooksessions/{id}") | SYSTEM,
]


class Slow:
    """A client of AWS each of whose calls takes as long as it can. Then it answers, where it `knows` the operation."""

    def __init__(self, **knows: Any) -> None:
        self.second = 0.0
        self._knows = knows

    def __getattr__(self, name: str) -> Any:
        def call(**_: Any) -> Any:
            self.second += SECONDS_A_CALL
            assert self.second < TOO_LATE
            if name not in self._knows:
                raise ReadTimeoutError(endpoint_url="https://aws")
            return self._knows[name]

        return call


def seconds(event: dict[str, Any], slow: Slow, monkeypatch: pytest.MonkeyPatch) -> tuple[int, float]:
    """The status of the answer, and how long it took."""
    monkeypatch.setattr(app, "store", SessionStore(slow, "sessions"))
    monkeypatch.setattr(app, "transcript", Transcript(slow, "messages"))
    monkeypatch.setattr(app, "agent_pool", lambda: AgentPool(slow, "pool"))
    monkeypatch.setattr(app, "contact_center_sessions", ContactCenterSessions(slow, "desktops"))
    monkeypatch.setattr("facebook_session.database.time.monotonic", lambda: slow.second)
    return app.lambda_handler(event, None)["statusCode"], slow.second


def name_of(event: dict[str, Any]) -> str:
    return f"{event['httpMethod']} {event['resource']} {event['body']}"


@pytest.mark.parametrize("event", REQUESTS, ids=name_of)
def test_where_nothing_answers_the_request_does_in_time(event: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    status, took = seconds(event, Slow(), monkeypatch)
    assert status == 503
    assert took <= 20


def test_a_message_that_is_made_is_a_success_in_time_though_the_transcript_never_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changed = {"Attributes": image(session(messageCount=1, newMessages=[{"type": "Text", "timestamp": 1}]))}
    left: dict[str, Any] = {"UnprocessedItems": {"messages": [{"PutRequest": {}}]}}
    for slow in (Slow(update_item=changed), Slow(update_item=changed, batch_write_item=left)):
        status, took = seconds(REQUESTS[1], slow, monkeypatch)
        assert status == 200
        assert took <= 20


def test_a_list_whose_sessions_are_not_read_in_time_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    key = {"id": attribute("session-1"), "createdAt": attribute("2014-01-09"), "owner": attribute("agent1")}
    status, took = seconds(request(None, route=ME), Slow(query={"Items": [key]}), monkeypatch)
    assert status == 503
    assert took <= 20


def test_a_user_whose_sessions_are_not_read_in_time_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    key = {"id": attribute("session-1"), "createdAt": attribute("2014-01-09"), "owner": attribute("agent1")}
    event = request(None, route="GET /v2/me") | {"queryStringParameters": {"subresources": "*"}}
    endless = {"Items": [key], "LastEvaluatedKey": key}
    found = {"Responses": {"sessions": [image(session(owner="agent1"))]}}
    status, took = seconds(event, Slow(get_item={}, query=endless, batch_get_item=found), monkeypatch)
    assert status == 503
    assert took <= 20


def test_a_transfer_asks_no_more_where_the_pool_takes_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = {"Groups": [], "NextToken": "more"}
    status, took = seconds(REQUESTS[3], Slow(admin_list_groups_for_user=endless), monkeypatch)
    assert status == 503
    assert took <= 20


def test_one_requests_time_is_not_the_nexts(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(update_item={"Attributes": image(session())})
    for _ in range(10):
        assert seconds(request(SAMPLE), slow, monkeypatch)[0] == 200
