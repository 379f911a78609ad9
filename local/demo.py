"""The exchange of Genesys' page, on a stack of its own: the request, the answer, the notification, and a desktop that
gets it too.
"""

import json
import textwrap
import time
from dataclasses import dataclass
from typing import Any, Final

from local import http, listener
from local.listener import Heard, Listener, Message
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
    event: Message
    event_seconds: float


def exchange(stack: Stack) -> Exchange:
    """Sends the page's request and waits for its notification, from the topic and with the agent's desktop."""
    url = f"{stack.api_url}/me/facebooksessions/{PAGE_SESSION}"
    with listener.listening(stack.api_url, stack.token) as desktop:
        sent = time.monotonic()
        answer = http.send("POST", url, json.dumps(REQUEST).encode(), http.bearer(stack.token))
        if answer.status != 200:
            raise Problem(f"The answer is {answer.status}: {answer.text}")
        answered = time.monotonic()
        notification, came = _announced(stack), time.monotonic()
        heard = _heard(desktop, notification["referenceId"])
    etag = answer.headers["ETag"]
    return Exchange(answer.text, etag, answered - sent, notification, came - sent, heard.message, heard.at - sent)


def _announced(stack: Stack) -> dict[str, Any]:
    for message in stack.notifications(_NOTIFICATION_SECONDS):
        notification: dict[str, Any] = json.loads(message["Body"])
        return notification
    raise Problem(f"No notification came within {_NOTIFICATION_SECONDS} s.")


def _heard(desktop: Listener, number: int) -> Heard:
    """The event of the change that has this number: that the session is new may be told late."""
    heard = desktop.event(_NOTIFICATION_SECONDS)
    while heard.message["data"]["referenceId"] < number:
        heard = desktop.event(_NOTIFICATION_SECONDS)
    return heard


def is_the_pages(one: Exchange) -> bool:
    event = {"channel": listener.CHANNEL, "data": NOTIFICATION}
    return (one.answer, one.notification, one.event) == (ANSWER, NOTIFICATION, event)


def shown(one: Exchange) -> str:
    """One screen of text."""
    return "\n".join(
        [
            f"\nRequest   POST /api/v2/me/facebooksessions/{PAGE_SESSION}",
            _indented(json.dumps(REQUEST)),
            f"\nAnswer    200 in {one.answer_seconds * 1000:.0f} ms, ETag {one.etag}",
            _indented(one.answer),
            f"\nNotification    with a subscriber of the topic {_later(one.notification_seconds)}",
            _indented(_compact(one.notification)),
            f"\nThe same    with cometd.js, on {one.event['channel']}, {_later(one.event_seconds)}",
            _indented(_compact(one.event["data"])),
        ]
    )


def _compact(notification: dict[str, Any]) -> str:
    """A line for each field of the session, so that it all fits on a screen."""
    session = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in notification["facebooksession"].items())
    rest = {name: value for name, value in notification.items() if name != "facebooksession"}
    lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in rest.items()]
    return ",\n".join(["{\n" + lines[0], f' "facebooksession": {{\n{session}}}', *lines[1:]]) + "}"


def _later(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms after the request"


def _indented(text: str) -> str:
    return textwrap.indent(text, "  ")
