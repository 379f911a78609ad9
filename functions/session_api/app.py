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
from facebook_session.session import is_session_id
from facebook_session.store import SessionStore
from session_api import answers, operations, requests
from session_api.answers import Answer
from session_api.settings import Settings

# Three attempts of 1 s to connect and 2 s to read end well before the function's 15 s and API Gateway's 29 s.
_READ_TIMEOUT_SECONDS: Final = 2

logger = Logger()
metrics = Metrics()
settings = Settings.read(os.environ)
store = SessionStore(aws.client("dynamodb", _READ_TIMEOUT_SECONDS), settings.session_table)


def run_operation(event: Mapping[str, Any]) -> Answer:
    """`POST /me/facebooksessions/{id}`: carries out the operation that the body names."""
    caller = requests.caller(event)
    operation = operations.requested(requests.parameters(event))
    session_id = event["pathParameters"]["id"]
    if not is_session_id(session_id):
        raise SessionNotFound
    metrics.add_metadata("sessionId", session_id)
    metrics.add_metadata("operationName", type(operation).__name__)
    reference_id = store.update(session_id, caller.user_name, operation.change(settings))
    return answers.success(reference_id)


ROUTES: Final[Mapping[str, Callable[[Mapping[str, Any]], Answer]]] = {
    "POST /v2/me/facebooksessions/{id}": run_operation,
    "POST /v2/me/facebooksession/{id}": run_operation,  # Genesys' path until 2019
}


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: Any) -> Answer:
    """Answers one request of API Gateway's REST proxy integration, always in the contract's shape."""
    metrics.add_metadata("requestId", event["requestContext"].get("requestId"))
    answer = _answer(event)
    metrics.add_metadata("status", answer["statusCode"])
    metrics.add_metric(f"Status{answer['statusCode'] // 100}xx", MetricUnit.Count, 1)
    return answer


def _answer(event: Mapping[str, Any]) -> Answer:
    try:
        route = ROUTES.get(f"{event['httpMethod']} {event['resource']}")
        if route is None:
            raise RouteNotFound
        return route(event)
    except SessionError as error:
        return answers.refused(error)
    except Exception as error:
        logger.error("Unhandled error", **fault(error))
        return answers.failed()
