"""The exchange of Genesys' page, on a stack of its own: the request, the answer, the notification."""

import json
import textwrap
import time
from dataclasses import dataclass
from typing import Any, Final

from local import http
from local.problem import Problem
from local.seed import PAGE_SESSION
from local.stack import Stack

PUBLIC_URL: Final = "http://localhost:8080/api/v2"
REQUEST: Final = {
    "operationName": "SetDisposition",
    "dispositionKey": "DispositionCode",
    "disposition": "IssueResolved",
}
ANSWER: Final = '{"statusCode":0}'
NOTIFICATION: Final = {
    "referenceId": 34,
    "facebooksession": {
        "participants": [
            {"nickname": "TestName", "type": "Agent", "participantId": "009052C73228006D"},
            {"nickname": "FirstL", "type": "Customer", "participantId": "009052C73223006B"},
        ],
        "state": "Chatting",
        "id": PAGE_SESSION,
        "capabilities": [
            "Transfer",
            "Complete",
            "Leave",
            "InFocus",
            "SendMessage",
            "SendStartTypingNotification",
            "SendStopTypingNotification",
        ],
        "userData": {"DispositionCode": "IssueResolved"},
        "uri": f"{PUBLIC_URL}/facebooksessions/{PAGE_SESSION}",
    },
    "notificationType": "PropertiesUpdated",
    "messageType": "FacebooksessionStateChangeMessage",
}
_NOTIFICATION_SECONDS: Final = 30


@dataclass(frozen=True)
class Exchange:
    """What came out, and the seconds from sending the request until each was there."""

    answer: str
    etag: str
    answer_seconds: float
    notification: dict[str, Any]
    notification_seconds: float


def exchange(stack: Stack) -> Exchange:
    """Sends the page's request and waits for its notification."""
    url = f"{stack.api_url}/me/facebooksessions/{PAGE_SESSION}"
    sent = time.monotonic()
    answer = http.send("POST", url, json.dumps(REQUEST).encode(), http.bearer(stack.token))
    if answer.status != 200:
        raise Problem(f"The answer is {answer.status}: {answer.text}")
    answered = time.monotonic()
    for message in stack.notifications(_NOTIFICATION_SECONDS):
        notification = json.loads(message["Body"])
        return Exchange(answer.text, answer.headers["ETag"], answered - sent, notification, time.monotonic() - sent)
    raise Problem(f"No notification came within {_NOTIFICATION_SECONDS} s.")


def is_the_pages(one: Exchange) -> bool:
    return one.answer == ANSWER and one.notification == NOTIFICATION


def shown(one: Exchange) -> str:
    """One screen of text."""
    return "\n".join(
        [
            f"\nRequest   POST /api/v2/me/facebooksessions/{PAGE_SESSION}",
            _indented(json.dumps(REQUEST, indent=1)),
            f"\nAnswer    200 in {one.answer_seconds * 1000:.0f} ms, ETag {one.etag}",
            _indented(one.answer),
            f"\nNotification    with the subscriber {one.notification_seconds * 1000:.0f} ms after the request",
            _indented(_compact(one.notification)),
        ]
    )


def _compact(notification: dict[str, Any]) -> str:
    """A line for each field of the session, so that it all fits on a screen."""
    session = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in notification["facebooksession"].items())
    rest = {name: value for name, value in notification.items() if name != "facebooksession"}
    lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in rest.items()]
    return ",\n".join(["{\n" + lines[0], f' "facebooksession": {{\n{session}}}', *lines[1:]]) + "}"


def _indented(text: str) -> str:
    return textwrap.indent(text, "  ")
