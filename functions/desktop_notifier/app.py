"""The second Lambda function behind the table's stream. It brings each change to the desktops of who takes part.

What it can't bring it tries again for some minutes, and then gives up: a desktop that may have missed something reads
its sessions anew. The topic knows nothing of it.
"""

import itertools
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import MetricUnit

from desktop_notifier.audience import Body, audience
from desktop_notifier.post import MAX_LETTER_BYTES, News, letters
from desktop_notifier.settings import Settings
from facebook_session import aws, exact_json, measures
from facebook_session.clients import Clients
from facebook_session.faults import fault
from facebook_session.mailboxes import Mailboxes
from facebook_session.notifications import images, impersonal

_READ_TIMEOUT_SECONDS = 2

Record = Mapping[str, Any]

logger = Logger()
metrics = measures.metrics()
settings = Settings.read(os.environ)
_dynamodb = aws.client("dynamodb", _READ_TIMEOUT_SECONDS, attempts=1)
clients = Clients(_dynamodb, settings.table)
mailboxes = Mailboxes(_dynamodb, settings.table)


@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Brings a batch of stream records; all of it again with the next delivery where something fails."""
    metrics.add_metadata("xray_trace_id", measures.trace_id())
    left = event["Records"]
    try:
        _bring(_news(left))
        left = []
    except Exception as error:
        logger.error("Desktops are not reached", **fault(error))
    metrics.add_metric("RecordsLeft", MetricUnit.Count, len(left))
    return {"batchItemFailures": [{"itemIdentifier": one["dynamodb"]["SequenceNumber"]} for one in left[:1]]}


def _news(records: Sequence[Record]) -> Mapping[str, list[News]]:
    """What each agent is to hear, in order. A record that tells nothing is the topic's notifier's to keep."""
    news: dict[str, list[News]] = defaultdict(list)
    for record in records:
        try:
            heard = _heard(record)
        except Exception as error:
            logger.error("A record can't be told to desktops", eventID=record.get("eventID"), **fault(error))
            metrics.add_metric("Untold", MetricUnit.Count, 1)
            continue
        for agent, told in heard.items():
            news[agent] += told
    return news


def _heard(record: Record) -> Mapping[str, list[News]]:
    changed = images(record)
    heard = audience(*changed, settings.public_url) if changed else {}
    number = record["dynamodb"]["SequenceNumber"]
    return {agent: [(number, _text(body)) for body in bodies] for agent, bodies in heard.items()}


def _text(body: Body) -> str:
    """As JSON; without personal data where it is too large for a letter."""
    text = exact_json.unicode(body)
    return text if len(text.encode()) <= MAX_LETTER_BYTES else exact_json.unicode(impersonal(body))


def _bring(news: Mapping[str, Sequence[News]]) -> None:
    """All clients' first letters, then all second ones: what goes at once to DynamoDB has no order."""
    posts = [
        [(agent, one) for one in letters(client.client_id, told)]
        for agent, told in news.items()
        for client in clients.listening(agent)
    ]
    for round_ in itertools.zip_longest(*posts):
        mailboxes.put(filter(None, round_))
    metrics.add_metric("Letters", MetricUnit.Count, sum(map(len, posts)))
