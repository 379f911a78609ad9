"""The API as API Gateway sees it: one answer in the contract's shape to whatever comes in."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from hypothesis import given, settings
from hypothesis import strategies as st

from facebook_session import exact_json
from facebook_session.store import SessionStore
from rest_api import router
from session_api import app
from tests.unit.builders import (
    CLAIMS,
    SAMPLE,
    FakeDynamoDB,
    client_error,
    condition_failed,
    image,
    request,
    session,
    spelled,
)

STRANGER = {"cognito:username": "agent1", "cognito:groups": "api-voice"}
FULL = {f"key {number}": "x" for number in range(201)}


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> FakeDynamoDB:
    fake = FakeDynamoDB()
    monkeypatch.setattr(app, "store", SessionStore(fake, "sessions"))
    return fake


def answer(event: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = app.lambda_handler(event, None)
    return given


def refusal(event: dict[str, Any]) -> tuple[int, int, str]:
    """HTTP status, `statusCode` and `statusMessage` of an answer that must have the contract's shape."""
    given = answer(event)
    body = json.loads(given["body"])
    assert body.keys() == {"statusCode", "statusMessage"}
    assert given.keys() == {"statusCode", "headers", "body"}
    assert given["headers"]["Content-Type"] == "application/json"
    return given["statusCode"], body["statusCode"], body["statusMessage"]


# ------------------------------------------------------------------ success
@pytest.mark.parametrize(
    "route", ["POST /v2/me/facebooksessions/{id}", "POST /v2/me/facebooksession/{id}"], ids=["plural", "singular"]
)
def test_the_pages_request_gets_the_pages_answer(dynamodb: FakeDynamoDB, route: str) -> None:
    given = answer(request(route=route))
    assert (given["statusCode"], given["body"], given["headers"]["ETag"]) == (200, '{"statusCode":0}', '"34"')
    assert [call["Key"] for call in dynamodb.calls] == [{"id": {"S": "0000Na9B26EF003M"}}]


def test_the_caller_the_key_and_the_disposition_reach_the_table(dynamodb: FakeDynamoDB) -> None:
    answer(request())
    (call,) = dynamodb.calls
    assert call["TableName"] == "sessions"
    assert 'SET userData.[DispositionCode] = "IssueResolved",' in spelled(call, "UpdateExpression")
    assert 'contains(agents, "agent1")' in spelled(call, "ConditionExpression")


def test_without_a_key_the_one_of_the_environment_is_used(dynamodb: FakeDynamoDB) -> None:
    answer(request({"operationName": "SetDisposition", "disposition": "IssueResolved"}))
    assert "SET userData.[DispositionCode] =" in spelled(dynamodb.calls[0], "UpdateExpression")


def test_a_write_that_would_change_nothing_succeeds_with_the_number_as_it_is(dynamodb: FakeDynamoDB) -> None:
    dynamodb.outcome = condition_failed(image(session(userData={"DispositionCode": "IssueResolved"})))
    given = answer(request())
    assert (given["statusCode"], given["body"], given["headers"]["ETag"]) == (200, '{"statusCode":0}', '"33"')


# ------------------------------------------------------------------ the contract's table of answers
@pytest.mark.parametrize(
    ("event", "status", "status_code", "named"),
    [
        (request({}), 400, 1, "operationName"),
        (request({"operationName": "SetDisposition"}), 400, 1, "disposition "),
        (request(SAMPLE | {"disposition": ""}), 400, 1, "disposition "),
        (request(SAMPLE | {"disposition": " "}), 400, 1, "disposition "),
        (request("SECRET"), 400, 2, "body"),
        (request(["SECRET"]), 400, 2, "body"),
        (request(None), 400, 2, "body"),
        (request('{"SECRET":1,"SECRET":2}'), 400, 2, "body"),
        (request(base64.b64encode(b"SECRET\xff").decode(), encoded=True), 400, 2, "body"),
        (request(SAMPLE | {"operationName": "SECRET"}), 400, 2, "operationName"),
        (request(SAMPLE | {"operationName": ["SECRET"]}), 400, 2, "operationName"),
        (request(SAMPLE | {"disposition": ["SECRET"]}), 400, 2, "disposition "),
        (request(SAMPLE | {"dispositionKey": {"SECRET": 1}}), 400, 2, "dispositionKey"),
        (request(claims=STRANGER), 403, 5, "api-multimedia"),
        (request(session_id="SECRET/"), 404, 6, "session"),
        (request(route="PUT /v2/me/facebooksessions/{id}"), 405, 2, "GET, POST, HEAD, OPTIONS"),
        (request() | {"headers": {"Content-Type": "application/json; charset=utf-16"}}, 415, 2, "UTF-8"),
        (request() | {"headers": {"Content-Encoding": "gzip"}}, 415, 2, "Content-Encoding"),
        (request() | {"headers": {"Idempotency-Key": " "}}, 400, 10, "Idempotency-Key"),
        (request() | {"multiValueHeaders": {"Idempotency-Key": ["SECRET", "b"]}}, 400, 10, "Idempotency-Key"),
        (request() | {"headers": {"If-Match": "SECRET"}}, 400, 2, "If-Match"),
        (request(route="OPTIONS /v2/SECRET"), 404, 6, "resource"),
        (request(route="POST /v2/SECRET"), 404, 6, "resource"),
        (request(SAMPLE | {"disposition": "SECRET".ljust(4_097)}), 400, 10, "disposition "),
        (request(SAMPLE | {"dispositionKey": "SECRET\x85"}), 400, 10, "dispositionKey"),
        (request(SAMPLE | {"comment": "SECRET" * 10_923}), 413, 10, "body"),
        (request(claims=None), 403, 20, "Access denied"),
    ],
    ids=lambda value: f"{value['httpMethod']} {value['body']}"[:60] if isinstance(value, dict) else "",
)
def test_a_request_is_refused_without_a_write_and_told_why(
    dynamodb: FakeDynamoDB, event: dict[str, Any], status: int, status_code: int, named: str
) -> None:
    *numbers, message = refusal(event)
    assert numbers == [status, status_code]
    assert named in message
    assert "SECRET" not in message
    assert dynamodb.calls == []


# ------------------------------------------------------------------ methods
PATHS = {
    "/v2/me/facebooksessions": "GET, HEAD, OPTIONS",
    "/v2/me/facebooksessions/{id}": "GET, POST, HEAD, OPTIONS",
    "/v2/me/facebooksessions/{id}/messages": "GET, HEAD, OPTIONS",
    "/v2/me/facebooksession/{id}": "GET, POST, HEAD, OPTIONS",
    "/v2/facebooksessions": "GET, POST, HEAD, OPTIONS",
    "/v2/facebooksessions/{id}": "GET, POST, HEAD, OPTIONS",
    "/v2/facebooksessions/{id}/messages": "GET, HEAD, OPTIONS",
    "/v2/me/facebooksessions/{id}/dispositions": "GET, HEAD, OPTIONS",
    "/v2/facebooksessions/{id}/dispositions": "GET, HEAD, OPTIONS",
    "/v2/settings/dispositions": "GET, PUT, HEAD, OPTIONS",
    "/v2/groups": "GET, HEAD, OPTIONS",
    "/v2/me": "GET, POST, HEAD, OPTIONS",
    "/v2/diagnostics/version": "GET, HEAD, OPTIONS",
}


def test_of_every_path_the_methods_are_known() -> None:
    assert PATHS.keys() == {route.split(" ")[1] for route in app.ROUTES}


@pytest.mark.parametrize(("path", "allowed"), PATHS.items())
def test_a_path_that_there_is_says_which_methods_it_has(path: str, allowed: str) -> None:
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "SECRET"} - {*allowed.split(", ")}:
        given = answer(request(route=f"{method} {path}"))
        assert (given["statusCode"], given["headers"]["Allow"]) == (405, allowed)
        body = {"statusCode": 2, "statusMessage": f"The methods of this resource are {allowed}."}
        assert json.loads(given["body"]) == body
    options = answer(request(route=f"OPTIONS {path}"))
    assert (options["statusCode"], options["body"], options["headers"]["Allow"]) == (204, "", allowed)


class Found(FakeDynamoDB):
    """Finds the page's session."""

    def get_item(self, **_: Any) -> Any:
        return {"Item": image(session())}


@pytest.mark.parametrize("event", [request(None), request(None, claims=None), request(None, session_id="a b")], ids=str)
def test_head_is_get_without_a_body(monkeypatch: pytest.MonkeyPatch, event: dict[str, Any]) -> None:
    monkeypatch.setattr(app, "store", SessionStore(Found(), "sessions"))
    got, head = (answer(event | {"httpMethod": method}) for method in ("GET", "HEAD"))
    assert got["body"]
    assert head == got | {"body": ""}


def test_head_of_a_path_that_can_not_be_read_has_no_body_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "ROUTES", {"POST /v2/written": app.create_session})
    given = answer(request(None, route="HEAD /v2/written"))
    assert (given["statusCode"], given["body"], given["headers"]["Allow"]) == (405, "", "POST, OPTIONS")


# ------------------------------------------------------------------ systems
CHANNEL = "arn:aws:iam::123456789012:role/channel"


CODES = ("GET /v2/settings/dispositions", "GET /v2/groups")
"""What agents read of the policy. Systems put it."""


def of_system(route: str, body: object = None, principal: str | None = CHANNEL) -> dict[str, Any]:
    """A request with a signature, or with an agent's token where the principal is None."""
    event = request(body, route=route, claims=None if principal else CLAIMS)
    event["requestContext"]["identity"] = {"userArn": principal}
    return event


OF_ANYBODY = "GET /v2/diagnostics/version"
OF_AGENTS = [route for route in app.ROUTES if "/me/" in route or route.endswith("/me") or route in CODES]
OF_SYSTEMS = [route for route in app.ROUTES if route not in (*OF_AGENTS, OF_ANYBODY)]


@pytest.mark.parametrize("route", OF_SYSTEMS)
def test_a_token_is_nobodys_on_a_systems_path(dynamodb: FakeDynamoDB, route: str) -> None:
    assert refusal(of_system(route, SAMPLE, principal=None))[:2] == (403, 20)
    assert dynamodb.calls == []


@pytest.mark.parametrize("route", OF_AGENTS)
def test_a_signature_is_nobodys_on_an_agents_path(dynamodb: FakeDynamoDB, route: str) -> None:
    assert refusal(of_system(route, SAMPLE))[:2] == (403, 20)
    assert dynamodb.calls == []


def test_a_systems_operation_is_one_write_that_asks_for_no_agent(dynamodb: FakeDynamoDB) -> None:
    given = answer(of_system("POST /v2/facebooksessions/{id}", SAMPLE))
    assert (given["statusCode"], given["body"], given["headers"]["ETag"]) == (200, '{"statusCode":0}', '"34"')
    (call,) = dynamodb.calls
    assert "agents" not in spelled(call, "ConditionExpression")
    assert f'updatedBy = "{CHANNEL}"' in spelled(call, "UpdateExpression")


@pytest.mark.parametrize("name", ["Accept", "Reject", "SetInFocus"])
def test_what_only_an_agent_can_do_is_refused_to_a_system_without_a_write(dynamodb: FakeDynamoDB, name: str) -> None:
    event = of_system("POST /v2/facebooksessions/{id}", {"operationName": name, "nickname": "SECRET"})
    message = "The parameter operationName names an operation that only an agent can call."
    assert refusal(event) == (400, 2, message)
    assert dynamodb.calls == []


@pytest.mark.parametrize("body", [{}, {"operationName": "SendMessage"}], ids=str)
def test_a_system_is_told_what_is_missing(dynamodb: FakeDynamoDB, body: object) -> None:
    assert refusal(of_system("POST /v2/facebooksessions/{id}", body))[:2] == (400, 1)
    assert dynamodb.calls == []


@pytest.mark.parametrize("key", [[""], [" "], ["a", "b"]], ids=str)
def test_a_creation_too_has_one_key_or_none(key: list[str]) -> None:
    content = {"customer": {"nickname": "FirstL"}, "agent": {"userName": "agent1"}}
    event = request(content, route="POST /v2/facebooksessions")
    event["requestContext"]["identity"] = {"userArn": "arn:aws:iam::123456789012:role/routing"}
    assert refusal(event | {"multiValueHeaders": {"Idempotency-Key": key}})[:2] == (400, 10)


# ------------------------------------------------------------------ what the table says
@pytest.mark.parametrize(
    ("outcome", "status", "status_code", "named"),
    [
        (condition_failed(None), 404, 6, "session"),
        (condition_failed(image(session(agents={"agent2"}))), 404, 6, "session"),
        (condition_failed(image(session(state="Invited"))), 400, 2, "operationName"),
        (condition_failed(image(session(state="Completed"))), 400, 2, "operationName"),
        (condition_failed(image(session(userData=FULL))), 400, 10, "user data"),
        (client_error("ValidationException", message="Item size to update has exceeded …"), 400, 10, "user data"),
    ],
    ids=["missing", "foreign", "not yet accepted", "completed", "full", "too large"],
)
def test_a_write_that_is_refused_is_told_why(
    dynamodb: FakeDynamoDB, outcome: Exception, status: int, status_code: int, named: str
) -> None:
    dynamodb.outcome = outcome
    *numbers, message = refusal(request())
    assert numbers == [status, status_code]
    assert named in message


def test_a_missing_a_foreign_and_an_impossible_session_get_the_same_answer(dynamodb: FakeDynamoDB) -> None:
    dynamodb.outcome = condition_failed(None)
    missing = answer(request())
    dynamodb.outcome = condition_failed(image(session(agents={"agent2"})))
    foreign = answer(request())
    assert missing == foreign == answer(request(session_id="a b"))


@pytest.mark.parametrize(
    "outcome",
    [
        client_error("ThrottlingException"),
        client_error("ProvisionedThroughputExceededException"),
        client_error("RequestLimitExceeded"),
        client_error("InternalServerError", 500),
        client_error("ServiceUnavailable", 503),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
        ConnectionClosedError(endpoint_url="https://dynamodb"),
        ConnectTimeoutError(endpoint_url="https://dynamodb"),
        EndpointConnectionError(endpoint_url="https://dynamodb"),
    ],
    ids=str,
)
def test_where_the_table_does_not_answer_the_caller_is_to_try_again(dynamodb: FakeDynamoDB, outcome: Exception) -> None:
    dynamodb.outcome = outcome
    *numbers, message = refusal(request())
    assert numbers == [503, 4]
    assert message.endswith("Try again.")
    assert answer(request())["headers"]["Retry-After"] == "1"


@pytest.mark.parametrize(
    "outcome",
    [
        client_error("AccessDeniedException", message="agent1 SECRET"),
        client_error("SomethingNew", message="SECRET"),
        client_error("ValidationException", message="SECRET"),
        KeyError("SECRET"),
        RecursionError(),
    ],
    ids=str,
)
def test_where_we_are_at_fault_the_caller_learns_nothing_else(dynamodb: FakeDynamoDB, outcome: Exception) -> None:
    dynamodb.outcome = outcome
    assert refusal(request()) == (500, 4, "Internal error")
    assert "Retry-After" not in answer(request())["headers"]


def test_the_sdk_makes_no_change_a_second_time() -> None:
    """Only the idempotency record tells whether the first one was made."""
    assert app._dynamodb.meta.config.retries["total_max_attempts"] == 1


# ------------------------------------------------------------------ the order of the checks
@pytest.mark.parametrize(
    ("event", "status_code"),
    [
        (request("no JSON", claims=None, session_id="a b"), 20),
        (request("no JSON", claims=STRANGER, session_id="a b"), 5),
        (request("x" * 65_537, claims=STRANGER), 5),
        (request("no JSON", session_id="a b"), 2),
        (request({}, session_id="a b"), 1),
        (request(SAMPLE | {"disposition": ""}, session_id="a b"), 1),
        (request(session_id="a b"), 6),
    ],
    ids=["who", "may they", "may they, not how much", "what, as JSON", "which operation", "how", "to which session"],
)
def test_authentication_comes_before_the_feature_before_the_body_before_the_session(
    dynamodb: FakeDynamoDB, event: dict[str, Any], status_code: int
) -> None:
    dynamodb.outcome = condition_failed(None)
    assert refusal(event)[1] == status_code
    assert dynamodb.calls == []


def test_a_wrong_value_is_told_even_of_a_session_that_is_not_there(dynamodb: FakeDynamoDB) -> None:
    dynamodb.outcome = condition_failed(None)
    assert refusal(request(SAMPLE | {"dispositionKey": "\t"}))[1] == 10


# ------------------------------------------------------------------ whatever a client may think of
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text(st.characters(), max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.text("ABCxyz019_.- ?:>=é😀", min_size=1, max_size=130)
BODIES = st.fixed_dictionaries(
    {"operationName": st.just("SetDisposition") | st.just("SetDisposition") | JSON},
    optional={
        "disposition": st.text(min_size=1) | st.text("aé", min_size=4_090) | JSON,
        "dispositionKey": KEYS | st.sampled_from(["#state", ":user", "userData", "state"]) | JSON,
        "comment": JSON,
    },
)


@settings(max_examples=500)
@given(BODIES)
def test_no_body_makes_the_function_fail_and_an_accepted_one_is_written_as_it_is(body: dict[str, Any]) -> None:
    dynamodb = FakeDynamoDB()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "store", SessionStore(dynamodb, "sessions"))
        status = answer(request(body))["statusCode"]
    assert status in (200, 400)
    assert (status == 200) == (len(dynamodb.calls) == 1)
    for call in dynamodb.calls:
        assert_written_as_sent(call, body)


def assert_written_as_sent(call: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    key = body.get("dispositionKey", "DispositionCode")
    added = len(exact_json.unicode({key: body["disposition"]}).encode()) - 1
    size = len(key.encode()) + len(body["disposition"].encode())
    place = f"userData.[{body.get('dispositionKey', 'DispositionCode')}]"
    value = f"{place} = {json.dumps(body['disposition'])}"
    assert re.fullmatch(
        r"SET userData\.#n\d = :v\d, userDataBytes = userDataBytes \+ :v\d, "
        r"dispositionBytes = if_not_exists\(dispositionBytes, :v\d\) \+ :v\d+, "
        r"dispositions\[1000\] = :v\d+, dispositionNumbers\[1000\] = referenceId \+ :v\d+, "
        r"referenceId = referenceId \+ :v\d+, updatedAt = :v\d+, updatedBy = :v\d+, "
        r"requests\[1000\] = :v\d+, taken\[1000\] = :v\d+ REMOVE newMessages, requests\[0\], taken\[0\]",
        call["UpdateExpression"],
    )
    assert spelled(call, "UpdateExpression").startswith(f"SET {value}, ")
    assert spelled(call, "ConditionExpression") == (
        'attribute_type(agents, "SS") AND contains(agents, "agent1") AND [state] IN ("Chatting", "LeftChat")'
        f" AND NOT (attribute_exists(id) AND {value})"
        f" AND size(userData) <= 200 AND userDataBytes <= {163_840 - added}"
        " AND attribute_exists(dispositions) AND size(dispositions) < 100"
        f" AND NOT dispositionBytes > {65_536 - size}"
        ' AND attribute_exists(requests) AND NOT contains(requests, "bytes")'
    )


@given(st.text(st.characters()), st.booleans())
def test_no_text_makes_the_function_fail(body: str, encoded: bool) -> None:
    assert answer(request(body, encoded=encoded))["statusCode"] == 400


# ------------------------------------------------------------------ what is logged
def metrics_line(output: str) -> dict[str, Any]:
    """The line that each request leaves: its metrics, in CloudWatch's embedded format."""
    (line,) = [json.loads(line) for line in output.splitlines() if '"_aws"' in line]
    assert isinstance(line, dict)
    return line


@pytest.mark.usefixtures("dynamodb")
def test_a_request_leaves_its_ids_and_its_outcome_in_the_log(output: Callable[[], str]) -> None:
    answer(request(claims=CLAIMS | {"sub": "sub-1"}))
    line = metrics_line(output())
    assert line["Status2xx"] == [1.0]
    assert line | {"requestId": "request-1", "sessionId": "0000Na9B26EF003M", "status": 200} == line
    assert (line["operationName"], line["caller"], line["referenceId"]) == ("SetDisposition", "sub-1", 34)
    assert "refusal" not in line


def test_a_system_is_logged_by_its_role(output: Callable[[], str]) -> None:
    event = request(route="GET /v2/facebooksessions/{id}", session_id="a b")
    event["requestContext"]["identity"] = {"userArn": "arn:aws:sts::123456789012:assumed-role/Routing/i-1"}
    answer(event)
    assert metrics_line(output())["caller"] == "arn:aws:sts::123456789012:assumed-role/Routing"


@pytest.mark.parametrize(
    ("event", "outcome", "status"),
    [
        (request("no JSON"), 34, 400),
        (request(claims=None), 34, 403),
        (request(), condition_failed(None), 404),
        (request(), client_error("ThrottlingException"), 503),
        (request(), KeyError(), 500),
    ],
    ids=["400", "403", "404", "503", "500"],
)
def test_answers_are_counted_by_the_class_of_their_status(
    dynamodb: FakeDynamoDB, output: Callable[[], str], event: dict[str, Any], outcome: int | Exception, status: int
) -> None:
    dynamodb.outcome = outcome
    answer(event)
    line = metrics_line(output())
    assert (line["status"], line[f"Status{status // 100}xx"]) == (status, [1.0])
    assert line["requestId"] == "request-1"


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (request({}), "MissingParameter"),
        (request(claims=None), "NotAuthenticated"),
        (request("SECRET"), "InvalidParameter"),
    ],
    ids=["body", "claims", "text"],
)
def test_a_refusal_is_in_the_line_by_its_kind_alone(
    output: Callable[[], str], event: dict[str, Any], kind: str
) -> None:
    answer(event)
    line = metrics_line(output())
    assert line["refusal"] == kind
    assert "SECRET" not in str(line)


@pytest.mark.usefixtures("dynamodb")
def test_a_line_has_its_stack_and_its_trace(output: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
    answer(request())
    line = metrics_line(output())
    assert (line["stack"], line["xray_trace_id"]) == ("stack", "1-5759e988-bd862e3fe1be46a994272793")
    (measured,) = line["_aws"]["CloudWatchMetrics"]
    assert [sorted(one) for one in measured["Dimensions"]] == [["service", "stack"]]


def logged(output: str) -> list[tuple[str, str]]:
    """Level and message of what was logged beside the metrics."""
    lines = [json.loads(line) for line in output.splitlines() if '"_aws"' not in line]
    return [(line["level"], line["message"]) for line in lines]


def test_calls_of_aws_that_failed_are_logged(dynamodb: FakeDynamoDB, output: Callable[[], str]) -> None:
    dynamodb.outcome = client_error("ThrottlingException")
    answer(request())
    assert logged(output()) == [("INFO", "An error for an answer")] * 3
    dynamodb.outcome = ReadTimeoutError(endpoint_url="https://dynamodb")
    answer(request())
    assert logged(output()) == [("INFO", "No answer")] * 3


@pytest.mark.parametrize(("level", "lines"), [("INFO", []), ("DEBUG", [("DEBUG", "Refused")])])
@pytest.mark.usefixtures("dynamodb")
def test_refusals_are_logged_where_that_is_wanted(
    output: Callable[[], str], level: str, lines: list[tuple[str, str]]
) -> None:
    router.logger.setLevel(level)
    answer(request({}))
    router.logger.setLevel("INFO")
    assert logged(output()) == lines


@pytest.mark.usefixtures("dynamodb")
def test_what_one_request_was_about_is_not_told_of_the_next(output: Callable[[], str]) -> None:
    answer(request())
    output()
    answer(request(claims=None))
    assert metrics_line(output()).keys().isdisjoint({"sessionId", "operationName"})


@pytest.mark.usefixtures("dynamodb")
def test_an_id_that_no_session_can_have_is_not_logged(output: Callable[[], str]) -> None:
    answer(request(session_id="SECRET session"))
    assert "SECRET" not in output()


def test_a_fault_of_ours_is_logged_with_its_class_and_its_place(
    dynamodb: FakeDynamoDB, output: Callable[[], str]
) -> None:
    dynamodb.outcome = client_error("AccessDeniedException", message="SECRET")
    answer(request())
    (line,) = [json.loads(line) for line in output().splitlines() if '"ERROR"' in line]
    assert line | {"message": "Unhandled error", "error": "ClientError", "code": "AccessDeniedException"} == line
    assert line["frames"][-1].startswith("builders.py:")


@pytest.mark.parametrize(
    "outcome",
    [
        34,
        condition_failed(None),
        condition_failed(image(session(agents={"agent2"}))),
        condition_failed(image(session(state="Completed"))),
        condition_failed(image(session(userData=FULL | {"DispositionCode": "SECRET-value"}))),
        client_error("ThrottlingException", message="SECRET-value"),
        client_error("ValidationException", message="Item size SECRET-value"),
        client_error("ValidationException", message="SECRET-value"),
        ReadTimeoutError(endpoint_url="SECRET-value"),
        KeyError("SECRET-value"),
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "body",
    [
        SAMPLE | {"disposition": "SECRET-value", "SECRET-name": "SECRET-value"},
        SAMPLE | {"disposition": "x", "dispositionKey": "SECRET-key"},
        SAMPLE | {"dispositionKey": "SECRET\x85"},
        SAMPLE | {"operationName": "SECRET-name"},
        '{"SECRET":',
        '{"SECRET":1,"SECRET":1}',
        "\ud800SECRET",
    ],
    ids=lambda value: str(value)[:40].encode("ascii", "replace").decode(),
)
def test_the_log_holds_no_value_no_token_and_no_body(
    dynamodb: FakeDynamoDB, output: Callable[[], str], body: object, outcome: int | Exception
) -> None:
    dynamodb.outcome = outcome
    answer(request(body, claims=CLAIMS | {"email": "SECRET@example.com"}))
    written = output()
    assert "_aws" in written
    for unwanted in ("SECRET", "eyJ", "Bearer", "TestName", "FirstL", "agent1"):
        assert unwanted not in written
