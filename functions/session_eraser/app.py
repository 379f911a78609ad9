"""The Lambda function behind the queue of removals. It erases each session's transcript, and what lies in quarantine.

A removal that fails comes again by itself, and after too many failures goes to the dead-letter queue.
"""

import os
from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import MetricUnit

from facebook_session import aws, measures
from facebook_session.faults import fault
from facebook_session.quarantine import Quarantine
from facebook_session.removal import Removal
from facebook_session.transcript import Transcript
from session_eraser.settings import Settings

_READ_TIMEOUT_SECONDS: Final = 2
_ERASURE_MILLISECONDS: Final = 40_000  # thousands of messages; what takes longer goes on at the next delivery

Message = Mapping[str, Any]

logger = Logger()
metrics = measures.metrics()
settings = Settings.read(os.environ)
transcript = Transcript(aws.client("dynamodb", _READ_TIMEOUT_SECONDS, attempts=1), settings.message_table)
quarantine = Quarantine(aws.client("s3", _READ_TIMEOUT_SECONDS), settings.bucket)


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Erases what the messages of a queue name; names those that are not done, for a later delivery."""
    metrics.add_metadata("xray_trace_id", measures.trace_id())
    messages = event["Records"]
    left = [one for one in messages if not _is_erased(one, context)]
    metrics.add_metric("Erased", MetricUnit.Count, len(messages) - len(left))
    return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in left]}


def _is_erased(message: Message, context: Any) -> bool:
    if context.get_remaining_time_in_millis() < _ERASURE_MILLISECONDS:
        return False
    try:
        _erase(Removal.from_json(message["body"]))
    except Exception as error:
        logger.error("A session can't be erased", messageId=message["messageId"], **fault(error))
        return False
    return True


def _erase(removal: Removal) -> None:
    transcript.erase(removal.transcript)
    quarantine.erase(removal.session_id, removal.sequence_number)
