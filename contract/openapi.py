"""docs/openapi.yaml: the requests of the API and all answers to them."""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from contract import samples
from contract.document import Content, PlainSchema, for_generators
from contract.shapes import ANSWERS, BAYEUX, REQUESTS_OF_DESKTOPS, Policy
from desktop_channel.bayeux import META_CHANNELS
from facebook_session.callers import Role
from facebook_session.idempotency import MAX_RECORDS
from facebook_session.session import MAX_NAME_LENGTH, SESSION_ID, USER_NAME
from facebook_session.states import OPEN, Move, State
from facebook_session.version import VERSION
from local.demo import PUBLIC_URL
from rest_api import headers
from rest_api.answers import Answer
from session_api import query_string, reads, user
from session_api.creation import NewSession
from session_api.operations import OPERATIONS
from session_api.operations.operation import Operation

STATUS_CODES: Final[Mapping[int, tuple[int, ...]]] = {
    400: (1, 2, 10),
    403: (3, 5, 20),
    404: (6,),
    405: (2,),
    412: (2,),
    413: (10,),
    415: (2,),
    500: (4,),
    503: (4,),
}
"""The `statusCode`s of the errors with each HTTP status."""

_REFUSALS: Final = {
    400: "The request is not valid, or not in the session's state. Nothing was changed.",
    403: "Nobody is logged in, or the caller may not do this. Nothing was changed.",
    404: "There is no such session or version, or the agent takes no part in it. Nothing was changed.",
    405: "The path has other methods, those in `Allow`. Nothing was changed.",
    412: "What is written is at another number, that of the ETag, than those in `If-Match`. Nothing was changed.",
    413: "The request body is too large. Nothing was changed.",
    415: "The request body is compressed, or in another charset than UTF-8. Nothing was changed.",
    500: "The service is at fault.",
    503: "The service is busy. Whether the request was carried out is unknown; it can be sent again.",
}

_HEADERS: Final[Content] = {
    "Allow": {"description": "The path's methods.", "schema": {"type": "string"}},
    "ETag": {
        "description": "The session's `referenceId`: the number of its last change. Of codes and their policy the "
        "version, 0 where there is none.",
        "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
    },
    "Location": {"description": "The session's `uri`.", "schema": {"type": "string", "format": "uri"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
}

_KEY: Final[Content] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The client's name for this request. Sent again with the same name and content, it changes the "
    f"session once and gets the first one's answer; the session keeps the idempotency "
    f"records of its last {MAX_RECORDS} changes and requests with a key, but of no typing.",
    "schema": {"type": "string", "pattern": headers.IDEMPOTENCY_KEY},
}
_CREATION_KEY: Final[Content] = {
    **_KEY,
    "description": "The system's name for this request. Sent again with the same name and content and without an `id`, "
    "it creates the session once.",
}
_CONDITIONS: Final[list[Content]] = [
    _KEY,
    {
        "name": "If-Match",
        "in": "header",
        "description": "ETags of the session with commas in between, or `*`: the request is carried out only if one of "
        "them is still the session's. Tags are compared as text, and a weak one is never the session's.",
        "schema": {"type": "string", "pattern": r'^((W/)?"[!#-~]*"([ \t]*,[ \t]*(W/)?"[!#-~]*")*|\*)$'},
        "example": '"34"',
    },
]

_IF_MATCH: Final[Content] = {
    **_CONDITIONS[1],
    "description": "ETags of the codes with commas in between, or `*`: the policy is put only if one of them is still "
    "the present one's.",
    "example": '"1"',
}
_IF_NONE_MATCH: Final[Content] = {
    "name": "If-None-Match",
    "in": "header",
    "description": "ETags that the client has seen: with one of these versions the answer is 304, without a body. With "
    "`*` it always is.",
    "schema": _CONDITIONS[1]["schema"],
}

_PATHS: Final = {Role.AGENT: "/me/facebooksessions/{id}", Role.SYSTEM: "/facebooksessions/{id}"}
"""Where operations are called."""

_CALLERS: Final = {Role.AGENT: "an agent", Role.SYSTEM: "a system"}
_OF_SYSTEMS: Final[list[Content]] = [{"system": []}]

_ON_EVERY_ANSWER: Final = {"Content-Type", "Cache-Control"}

_TEXT: Final = {"type": "string"}
_FIELD: Final = f"({'|'.join(sorted(query_string.FIELDS))})"
_FIELDS: Final = _TEXT | {"pattern": rf"^(\*|{_FIELD}( *, *{_FIELD})*)$"}
_PAGE: Final = {"type": "integer", "minimum": 1, "maximum": query_string.MAX_PAGE, "default": query_string.MAX_PAGE}
_FIRST: Final = {"type": "integer", "minimum": 1, "maximum": reads.MAX_INDEX, "default": 1}
_QUERY: Final[Mapping[str, tuple[str, Content]]] = {
    "fields": ("`*`, or names of a session's fields with commas in between.", _FIELDS),
    "pageSize": ("The number of sessions on a page; filters can leave fewer.", _PAGE),
    "pageToken": ("Where the page begins: from the `next` of the page before.", _TEXT),
    "id": ("Only the session with this `id`.", _TEXT),
    "state": ("Only sessions in this state.", _TEXT | {"enum": [str(state) for state in State]}),
    "uri": ("Only the session with this `uri`.", _TEXT),
    "comment": ("Only sessions with this comment.", _TEXT),
    "queueName": ("Only sessions of this queue.", _TEXT),
    "startIndex": ("The index of the first message.", _FIRST),
    "count": ("The number of messages.", _PAGE),
}
_WAITING: Final[Mapping[str, tuple[str, Content]]] = {
    **_QUERY,
    "state": ("Only sessions in this state.", _TEXT | {"enum": [str(state) for state in OPEN]}),
    "agent": ("Only sessions of the agent with this user name.", _TEXT | {"pattern": USER_NAME}),
}

_CODES: Final[Mapping[str, tuple[str, Content]]] = {
    "version": (
        "An earlier version of the policy, by its number; by default the present one.",
        {"type": "integer", "minimum": 1, "maximum": reads.MAX_INDEX},
    ),
    "type": ("What the groups are of.", _TEXT | {"enum": ["dispositions"]}),
    "fields": ("All of them, as by default.", _TEXT | {"enum": ["*"]}),
}

_OF_USER: Final[Mapping[str, tuple[str, Content]]] = {
    "subresources": (
        "`facebooksessions`, or `*` for all that there are: the user's open sessions too.",
        _TEXT | {"enum": [*query_string.SUBRESOURCES]},
    ),
    "fields": ("All of them, as by default.", _TEXT | {"enum": ["*"]}),
}

_ID: Final[Content] = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The session's `id`.",
    "schema": {"type": "string", "pattern": SESSION_ID, "maxLength": MAX_NAME_LENGTH},
    "example": "0000Na9B26EF003M",
}

_META: Final[Content] = {
    "name": "meta",
    "in": "path",
    "required": True,
    "description": "What clients of CometD put behind the address. What counts is the messages.",
    "schema": _TEXT | {"enum": [channel.removeprefix("/meta/") for channel in META_CHANNELS]},
    "example": "handshake",
}


def document() -> Content:
    """The OpenAPI description, version 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Facebook Sessions API",
            "version": VERSION,
            "description": "The Facebook private-messaging API of Genesys Web Services. `me` is the caller: "
            "under it are the sessions in which the caller takes part as an agent. The other paths are for systems, "
            "such as the customer's channel and the routing, and have all sessions. HEAD is GET without the body. "
            "Another method on one of these paths is 405, with `Allow`.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": PUBLIC_URL, "description": "The stack of `make up`."}],
        "security": [{"agent": []}],
        "paths": _paths(),
        "components": {"schemas": _schemas(), "responses": _refusals(), "securitySchemes": _security()},
    }


def _paths() -> Content:
    one = {"get": _read_session(), "post": _operate(Role.AGENT)}
    former = {"summary": "Genesys' path until 2019.", "parameters": [_ID]}
    return {
        "/me/facebooksessions": {"get": _read_sessions()},
        _PATHS[Role.AGENT]: {"parameters": [_ID]} | one,
        "/me/facebooksessions/{id}/messages": {"parameters": [_ID], "get": _read_messages()},
        "/me/facebooksession/{id}": former | {method: _deprecated(call) for method, call in one.items()},
        "/facebooksessions": {"get": _read_any_sessions(), "post": _create()},
        _PATHS[Role.SYSTEM]: {"parameters": [_ID], "get": _read_any_session(), "post": _operate_on_any_session()},
        "/facebooksessions/{id}/messages": {"parameters": [_ID], "get": _read_any_messages()},
        "/me/facebooksessions/{id}/dispositions": {"parameters": [_ID], "get": _read_dispositions()},
        "/facebooksessions/{id}/dispositions": {"parameters": [_ID], "get": _read_any_dispositions()},
        "/settings/dispositions": {"get": _read_codes(), "put": _put_policy()},
        "/groups": {"get": _read_groups()},
        "/me": {"get": _read_user(), "post": _move_contact_center_session()},
        "/diagnostics/version": {"get": _read_version()},
        "/notifications": {"post": _exchange("exchangeMessages", *samples.bayeux_messages())},
        "/notifications/{meta}": {
            "parameters": [_META],
            "post": _exchange("exchangeMetaMessages", "Handshake", or_none=True),
        },
    }


def _deprecated(call: Content) -> Content:
    return {**call, "operationId": f"{call['operationId']}OnFormerPath", "deprecated": True}


def _operate(role: Role) -> Content:
    names = [operation.__name__ for operation in OPERATIONS if role in operation.moves]
    sent = samples.requests(role)
    return {
        "operationId": "operate",
        "summary": "Carries out the operation that `operationName` names.",
        "parameters": _CONDITIONS,
        "requestBody": _request(_one_of(names), {name: sent[name] for name in names}),
        "responses": _responses(200, ["Success"], 400, 403, 404, 412, 413, 415, 500, 503),
    }


def _one_of(names: list[str]) -> Content:
    """Of the operations of these names."""
    return {
        "oneOf": [_ref("schemas", name) for name in names],
        "discriminator": {
            "propertyName": "operationName",
            "mapping": {name: f"#/components/schemas/{name}" for name in names},
        },
    }


def _operate_on_any_session() -> Content:
    return {
        **_operate(Role.SYSTEM),
        "operationId": "operateOnAnySession",
        "summary": "Carries out the operation that `operationName` names, for a system: messages, typing and `Leave` "
        "are the customer's.",
        "security": _OF_SYSTEMS,
    }


def _create() -> Content:
    return {
        "operationId": "createSession",
        "summary": "Creates a session, in state Invited. The same request with the same `id` gives the same session.",
        "security": _OF_SYSTEMS,
        "parameters": [_CREATION_KEY],
        "requestBody": _request(_ref("schemas", "NewSession"), {"NewSession": samples.creation()}),
        "responses": _responses(201, ["Created"], 400, 403, 413, 415, 500, 503),
    }


def _read_sessions() -> Content:
    return {
        "operationId": "readSessions",
        "summary": "The caller's open sessions, newest first: their addresses, or the `fields` that are asked for.",
        "parameters": _parameters(reads.SESSIONS_QUERY),
        "responses": _responses(200, ["Uris", "Sessions"], 400, 403, 500, 503),
    }


def _read_session(role: Role = Role.AGENT) -> Content:
    return {
        "operationId": "readSession",
        "summary": "One of the caller's sessions.",
        "parameters": _parameters(reads.SESSION_QUERY),
        "responses": _responses(200, ["OneSession"], 400, 403, 404, 500, 503, role=role),
    }


def _for_systems(read: Content, operation_id: str, summary: str) -> Content:
    """An agents' read of any session."""
    return {**read, "operationId": operation_id, "summary": summary, "security": _OF_SYSTEMS}


def _read_any_sessions() -> Content:
    return {
        "operationId": "readAnySessions",
        "summary": "Open sessions, oldest first: those in a `state`, those of an `agent`, or both; one of the two must "
        "be there. The answer has their addresses, or the `fields` that are asked for.",
        "security": _OF_SYSTEMS,
        "parameters": _parameters(reads.ANY_SESSIONS_QUERY, _WAITING),
        "responses": _responses(200, ["Uris", "Sessions"], 400, 403, 500, 503, role=Role.SYSTEM),
    }


def _read_any_session() -> Content:
    return _for_systems(
        _read_session(Role.SYSTEM),
        "readAnySession",
        "A session, for a system that follows its changes: the ETag says up to which one this is. "
        "An agent reads its own at `/me/facebooksessions/{id}`.",
    )


def _read_messages(role: Role = Role.AGENT) -> Content:
    return {
        "operationId": "readMessages",
        "summary": "The session's transcript, by index.",
        "parameters": _parameters(reads.MESSAGES_QUERY),
        "responses": _responses(200, ["Messages"], 400, 403, 404, 500, 503, role=role),
    }


def _read_any_messages() -> Content:
    return _for_systems(
        _read_messages(Role.SYSTEM),
        "readAnyMessages",
        "The transcript of any session, by index, for a system.",
    )


def _read_dispositions(role: Role = Role.AGENT) -> Content:
    return {
        "operationId": "readDispositions",
        "summary": "How the session's dispositions came about, for who takes or took part in it.",
        "responses": _responses(200, ["DispositionHistory"], 400, 403, 404, 500, 503, role=role),
    }


def _read_any_dispositions() -> Content:
    return _for_systems(
        _read_dispositions(Role.SYSTEM),
        "readAnyDispositions",
        "How the dispositions of any session came about, for a system.",
    )


def _read_codes() -> Content:
    return {
        "operationId": "readCodes",
        "summary": "The codes that can be set as dispositions. Where there is no policy there are none, and any text "
        "can be set.",
        "parameters": [*_parameters(reads.CODES_QUERY, _CODES), _IF_NONE_MATCH],
        "responses": _unless_seen(_responses(200, ["Settings"], 400, 403, 404, 500, 503)),
    }


def _read_groups() -> Content:
    of_type, *others = reversed(_parameters(reads.GROUPS_QUERY, _CODES))
    return {
        "operationId": "readGroups",
        "summary": "The same codes by their folders.",
        "parameters": [{**of_type, "required": True}, *others, _IF_NONE_MATCH],
        "responses": _unless_seen(_responses(200, ["Groups"], 400, 403, 500, 503)),
    }


def _put_policy() -> Content:
    return {
        "operationId": "putPolicy",
        "summary": "Puts the next version of the policy, whose number is the ETag; the same policy again is no new "
        "version. It is in force within 30 seconds.",
        "security": _OF_SYSTEMS,
        "parameters": [_IF_MATCH],
        "requestBody": _request(_ref("schemas", "Policy"), {"Policy": samples.policy()}),
        "responses": _responses(200, ["Success"], 400, 403, 412, 413, 415, 500, 503),
    }


def _read_user() -> Content:
    return {
        "operationId": "readUser",
        "summary": "The caller, as a desktop reads it when it starts.",
        "parameters": _parameters(user.QUERY, _OF_USER),
        "responses": _responses(200, ["OneUser"], 400, 403, 500, 503),
    }


def _move_contact_center_session() -> Content:
    names = [one.__name__ for one in REQUESTS_OF_DESKTOPS]
    sent = samples.requests()
    return {
        "operationId": "moveContactCenterSession",
        "summary": "The desktop begins its work, or ends it. Only the user's `contactCenterSession` depends on it.",
        "requestBody": _request(_one_of(names), {name: sent[name] for name in names}),
        "responses": _unnumbered(_responses(200, ["Success"], 400, 403, 413, 415, 500, 503)),
    }


def _read_version() -> Content:
    return {
        "operationId": "readVersion",
        "summary": "The version of the system, for anybody.",
        "security": [],
        "responses": _responses(200, ["Version"], 400, 500, 503),
    }


def _unnumbered(responses: Content) -> Content:
    """The success without the ETag of what has a number."""
    return {**responses, "200": {name: about for name, about in responses["200"].items() if name != "headers"}}


def _exchange(operation_id: str, *shown: str, or_none: bool = False) -> Content:
    """With these samples; `or_none` where there are more paths than the call's."""
    sent, given = samples.bayeux_messages(), samples.bayeux_answers()
    one = {"anyOf": [_ref("schemas", "BayeuxEvent"), _ref("schemas", "BayeuxAnswer")]}
    messages = {"type": "array", "items": _ref("schemas", "BayeuxMessage"), "minItems": 1}
    refusals = (400, 403, *([404] if or_none else []), 413, 415, 500, 503)
    return {
        "operationId": operation_id,
        "summary": "Exchanges messages of Bayeux, CometD's protocol: a desktop handshakes, subscribes and connects. A "
        "connect is held until there are notifications of the caller's sessions, for 25 seconds at most.",
        "requestBody": _request(messages, {name: sent[name] for name in shown}),
        "responses": {
            "200": {
                "description": "An answer to each message, in order; before a connect's the events.",
                "content": _json({"type": "array", "items": one}, {name: given[name] for name in shown}),
            },
            **{str(refusal): _ref("responses", str(refusal)) for refusal in refusals},
        },
    }


def _unless_seen(responses: Content) -> Content:
    unchanged = {"description": "It is a version that the client has seen.", "headers": {"ETag": _HEADERS["ETag"]}}
    return {**responses, "304": unchanged}


def _parameters(names: Iterable[str], known: Mapping[str, tuple[str, Content]] = _QUERY) -> list[Content]:
    return [
        {"name": name, "in": "query", "description": known[name][0], "schema": known[name][1]} for name in sorted(names)
    ]


def _request(schema: Content, examples: Mapping[str, Any]) -> Content:
    return {"required": True, "content": _json(schema, examples)}


def _responses(status: int, shapes: list[str], *refusals: int, role: Role = Role.AGENT) -> Content:
    """The answer with this status has one of the shapes."""
    given = {name: samples.accepted(role)[name] for name in shapes}
    refs = [_ref("schemas", name) for name in shapes]
    return {
        str(status): {
            "description": "It is done." if status == 201 or "Success" in shapes else "What was asked for.",
            **_headers(given.values()),
            "content": _json(refs[0] if len(refs) == 1 else {"anyOf": refs}, _bodies(given)),
        },
        **{str(refusal): _ref("responses", str(refusal)) for refusal in refusals},
    }


def _refusals() -> Content:
    return {str(status): _refusal(status) for status in STATUS_CODES}


def _refusal(status: int) -> Content:
    given = {name: answer for name, answer in samples.refused() if answer["statusCode"] == status}
    codes = {"properties": {"statusCode": {"enum": list(STATUS_CODES[status])}}}
    return {
        "description": _REFUSALS[status],
        **_headers(given.values()),
        "content": _json(_ref("schemas", "Error") | codes, _bodies(given)),
    }


def _headers(given: Iterable[Answer]) -> Content:
    names = sorted({name for answer in given for name in answer["headers"]} - _ON_EVERY_ANSWER)
    return {"headers": {name: _HEADERS[name] for name in names}} if names else {}


def _bodies(given: Mapping[str, Answer]) -> dict[str, Any]:
    return {name: samples.body(answer) for name, answer in given.items()}


def _json(schema: Content, examples: Mapping[str, Any]) -> Content:
    named = {name: {"value": value} for name, value in examples.items()}
    return {"application/json": {"schema": schema, "examples": named}}


def _schemas() -> dict[str, Any]:
    models: tuple[type[BaseModel], ...] = (*OPERATIONS, *REQUESTS_OF_DESKTOPS, NewSession, Policy, *BAYEUX, *ANSWERS)
    _, generated = models_json_schema(
        [(model, "validation") for model in models],
        ref_template="#/components/schemas/{model}",
        schema_generator=PlainSchema,
    )
    schemas: dict[str, Any] = for_generators(generated["$defs"])
    return schemas | {
        operation.__name__: {**schemas[operation.__name__], "description": _description(operation)}
        for operation in OPERATIONS
    }


def _description(operation: type[Operation]) -> str:
    texts = [inspect.getmodule(operation).__doc__, operation.__doc__, _allowed(operation)]
    return " ".join(" ".join(text.split()) for text in texts if text)


def _allowed(operation: type[Operation]) -> str:
    callers = [
        f"{_CALLERS[role]} at `{_PATHS[role]}` in {_states(move)}{_late(move)}"
        for role, move in operation.moves.items()
    ]
    return f"Allowed to {', and to '.join(callers)}."


def _states(move: Move) -> str:
    *states, last = [_state(move, state) for state in State if state in move.leads]
    return f"{', '.join(states)} and {last}" if states else last


def _late(move: Move) -> str:
    return ", and to who takes or took part in Completed for the policy's `lateHours`" if move.is_late else ""


def _state(move: Move, state: State) -> str:
    return f"{state} where it ended by {move.reopens}" if move.reopens and state is State.COMPLETED else str(state)


def _security() -> Content:
    return {
        "agent": {"type": "http", "scheme": "bearer", "description": "An ID token of the user pool of the agents."},
        "system": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "x-amazon-apigateway-authtype": "awsSigv4",
            "description": "An IAM signature (SigV4) for the service `execute-api`.",
        },
    }


def _ref(kind: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{kind}/{name}"}
