"""What a client must be able to say and to understand: the samples that docs/openapi.yaml shows."""

from typing import Any, Final

from contract import openapi, samples
from facebook_session.callers import Role
from session_api.operations import OPERATIONS

_SENT: Final = {role: samples.requests(role) for role in Role}
REQUESTS: Final = {
    role: {one.__name__: dict(_SENT[role][one.__name__]) for one in OPERATIONS if role in one.moves} for role in Role
}
"""Of each operation that a caller of the role may call."""

ALL: Final[dict[Role, dict[str, Any]]] = {
    role: {
        **REQUESTS[role],
        "NewSession": dict(samples.creation()),
        **{name: samples.body(answer) for name, answer in samples.accepted(role).items()},
        "Error": {"statusCode": 6, "statusMessage": "There is no such session, or the user takes no part in it."},
    }
    for role in Role
}
"""By the names of their schemas."""

_ANSWERED: Final = samples.bayeux_answers()
ALL[Role.AGENT] |= {
    "BayeuxMessage": samples.bayeux_messages()["Handshake"][0],
    "BayeuxAnswer": _ANSWERED["Handshake"][0],
    "BayeuxEvent": _ANSWERED["Connect"][0],
}

OPERATE: Final = {Role.AGENT: "operate", Role.SYSTEM: "operateOnAnySession"}
CALLS: Final = [
    call["operationId"]
    for calls in openapi.document()["paths"].values()
    for call in calls.values()
    if "operationId" in call
]
