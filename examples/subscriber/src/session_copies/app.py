"""The Lambda function behind the queue that listens to the topic."""

import logging
import os
from collections.abc import Mapping
from typing import Any

import boto3

from session_copies import exact_json
from session_copies.api import SessionApi
from session_copies.rule import Notification, follow
from session_copies.table import CopyTable

logger = logging.getLogger(__name__)
aws = boto3.Session()
copies = CopyTable(aws.resource("dynamodb").Table(os.environ["COPY_TABLE"]))
sessions = SessionApi(os.environ["API_URL"], aws.region_name, aws.get_credentials)


def lambda_handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Takes a batch of the queue's messages; names those that failed, which the queue delivers again."""
    failed = []
    for message in event["Records"]:
        try:
            follow(notification(message), copies, sessions)
        except Exception as error:
            # by its class alone: its text may hold what the notification says
            logger.error("Failed, will come again: %s %s", message["messageId"], type(error).__name__)
            failed.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": failed}


def notification(message: Mapping[str, Any]) -> Notification:
    """What a message of the queue says. The subscription delivers it as it was published, its attributes beside it."""
    attributes = {name: one["stringValue"] for name, one in message["messageAttributes"].items()}
    return Notification(
        attributes["sessionId"],
        int(attributes["referenceId"]),
        int(attributes["eventId"].rpartition("#")[2]),
        exact_json.loads(message["body"]).get("facebooksession"),
    )
