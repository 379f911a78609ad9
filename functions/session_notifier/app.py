"""The Lambda function behind the table's stream. It announces each change, in order, and stops at the first failure.

Powertools' BatchProcessor goes on after a failure, so later changes of a session would overtake earlier ones.
"""

import functools
import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from facebook_session import aws
from facebook_session.attributes import plain
from facebook_session.faults import fault
from facebook_session.transcript import Transcript
from session_notifier.notifications import ANNOUNCED, Notification, notifications
from session_notifier.publisher import Publisher
from session_notifier.settings import Settings

# The most that a window can take: three rounds of three attempts, each 1 s to connect and 2 s to read, and pauses.
_READ_TIMEOUT_SECONDS: Final = 2
_WINDOW_MILLISECONDS: Final = 40_000

Record = Mapping[str, Any]

logger = Logger()
metrics = Metrics()
settings = Settings.read(os.environ)
publisher = Publisher(aws.client("sns", _READ_TIMEOUT_SECONDS), settings.topic_arn)


@functools.cache
def transcript() -> Transcript:
    """Made with the first message: the client would add a quarter to the cold start of a notifier that meets none."""
    return Transcript(aws.client("dynamodb", _READ_TIMEOUT_SECONDS, attempts=1), settings.message_table)


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Publishes a batch of stream records; names the first that is not wholly published, for the next delivery."""
    records = event["Records"]
    planned, origins = _plan(records)
    published = _publish(planned, context)
    metrics.add_metric("Published", MetricUnit.Count, published)
    unfinished = records[origins[published] :]
    metrics.add_metric("RecordsLeft", MetricUnit.Count, len(unfinished))
    return {"batchItemFailures": [{"itemIdentifier": one["dynamodb"]["SequenceNumber"]} for one in unfinished[:1]]}


def _plan(records: Sequence[Record]) -> tuple[list[Notification], list[int]]:
    """All notifications of a batch, and for each the index of its record.

    One more index stands behind them: that of the first record that can't be announced, or the number of records.
    """
    planned: list[Notification] = []
    origins: list[int] = []
    for index, record in enumerate(records):
        try:
            built = _notifications(record)
        except Exception as error:
            logger.error("A record can't be announced", eventID=record.get("eventID"), **fault(error))
            return planned, [*origins, index]
        planned += built
        origins += [index] * len(built)
    return planned, [*origins, len(records)]


def _notifications(record: Record) -> list[Notification]:
    images = record["dynamodb"]
    if record["eventName"] == "REMOVE":
        return []
    old = _session(images["OldImage"]) if "OldImage" in images else None
    return notifications(old, _session(images["NewImage"]), settings.public_url)


def _session(image: Mapping[str, Any]) -> dict[str, Any]:
    """What is announced of a session, as plain values. Whatever else its item has is nobody's business here."""
    return plain({name: image[name] for name in ANNOUNCED if name in image})


def _publish(planned: Sequence[Notification], context: Any) -> int:
    """How many notifications from the front are published. Whatever goes wrong, the rest waits for the next try.

    What is announced is in the transcript by then, also where the API function ended between session and transcript.
    """
    published = 0
    try:
        _complete_transcripts(planned)
        for count in publisher.publish(planned):
            published = count
            if context.get_remaining_time_in_millis() < _WINDOW_MILLISECONDS:
                break
    except Exception as error:
        logger.error("Publishing stopped", **fault(error))
    return published


def _complete_transcripts(planned: Sequence[Notification]) -> None:
    messages = [
        (one.session_id, message) for one in planned for message in one.body.get("messages", ()) if "index" in message
    ]
    if messages:
        transcript().add(messages)
