"""Requests of all shapes, made from the published OpenAPI file: no answer may be one that it doesn't describe."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from botocore.credentials import Credentials
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contract import samples
from local import http, seed
from local.stack import Stack
from tests import policies
from tests.e2e import policy
from tests.e2e.published import API_FILE
from tests.e2e.subscriber import everything, make_session

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def _call(result: Any) -> Any:
    return result.ok()


CALLS: dict[str, Any] = {
    call.label: call for call in map(_call, schemathesis.openapi.from_path(API_FILE).get_all_operations())
}
MODES = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
REQUESTS = [
    (label, mode)
    for label in CALLS
    for mode in MODES
    # which takes nothing that could be wrong
    if (label, mode) != ("GET /diagnostics/version", schemathesis.GenerationMode.NEGATIVE)
]
OF_SYSTEMS = [label for label in CALLS if label.replace(" ", " /v2", 1) in policies.routes("AWS_IAM")]
OPEN, INVITED = [f"fuzzed-open-{number}" for number in range(10)], [f"fuzzed-invited-{number}" for number in range(5)]
# Clients take the first two for folders; the third is in the file as an example, and another test's.
NOT_TO_ASK_FOR = (".", "..", seed.PAGE_SESSION)


@pytest.fixture(scope="module")
def sessions(up: Stack) -> Iterator[list[str]]:
    """Sessions of the agent for the requests to use up, under a policy; requests put others."""
    policy.put(up, samples.policy())
    for session_id in OPEN:
        make_session(up, session_id)
    for session_id in INVITED:
        create(up, session_id)
    everything(up)
    yield OPEN + INVITED
    policy.lift(up)


def create(up: Stack, session_id: str) -> None:
    content = {"id": session_id, "customer": {"nickname": "FirstL"}, "agent": {"userName": "TestName"}}
    url, payload = f"{up.api_url}/facebooksessions", json.dumps(content).encode()
    answer = http.send("POST", url, payload, http.signed("POST", url, payload, Credentials("test", "test")))
    assert answer.status == 201


def _authorised(up: Stack, label: str) -> Callable[[Any], Any]:
    """Puts the agent's token, or a system's signature, on a prepared request."""

    def sign(request: Any) -> Any:
        if label in OF_SYSTEMS:
            credentials = Credentials("test", "test")
            request.headers.update(http.signed(request.method, request.url, request.body or b"", credentials))
        else:
            request.headers["Authorization"] = f"Bearer {up.token}"
        return request

    return sign


@pytest.mark.parametrize(("label", "mode"), REQUESTS, ids=lambda one: getattr(one, "value", one))
def test_no_answer_is_undocumented(up: Stack, sessions: list[str], label: str, mode: Any) -> None:
    @settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=CALLS[label].as_strategy(generation_mode=mode), session_id=st.none() | st.sampled_from(sessions))
    def requested(case: Any, session_id: str | None) -> None:
        if session_id and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = session_id
        assume((case.path_parameters or {}).get("id") not in NOT_TO_ASK_FOR)
        response = case.call(base_url=up.api_url, auth=_authorised(up, label))
        case.validate_response(response, checks=CHECKS)

    requested()
    everything(up)
