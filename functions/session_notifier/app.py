"""The Lambda function behind the table's stream. It announces each change, in order, and stops at the first failure.
That a session was removed it tells the eraser.

Powertools' BatchProcessor goes on after a failure, so later changes of a session would overtake earlier ones. Only a
record that can never be announced is passed over: it goes to quarantine first.
"""

import bisect
import functools
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import MetricUnit

from facebook_session import aws, measures
from facebook_session.attributes import part
from facebook_session.faults import fault
from facebook_session.notifications import Notification, images, notifications, without_personal_data
from facebook_session.quarantine import Quarantine
from facebook_session.removal import Removal
from facebook_session.transcript import MESSAGE_ATTRIBUTES, Transcript, kept
from session_notifier.announced import Announced
from session_notifier.publisher import Publisher, Unpublishable
from session_notifier.removals import MAX_REMOVALS, Removals
from session_notifier.settings import Settings

# The most that a round can take, its windows at once: three times three attempts, each 1 s to connect and 2 s to read,
# and pauses.
_READ_TIMEOUT_SECONDS: Final = 2
_ROUND_MILLISECONDS: Final = 40_000
_REMOVALS_MILLISECONDS: Final = 15_000  # of one call of the queue, kept behind the last round: each delivery gets on

Record = Mapping[str, Any]

logger = Logger()
metrics = measures.metrics()
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


@functools.cache
def removals() -> Removals:
    """Made with the first session that is removed, as the quarantine."""
    return Removals(aws.client("sqs", _READ_TIMEOUT_SECONDS), settings.removal_queue)


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Publishes a batch of stream records; names the first that is not wholly done, for the next delivery."""
    metrics.add_metadata("xray_trace_id", measures.trace_id())
    records, announced = event["Records"], Announced()
    planned, origins = _plan(records)
    settled = _announce(records, planned, origins, context, announced)
    done = _hand_on_removals(records[: origins[settled]], context)
    unfinished = records[done:]
    _tell(announced)
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
    changed = images(record)
    built = notifications(*changed, settings.public_url) if changed else []
    return built if settings.personal_data else [*map(without_personal_data, built)]


def _announce(
    records: Sequence[Record],
    planned: Sequence[Notification],
    origins: Sequence[int],
    context: Any,
    announced: Announced,
) -> int:
    """How many notifications from the front are settled: published, or their record is in quarantine.

    Whatever goes wrong, the rest waits for the next try. What is announced is in the transcript by then, also where the
    API function ended between session and transcript.
    """
    settled = 0
    try:
        _complete_transcripts([records[index] for index in dict.fromkeys(origins[:-1])])
        for count in _settled(records, planned, origins, announced):
            settled = count
            if context.get_remaining_time_in_millis() < _ROUND_MILLISECONDS + _REMOVALS_MILLISECONDS:
                break
    except Exception as error:
        logger.error("Publishing stopped", **fault(error))
    return settled


def _settled(
    records: Sequence[Record], planned: Sequence[Notification], origins: Sequence[int], announced: Announced
) -> Iterator[int]:
    """Publishes, and says after each round how many from the front are settled."""
    start = 0
    while start < len(planned):
        published = 0
        try:
            for count in publisher.publish(planned[start:]):
                told = slice(start + published, start + count)
                of_round = [records[index] for index in dict.fromkeys(origins[told])]
                announced.add(planned[told], of_round, datetime.now(UTC))
                published = count
                yield start + count
            return
        except Unpublishable as error:
            origin = origins[start + error.index]
            if not _set_aside(records[origin], error):
                return
            start = bisect.bisect_right(origins, origin, hi=len(planned))
            yield start


def _tell(announced: Announced) -> None:
    """Once a delivery: with a hundred values of a metric Powertools would begin another line."""
    metrics.add_metric("Published", MetricUnit.Count, len(announced.events))
    metrics.add_metadata("eventIds", announced.events)
    if announced.longest_milliseconds is not None:
        metrics.add_metric("AnnouncedAfter", MetricUnit.Milliseconds, announced.longest_milliseconds)


def _complete_transcripts(announced: Iterable[Record]) -> None:
    """Adds the messages as the sessions have them: what is announced may leave out personal data."""
    images = (record["dynamodb"]["NewImage"] for record in announced)
    items = (part(image, MESSAGE_ATTRIBUTES) for image in images if "newMessages" in image)
    messages = [message for item in items for message in kept(item)]
    if messages:
        transcript().add(messages)


def _hand_on_removals(records: Sequence[Record], context: Any) -> int:
    """Tells the eraser of sessions that were removed. How many records from the front are done.

    It comes behind the announcing, which completes transcripts.
    """
    found, end = _removals(records)
    indexes = [*found]
    for start in range(0, len(indexes), MAX_REMOVALS):
        window = indexes[start : start + MAX_REMOVALS]
        sent = _send([found[index] for index in window], context)
        if sent < len(window):
            return window[sent]
    return end


def _removals(records: Sequence[Record]) -> tuple[dict[int, Removal], int]:
    """The removals by the index of their record. A record that tells of none is set aside, by its keys.

    Behind them the index of the first record that can't be set aside, or the number of records.
    """
    found: dict[int, Removal] = {}
    for index, record in enumerate(records):
        try:
            if record.get("eventName") == "REMOVE":
                found[index] = Removal.from_record(record)
        except Exception as error:
            if not _set_aside(_by_keys(record), error):
                return found, index
    return found, len(records)


def _by_keys(record: Record) -> Record:
    """And by the name of its transcript, without which redrive could not erase that."""
    change = record["dynamodb"]
    kept = {name: change[name] for name in ("Keys", "SequenceNumber") if name in change}
    named = {name: one for name, one in change.get("OldImage", {}).items() if name == "transcript"}
    return {**record, "dynamodb": kept | ({"OldImage": named} if named else {})}


def _send(batch: Sequence[Removal], context: Any) -> int:
    """How many from the front the eraser's queue took."""
    if context.get_remaining_time_in_millis() < _REMOVALS_MILLISECONDS:
        return 0
    try:
        return removals().send(batch)
    except Exception as error:
        logger.error("The eraser's queue can't be reached", **fault(error))
        return 0
