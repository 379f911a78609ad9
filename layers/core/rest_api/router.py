"""From a request to its answer: by the route that it takes, in the contract's shape whatever happens.

API Gateway has matched the path already, so a route is one look-up of the event's `resource`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.logging import Logger

from facebook_session.database import within
from facebook_session.errors import MethodNotAllowed, RouteNotFound, SessionError
from facebook_session.faults import fault
from rest_api import answers, cors
from rest_api.answers import Answer

Event = Mapping[str, Any]
Routes = Mapping[str, Callable[[Event], Answer]]
"""By method and path, such as `GET /v2/me/facebooksessions`."""

Note = Callable[[str, Any], None]
"""Takes the name and the value of what is to stand in the request's line of the log."""

logger = Logger(child=True)


def answered(event: Event, routes: Routes, origins: cors.Origins, last_call_seconds: float, note: Note) -> Answer:
    """HEAD is GET whose answer's body is left out. No call of AWS begins later than so many seconds from now.

    Of a request that is refused, it notes the kind of `refusal`.
    """
    answer = cors.with_headers(_answered(event, routes, last_call_seconds, note), event, origins)
    return answer | {"body": ""} if _is_head(event) else answer


def _answered(event: Event, routes: Routes, last_call_seconds: float, note: Note) -> Answer:
    try:
        if cors.is_preflight(event):
            return cors.preflight(_methods(event["resource"], routes))
        route = _route(event, routes)
        with within(last_call_seconds):
            return route(event)
    except SessionError as error:
        note("refusal", type(error).__name__)
        logger.debug("Refused", reason=str(error))
        return answers.refused(error)
    except Exception as error:
        logger.error("Unhandled error", **fault(error))
        return answers.failed()


def _route(event: Event, routes: Routes) -> Callable[[Event], Answer]:
    """Raises MethodNotAllowed or RouteNotFound."""
    method, path = "GET" if _is_head(event) else event["httpMethod"], event["resource"]
    route = routes.get(f"{method} {path}")
    if route is None:
        raise MethodNotAllowed(_methods(path, routes))
    return route


def _methods(path: str, routes: Routes) -> str:
    """Those that the path has, with commas in between; raises RouteNotFound where there is no such path."""
    methods = [method for method, known in map(str.split, routes) if known == path]
    if not methods:
        raise RouteNotFound
    return ", ".join([*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"])


def _is_head(event: Event) -> bool:
    return bool(event["httpMethod"] == "HEAD")
