"""What a client must be able to say and to understand: the samples that docs/openapi.yaml shows."""

from typing import Any, Final

from contract import openapi, samples

REQUESTS: Final = {name: dict(body) for name, body in samples.requests().items()}
ALL: Final[dict[str, Any]] = {
    **REQUESTS,
    "NewSession": dict(samples.creation()),
    **{name: samples.body(answer) for name, answer in samples.accepted().items()},
    "Error": {"statusCode": 6, "statusMessage": "There is no such session, or the user takes no part in it."},
}
"""By the names of their schemas."""

CALLS: Final = [
    call["operationId"]
    for calls in openapi.document()["paths"].values()
    for call in calls.values()
    if "operationId" in call
]
