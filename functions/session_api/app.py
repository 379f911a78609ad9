"""The Lambda function behind API Gateway. It wires the parts, routes, and writes the log.

API Gateway has matched the path already, so a route is one look-up of the event's `resource`.
"""

import functools
import os
from contextlib import suppress
from typing import Any, Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import MetricUnit

from facebook_session import aws, measures
from facebook_session.callers import Caller
from facebook_session.errors import (
    InvalidParameter,
    RefusedByPolicy,
    SessionNotFound,
)
from facebook_session.faults import fault
from facebook_session.idempotency import Request
from facebook_session.listing import Item
from facebook_session.policies import Policies
from facebook_session.session import is_session_id, uri
from facebook_session.states import Move
from facebook_session.store import SessionStore
from facebook_session.transcript import Transcript, kept
from rest_api import answers, headers, requests, router
from rest_api.answers import Answer
from rest_api.router import Event, Routes
from session_api import creation, diagnostics, operations, policy_routes, query_string, reads, user
from session_api.agents import AgentPool
from session_api.contact_center import STATES, ContactCenterSessions
from session_api.rules import Rules
from session_api.settings import Settings

# What begins by then ends, connected and read, before the time-out that the template gives the function, and before API
# Gateway's 29 s, which has a cold start in it.
_READ_TIMEOUT_SECONDS: Final = 2
_LAST_CALL_SECONDS: Final = 17

logger = Logger()
metrics = measures.metrics()
settings = Settings.read(os.environ)
_dynamodb = aws.client("dynamodb", _READ_TIMEOUT_SECONDS, attempts=1)
store = SessionStore(_dynamodb, settings.session_table, settings.retention_days)
policies = Policies(_dynamodb, settings.setting_table)
rules = Rules(settings.disposition_key, lambda: policies.current())
transcript = Transcript(_dynamodb, settings.message_table)
contact_center_sessions = ContactCenterSessions(_dynamodb, settings.desktop_table)


@functools.cache
def agent_pool() -> AgentPool:
    """Made with the first transfer: nothing else needs it."""
    return AgentPool(aws.client("cognito-idp", _READ_TIMEOUT_SECONDS, attempts=1), settings.agent_pool)


def run_operation(event: Event) -> Answer:
    """`POST /me/facebooksessions/{id}`: carries out the operation that the body names."""
    return _run(event, requests.caller(event))


def run_operation_of_system(event: Event) -> Answer:
    """`POST /facebooksessions/{id}`: the same for the customer's channel, or the routing."""
    return _run(event, requests.system(event))


def _run(event: Event, caller: Caller) -> Answer:
    parameters = requests.parameters(event)
    operation = operations.requested(parameters)
    move = operation.move(caller.role)
    session_id = _session_id(event)
    metrics.add_metadata("operationName", type(operation).__name__)
    request = requests.identity(event, caller, parameters)
    try:
        change = operation.change(caller, rules)
    except RefusedByPolicy as refusal:
        return answers.success(_made_before(session_id, request, move, refusal))
    if change.handed_to and not agent_pool().can_take_sessions(change.handed_to):
        return answers.success(_repeated(session_id, request, move))
    item = store.update(session_id, request, move, change)
    metrics.add_metadata("referenceId", item["referenceId"])
    if change.adds_messages:
        _add_to_transcript(item)
    return answers.success(item["referenceId"])


def _made_before(session_id: str, request: Request, move: Move, refusal: RefusedByPolicy) -> int:
    """The number of a request that the present policy refuses, where it was made under another one."""
    if request.has_key:
        with suppress(SessionNotFound, InvalidParameter):
            made = store.repeated(session_id, request, move)
            if made is not None:
                return made
    raise refusal


def _repeated(session_id: str, request: Request, move: Move) -> int:
    """The number of a transfer whose target can take no session, where it was made when it still could."""
    number = store.repeated(session_id, request, move)
    if number is None:
        raise InvalidParameter("The parameter targetPath or targetUri must name an agent who can take the session.")
    return number


def _add_to_transcript(item: Item) -> None:
    """The change is made, and the notifier adds what is missing before it announces it: so nothing fails here."""
    try:
        transcript.add(kept(item))
    except Exception as error:
        logger.warning("The notifier is to complete the transcript", **fault(error))


def read_sessions(event: Event) -> Answer:
    """`GET /me/facebooksessions`: the caller's open sessions."""
    caller = requests.caller(event)
    query = query_string.parsed(event, reads.SESSIONS_QUERY)
    return answers.read(reads.sessions(store, caller.name, query, _base_url(event)))


def read_session(event: Event) -> Answer:
    """`GET /me/facebooksessions/{id}`: one of the caller's sessions."""
    caller = requests.caller(event)
    query = query_string.parsed(event, reads.SESSION_QUERY)
    item = store.read(_session_id(event), caller.name)
    return answers.read(reads.session(item, query, _base_url(event), caller.name), item)


def read_messages(event: Event) -> Answer:
    """`GET /me/facebooksessions/{id}/messages`: the session's transcript."""
    caller = requests.caller(event)
    query = query_string.parsed(event, reads.MESSAGES_QUERY)
    item = store.read(_session_id(event), caller.name)
    return answers.read(reads.messages(transcript, item, query, f"{_base_url(event)}/me"))


def read_any_sessions(event: Event) -> Answer:
    """`GET /facebooksessions`: open sessions, for a system that looks after those that wait."""
    requests.system(event)
    query = query_string.parsed(event, reads.ANY_SESSIONS_QUERY)
    return answers.read(reads.any_sessions(store, query, _base_url(event)))


def read_any_messages(event: Event) -> Answer:
    """`GET /facebooksessions/{id}/messages`: the transcript of a session, for a system."""
    requests.system(event)
    query = query_string.parsed(event, reads.MESSAGES_QUERY)
    item = store.find(_session_id(event))
    return answers.read(reads.messages(transcript, item, query, _base_url(event)))


def read_dispositions(event: Event) -> Answer:
    """`GET /me/facebooksessions/{id}/dispositions`: the history of a session in which the caller takes or took part."""
    caller = requests.caller(event)
    query_string.parsed(event, ())
    return answers.read(reads.dispositions(store.read_past(_session_id(event), caller.name)))


def read_any_dispositions(event: Event) -> Answer:
    """`GET /facebooksessions/{id}/dispositions`: that of any session, for a system."""
    requests.system(event)
    query_string.parsed(event, ())
    return answers.read(reads.dispositions(store.find(_session_id(event))))


def read_codes(event: Event) -> Answer:
    return policy_routes.read_codes(event, policies)


def read_groups(event: Event) -> Answer:
    return policy_routes.read_groups(event, policies, _base_url(event))


def put_policy(event: Event) -> Answer:
    return policy_routes.put_policy(event, policies)


def read_any_session(event: Event) -> Answer:
    """`GET /facebooksessions/{id}`: a session, for a system that follows its changes."""
    requests.system(event)
    query = query_string.parsed(event, reads.SESSION_QUERY)
    item = store.find(_session_id(event))
    return answers.read(reads.session(item, query, _base_url(event)), item)


def create_session(event: Event) -> Answer:
    """`POST /facebooksessions`: a new session from the routing system."""
    system = requests.system(event)
    wanted = creation.requested(requests.parameters(event))
    item = creation.create(store, rules, wanted, system, headers.idempotency_key(event))
    metrics.add_metadata("sessionId", item["id"])
    base_url = _base_url(event)
    return answers.created(reads.session(item, {}, base_url), item, uri(item["id"], base_url))


def read_user(event: Event) -> Answer:
    """`GET /me`: the caller, as a desktop reads it when it starts."""
    name, base_url = requests.caller(event).name, _base_url(event)
    with_sessions = query_string.with_sessions(query_string.parsed(event, user.QUERY))
    workspace = user.workspace(settings.disposition_key, policies.current())
    shown = user.shown(name, contact_center_sessions.state(name), workspace, base_url)
    return answers.read(user.body(shown, reads.open_sessions(store, name, base_url) if with_sessions else None))


def move_contact_center_session(event: Event) -> Answer:
    """`POST /me`: a desktop says that it begins its work, or ends it."""
    caller = requests.caller(event)
    operation_name = operations.named(requests.parameters(event), STATES)
    metrics.add_metadata("operationName", operation_name)
    contact_center_sessions.put(caller.name, STATES[operation_name])
    return answers.done()


def read_version(event: Event) -> Answer:
    """`GET /diagnostics/version`: of this system, for anybody."""
    query_string.parsed(event, ())
    return answers.read(diagnostics.version())


ROUTES: Final[Routes] = {
    "GET /v2/me": read_user,
    "POST /v2/me": move_contact_center_session,
    "GET /v2/me/facebooksessions": read_sessions,
    "GET /v2/me/facebooksessions/{id}": read_session,
    "GET /v2/me/facebooksessions/{id}/messages": read_messages,
    "POST /v2/me/facebooksessions/{id}": run_operation,
    "GET /v2/facebooksessions": read_any_sessions,
    "POST /v2/facebooksessions": create_session,
    "GET /v2/facebooksessions/{id}": read_any_session,
    "POST /v2/facebooksessions/{id}": run_operation_of_system,
    "GET /v2/facebooksessions/{id}/messages": read_any_messages,
    "GET /v2/me/facebooksessions/{id}/dispositions": read_dispositions,
    "GET /v2/facebooksessions/{id}/dispositions": read_any_dispositions,
    "GET /v2/settings/dispositions": read_codes,
    "PUT /v2/settings/dispositions": put_policy,
    "GET /v2/groups": read_groups,
    "GET /v2/diagnostics/version": read_version,
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
    metrics.add_metadata("xray_trace_id", measures.trace_id())
    metrics.add_metadata("requestId", event["requestContext"].get("requestId"))
    metrics.add_metadata("caller", requests.caller_id(event))
    answer = router.answered(event, ROUTES, settings.origins, _LAST_CALL_SECONDS, metrics.add_metadata)
    metrics.add_metadata("status", answer["statusCode"])
    metrics.add_metric(f"Status{answer['statusCode'] // 100}xx", MetricUnit.Count, 1)
    return answer
