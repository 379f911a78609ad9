"""The Lambda function behind the table's stream. It announces each change, in order, and stops at the first failure.
Of a session that was removed it erases what else there is.

Powertools' BatchProcessor goes on after a failure, so later changes of a session would overtake earlier ones. Only a
record that can never be announced is passed over: it goes to quarantine first.
"""

import bisect
import functools
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit

from facebook_session import aws
from facebook_session.attributes import plain
from facebook_session.errors import Unavailable
from facebook_session.faults import fault
from facebook_session.transcript import Transcript
from session_notifier.notifications import ANNOUNCED, Notification, notifications, without_personal_data
from session_notifier.publisher import Publisher, Unpublishable
from session_notifier.quarantine import Quarantine
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


@functools.cache
def quarantine() -> Quarantine:
    """Made with the first record that needs it, which in most lives of a function never comes."""
    return Quarantine(aws.client("s3", _READ_TIMEOUT_SECONDS), settings.bucket)


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Publishes a batch of stream records; names the first that is not wholly done, for the next delivery."""
    records = event["Records"]
    planned, origins = _plan(records)
    settled = _announce(records, planned, origins, context)
    done = _erase_removed(records[: origins[settled]], context)
    unfinished = records[done:]
    metrics.add_metric("RecordsLeft", MetricUnit.Count, len(unfinished))
    return {"batchItemFailures": [{"itemIdentifier": one["dynamodb"]["SequenceNumber"]} for one in unfinished[:1]]}


def _plan(records: Sequence[Record]) -> tuple[list[Notification], list[int]]:
    """All notifications of a batch, and for each the index of its record. A record without any to be made is set aside.

    One more index stands behind them: that of the first record that can't be set aside, or the number of records.
    """
    planned: list[Notification] = []
    origins: list[int] = []
    for index, record in enumerate(records):
        try:
            built = _notifications(record)
        except Exception as error:
            if not _set_aside(record, error):
                return planned, [*origins, index]
            continue
        planned += built
        origins += [index] * len(built)
    return planned, [*origins, len(records)]


def _set_aside(record: Record, error: Exception) -> bool:
    """Puts a record that can't be announced into quarantine; False where that fails."""
    logger.error("A record can't be announced", eventID=record.get("eventID"), **fault(error))
    try:
        quarantine().put(record, type(error).__name__)
    except Exception as failure:
        logger.error("The quarantine can't be reached", **fault(failure))
        return False
    metrics.add_metric("Quarantined", MetricUnit.Count, 1)
    return True


def _notifications(record: Record) -> list[Notification]:
    images = record["dynamodb"]
    if record["eventName"] == "REMOVE":
        return []
    old = _session(images["OldImage"]) if "OldImage" in images else None
    built = notifications(old, _session(images["NewImage"]), settings.public_url)
    return built if settings.personal_data else [*map(without_personal_data, built)]


def _session(image: Mapping[str, Any]) -> dict[str, Any]:
    """What is announced of a session, as plain values. Whatever else its item has is nobody's business here."""
    return plain({name: image[name] for name in ANNOUNCED if name in image})


def _announce(records: Sequence[Record], planned: Sequence[Notification], origins: Sequence[int], context: Any) -> int:
    """How many notifications from the front are settled: published, or their record is in quarantine.

    Whatever goes wrong, the rest waits for the next try. What is announced is in the transcript by then, also where the
    API function ended between session and transcript.
    """
    settled = 0
    try:
        _complete_transcripts(planned)
        for count in _settled(records, planned, origins):
            settled = count
            if context.get_remaining_time_in_millis() < _WINDOW_MILLISECONDS:
                break
    except Exception as error:
        logger.error("Publishing stopped", **fault(error))
    return settled


def _settled(records: Sequence[Record], planned: Sequence[Notification], origins: Sequence[int]) -> Iterator[int]:
    """Publishes, and says after each window how many from the front are settled."""
    start = 0
    while start < len(planned):
        published = 0
        try:
            for count in publisher.publish(planned[start:]):
                metrics.add_metric("Published", MetricUnit.Count, count - published)
                published = count
                yield start + count
            return
        except Unpublishable as error:
            origin = origins[start + error.index]
            if not _set_aside(records[origin], error):
                return
            start = bisect.bisect_right(origins, origin, hi=len(planned))
            yield start


def _complete_transcripts(planned: Sequence[Notification]) -> None:
    messages = [
        (one.session_id, message) for one in planned for message in one.body.get("messages", ()) if "index" in message
    ]
    if messages:
        transcript().add(messages)


def _erase_removed(records: Sequence[Record], context: Any) -> int:
    """Erases what there still is of sessions that were removed. How many records from the front are done.

    It comes behind the announcing, which completes transcripts.
    """
    for index, record in enumerate(records):
        if record.get("eventName") != "REMOVE":
            continue
        if context.get_remaining_time_in_millis() < _WINDOW_MILLISECONDS:
            return index
        if not _is_erased(record):
            return index
    return len(records)


def _is_erased(record: Record) -> bool:
    """Erases what there is of the record's session. Where that fails for good, the record is set aside, by its keys."""
    try:
        session_id = record["dynamodb"]["Keys"]["id"]["S"]
        transcript().erase(session_id)
        quarantine().erase(session_id)
    except Unavailable:
        return False
    except Exception as error:
        keys = {name: record["dynamodb"][name] for name in ("Keys", "SequenceNumber") if name in record["dynamodb"]}
        return _set_aside({**record, "dynamodb": keys}, error)
    metrics.add_metric("Erased", MetricUnit.Count, 1)
    return True
