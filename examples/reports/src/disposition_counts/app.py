"""The Lambda function behind the queue that listens to the topic."""

import json
import logging
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import boto3
from botocore.config import Config

from disposition_counts.api import ReadSession, SessionApi
from disposition_counts.rule import Change, Counted, follow
from disposition_counts.tables import CountTables, Overtaken

BEGIN_SECONDS = 30
"""No session is begun later; one can take two reads."""

# boto3 waits 60 s for an answer: as long as the function may work
_BOUNDED = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})

_ATTEMPTS = 8
_PAUSE_SECONDS = 0.1

logger = logging.getLogger(__name__)
aws = boto3.Session()
key = os.environ["DISPOSITION_KEY"]
_dynamodb = aws.resource("dynamodb", config=_BOUNDED).meta.client
tables = CountTables(_dynamodb, os.environ["COUNTED_TABLE"], os.environ["COUNT_TABLE"])
api = SessionApi(os.environ["API_URL"], aws.region_name, aws.get_credentials)

Message = Mapping[str, Any]


def lambda_handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Takes a batch of the queue's messages; names those that failed, which the queue delivers again."""
    by_session: dict[str, list[Message]] = defaultdict(list)
    for message in event["Records"]:
        by_session[attribute(message, "sessionId")].append(message)
    last_begin = time.monotonic() + BEGIN_SECONDS
    before = tables.counted(by_session.keys() - {""})
    failed: list[Message] = []
    for session_id, messages in by_session.items():
        try:
            demand_time(last_begin)
            count(session_id, [*changes_in(messages)], before[session_id])
        except Exception as error:
            # by its class alone: its text may hold what the notification says
            logger.error("Failed, will come again: %s %s", session_id, type(error).__name__)
            failed += messages
    return {"batchItemFailures": [{"itemIdentifier": message["messageId"]} for message in failed]}


def demand_time(last_begin: float) -> None:
    """Raises TimeoutError behind it. What meets the function's own time-out has the whole batch come again."""
    if time.monotonic() > last_begin:
        raise TimeoutError


def count(session_id: str, changes: list[Change], before: Counted) -> None:
    """Moves the session to where its changes put it; from the start again where another function was quicker."""
    session = ReadSession(api, session_id, key)
    for attempt in range(_ATTEMPTS):
        after = before
        for one in sorted(changes, key=lambda change: change.number):
            after = follow(after, one, session)
        if after == before:
            return
        try:
            tables.move(session_id, before, after)
        except Overtaken:
            time.sleep(random.uniform(0, _PAUSE_SECONDS * (attempt + 1)))
            before = tables.counted([session_id])[session_id]
        else:
            return
    raise Overtaken


def changes_in(messages: Iterable[Message]) -> Iterable[Change]:
    """What they tell of changes: the first notification of each has all of it, and typing is none."""
    for message in messages:
        if attribute(message, "eventId").rpartition("#")[2] == "1":
            resource = json.loads(message["body"]).get("facebooksession")
            keys = json.loads(attribute(message, "userDataKeys", "[]"))
            queue = None if resource is None else resource.get("queueName", "")
            yield Change(int(attribute(message, "referenceId")), key in keys, queue)


def attribute(message: Message, name: str, default: str = "") -> str:
    """The subscription delivers notifications as they were published, their attributes beside them."""
    found: str = message["messageAttributes"].get(name, {"stringValue": default})["stringValue"]
    return found
