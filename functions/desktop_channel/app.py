"""The Lambda function behind `/v2/notifications`: Bayeux by long-polling.

A connect is held by the function that runs for it, which does nothing else meanwhile.
"""

import os
import time
from collections.abc import Sequence
from typing import Any, Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import MetricUnit

from desktop_channel import bayeux
from desktop_channel.bayeux import Exchange, Message, Terms
from desktop_channel.holds import Holds
from desktop_channel.polls import Polls, text
from desktop_channel.settings import Settings
from facebook_session import aws, measures
from facebook_session.channels import new_client_id
from facebook_session.clients import Clients, Kept
from facebook_session.errors import InvalidParameter
from facebook_session.mailboxes import Mailboxes
from rest_api import answers, requests, router
from rest_api.answers import Answer
from rest_api.router import Event, Routes

READ_TIMEOUT_SECONDS: Final = 2
LAST_CALL_SECONDS: Final = 1  # behind a hold: what begins by then ends before API Gateway's 29 s

logger = Logger()  # that of the layer's loggers, which write nothing without it
metrics = measures.metrics()
settings = Settings.read(os.environ)
terms = Terms(("long-polling",), settings.hold_seconds * 1_000, new_client_id)
_dynamodb = aws.client("dynamodb", READ_TIMEOUT_SECONDS, attempts=1)
clients = Clients(_dynamodb, settings.table)
mailboxes = Mailboxes(_dynamodb, settings.table)
holds = Holds(_dynamodb, settings.table, settings.held_connects, settings.hold_seconds)
polls = Polls(clients, mailboxes, holds, terms)


def exchange(event: Event) -> Answer:
    """`POST /notifications`, and under it a folder for each meta channel: answers a client's messages."""
    hold_end = time.time() + settings.hold_seconds
    user_name = requests.caller(event).name
    messages = _messages(event)
    metrics.add_metadata("channels", bayeux.meta_channels(messages))
    kept = _kept(user_name, messages)
    done = bayeux.exchange(messages, kept.client if kept else None, terms)
    if not _keep(user_name, kept, done):
        done = bayeux.exchange(messages, None, terms)
    return answers.read(f"[{','.join(_texts(user_name, kept, done, hold_end))}]")


def _messages(event: Event) -> Sequence[Message]:
    """A JSON array of objects, or one by itself; raises InvalidParameter."""
    body = requests.json_value(event)
    messages = body if isinstance(body, list) else [body]
    if not messages or not all(isinstance(one, dict) for one in messages):
        raise InvalidParameter("The request body must be a JSON array of Bayeux messages.")
    return messages


def _kept(user_name: str, messages: Sequence[Message]) -> Kept | None:
    client_id = bayeux.client_id(messages)
    return clients.find(user_name, client_id) if client_id else None


def _keep(user_name: str, kept: Kept | None, done: Exchange) -> bool:
    """Whether the client is as the exchange left it; False where it has disconnected meanwhile."""
    after = done.client
    if after and (kept is None or kept.client.client_id != after.client_id):
        clients.add(user_name, after)
        return True
    if kept is None:
        return True
    if after is None:
        clients.remove(user_name, kept.client.client_id)
        mailboxes.wake(user_name, kept.client.client_id, kept.poll)
        return True
    is_poll = done.connect is not None and after.subscriptions == kept.client.subscriptions
    return is_poll or clients.keep(user_name, kept.client, after)  # a poll is written down as it begins


def _texts(user_name: str, kept: Kept | None, done: Exchange, hold_end: float) -> list[str]:
    """The answers as JSON, a connect's with what waits for the client; of several connects the last one's."""
    polled = [answer for answer in done.answers if bayeux.is_connected(answer)][-1:]
    texts: list[str] = []
    for answer in done.answers:
        if kept and done.client and done.connect and answer is polled[0]:
            texts += polls.messages(user_name, kept, done.connect, answer, hold_end)
        else:
            texts.append(text(answer))
    return texts


ROUTES: Final[Routes] = {"POST /v2/notifications": exchange, "POST /v2/notifications/{meta}": exchange}


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: Any) -> Answer:
    """Answers one request of API Gateway's REST proxy integration: with Bayeux messages, or in the contract's shape."""
    metrics.add_metadata("xray_trace_id", measures.trace_id())
    metrics.add_metadata("requestId", event["requestContext"].get("requestId"))
    metrics.add_metadata("caller", requests.caller_id(event))
    answer = router.answered(
        event, ROUTES, settings.origins, settings.hold_seconds + LAST_CALL_SECONDS, metrics.add_metadata
    )
    metrics.add_metadata("status", answer["statusCode"])
    metrics.add_metric(f"Status{answer['statusCode'] // 100}xx", MetricUnit.Count, 1)
    return answer
