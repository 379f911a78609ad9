"""The Lambda function behind the clock. It tells how much lies undelivered, and for how long.

What came to lie there is told once, when it comes; that it lies there still, nobody else would say.
"""

import os
from datetime import UTC, datetime
from typing import Any, Final

from aws_lambda_powertools.metrics import MetricUnit

from facebook_session import aws, measures
from facebook_session.undelivered import PREFIXES, arrivals
from undelivered_gauge.settings import Settings

_READ_TIMEOUT_SECONDS: Final = 5

metrics = measures.metrics()
settings = Settings.read(os.environ)
s3 = aws.client("s3", _READ_TIMEOUT_SECONDS)


@metrics.log_metrics
def lambda_handler(_event: dict[str, Any], _context: Any) -> None:
    """Counts what lies in the bucket; raises what its client raises, rather than tell of nothing."""
    metrics.add_metadata("xray_trace_id", measures.trace_id())
    came = [one for prefix in PREFIXES for one in arrivals(s3, settings.bucket, prefix)]
    age = (datetime.now(UTC) - min(came)).total_seconds() if came else 0
    metrics.add_metric("Undelivered", MetricUnit.Count, len(came))
    metrics.add_metric("UndeliveredAge", MetricUnit.Seconds, max(0, age))
