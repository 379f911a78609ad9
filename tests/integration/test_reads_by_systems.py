"""Systems that follow the notifications read any session, whoever has it; agents and strangers don't."""

import json
from typing import Any

import pytest

from local import seed
from tests.integration.requests import EVENT, answer, operation
from tests.system import System

SYSTEM = {"identity": {"userArn": "arn:aws:iam::123456789012:role/crm"}}


def read(session_id: str, context: dict[str, Any] = SYSTEM) -> Any:
    event: dict[str, Any] = json.loads(json.dumps(EVENT))
    event |= {"httpMethod": "GET", "resource": "/v2/facebooksessions/{id}", "body": None}
    event |= {"pathParameters": {"id": session_id}, "requestContext": {"requestId": "request-1"} | context}
    return answer(event)


@pytest.mark.usefixtures("session")
def test_a_system_reads_a_session_with_the_number_that_it_is_at() -> None:
    operation("SetDisposition", disposition="A")
    status, body, etag = read(seed.PAGE_SESSION)
    assert (status, etag) == (200, '"34"')
    assert body["facebooksession"]["userData"] == {"DispositionCode": "A"}


def test_what_is_not_there_is_not_found(system: System) -> None:
    status, body, _ = read("missing")
    assert (status, body["statusCode"], system.notifications()) == (404, 6, [])


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("context", [{}, {"identity": {}}, {"authorizer": EVENT["requestContext"]["authorizer"]}])
def test_nobody_else_does(context: dict[str, Any]) -> None:
    status, body, _ = read(seed.PAGE_SESSION, context)
    assert (status, body["statusCode"]) == (403, 20)
