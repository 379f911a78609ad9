"""The Lambda function behind API Gateway. It wires the parts, routes, and writes the log.

API Gateway has matched the path already, so a route is one look-up of the event's `resource`.
"""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from facebook_session import aws
from facebook_session.errors import RouteNotFound, SessionError, SessionNotFound
from facebook_session.faults import fault
from facebook_session.messages import is_kept
from facebook_session.session import is_session_id, uri
from facebook_session.store import SessionStore
from facebook_session.transcript import Transcript, kept
from session_api import answers, cors, creation, operations, query, reads, requests
from session_api.answers import Answer
from session_api.settings import Settings

Event = Mapping[str, Any]

# A message takes two calls, each of up to three attempts of 1 s to connect and 2 s to read: they end before the
# function's 25 s and API Gateway's 29 s.
_READ_TIMEOUT_SECONDS: Final = 2

logger = Logger()
metrics = Metrics()
settings = Settings.read(os.environ)
_dynamodb = aws.client("dynamodb", _READ_TIMEOUT_SECONDS, attempts=1)
store = SessionStore(_dynamodb, settings.session_table, settings.retention_days)
transcript = Transcript(_dynamodb, settings.message_table)


def run_operation(event: Event) -> Answer:
    """`POST /me/facebooksessions/{id}`: carries out the operation that the body names."""
    caller = requests.caller(event)
    parameters = requests.parameters(event)
    operation = operations.requested(parameters)
    session_id = _session_id(event)
    metrics.add_metadata("operationName", type(operation).__name__)
    change = operation.change(caller, settings)
    request = requests.identity(event, caller, parameters)
    item = store.update(session_id, request, operation.move, change)
    if any(map(is_kept, change.messages)):
        # where the request came before, the last messages are another's, and may be such as are not kept
        transcript.add(kept(item))
    return answers.success(item["referenceId"])


def read_sessions(event: Event) -> Answer:
    """`GET /me/facebooksessions`: the caller's open sessions."""
    caller = requests.caller(event)
    asked = query.parameters(event, reads.SESSIONS_PARAMETERS)
    return answers.read(reads.sessions(store, caller.user_name, asked, _base_url(event)))


def read_session(event: Event) -> Answer:
    """`GET /me/facebooksessions/{id}`: one of the caller's sessions."""
    caller = requests.caller(event)
    asked = query.parameters(event, reads.SESSION_PARAMETERS)
    item = store.read(_session_id(event), caller.user_name)
    return answers.read(reads.session(item, asked, _base_url(event)), item)


def read_messages(event: Event) -> Answer:
    """`GET /me/facebooksessions/{id}/messages`: the session's transcript."""
    caller = requests.caller(event)
    asked = query.parameters(event, reads.MESSAGES_PARAMETERS)
    item = store.read(_session_id(event), caller.user_name)
    return answers.read(reads.messages(transcript, item, asked, _base_url(event)))


def read_any_session(event: Event) -> Answer:
    """`GET /facebooksessions/{id}`: a session, for a system that follows its changes."""
    requests.system(event)
    asked = query.parameters(event, reads.SESSION_PARAMETERS)
    item = store.find(_session_id(event))
    return answers.read(reads.session(item, asked, _base_url(event)), item)


def create_session(event: Event) -> Answer:
    """`POST /facebooksessions`: a new session from the routing system."""
    requests.system(event)
    item = creation.create(store, creation.requested(requests.parameters(event)))
    metrics.add_metadata("sessionId", item["id"])
    base_url = _base_url(event)
    return answers.created(reads.session(item, {}, base_url), item, uri(item["id"], base_url))


ROUTES: Final[Mapping[str, Callable[[Event], Answer]]] = {
    "GET /v2/me/facebooksessions": read_sessions,
    "GET /v2/me/facebooksessions/{id}": read_session,
    "GET /v2/me/facebooksessions/{id}/messages": read_messages,
    "POST /v2/me/facebooksessions/{id}": run_operation,
    "POST /v2/facebooksessions": create_session,
    "GET /v2/facebooksessions/{id}": read_any_session,
    # Genesys' path until 2019
    "GET /v2/me/facebooksession/{id}": read_session,
    "POST /v2/me/facebooksession/{id}": run_operation,
}


def _session_id(event: Event) -> str:
    session_id: str = event["pathParameters"]["id"]
    if not is_session_id(session_id):
        raise SessionNotFound
    metrics.add_metadata("sessionId", session_id)
    return session_id


def _base_url(event: Event) -> str:
    return settings.base_url(event["requestContext"].get("apiId", ""))


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: Any) -> Answer:
    """Answers one request of API Gateway's REST proxy integration, always in the contract's shape."""
    metrics.add_metadata("requestId", event["requestContext"].get("requestId"))
    answer = cors.shared(_answer(event), event, settings)
    metrics.add_metadata("status", answer["statusCode"])
    metrics.add_metric(f"Status{answer['statusCode'] // 100}xx", MetricUnit.Count, 1)
    return answer


def _answer(event: Event) -> Answer:
    try:
        if cors.is_preflight(event):
            return cors.preflight()
        route = ROUTES.get(f"{event['httpMethod']} {event['resource']}")
        if route is None:
            raise RouteNotFound
        return route(event)
    except SessionError as error:
        return answers.refused(error)
    except Exception as error:
        logger.error("Unhandled error", **fault(error))
        return answers.failed()
