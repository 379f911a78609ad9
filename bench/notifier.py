"""Records a second at 10 ms per call of SNS, against one boto3 `publish` per record."""

import json
from types import SimpleNamespace
from typing import Any, Final

from bench.measure import ROOT, in_turn, quantile, stub

_ROUNDS: Final = 7
_RECORDS: Final = 100
_DELAY_SECONDS: Final = 0.010


def run() -> dict[str, Any]:
    """Records a second of both sides, in batches of 100 records of 100 sessions, and their ratio."""
    records = [_record(number) for number in range(_RECORDS)]
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 120_000)
    with stub(_DELAY_SECONDS):
        import boto3

        from session_notifier import app

        bare = boto3.client("sns")
        message = json.dumps(records[0])

        def ours() -> None:
            assert app.lambda_handler({"Records": records}, context) == {"batchItemFailures": []}

        def plain() -> None:
            for _ in records:
                bare.publish(TopicArn=app.settings.topic_arn, Message=message)

        seconds = in_turn(_ROUNDS, {"ours": ours, "bare": plain})
    rates = {side: _RECORDS / quantile(times[1:], 50) for side, times in seconds.items()}
    return {
        "ours_per_second": round(rates["ours"]),
        "bare_per_second": round(rates["bare"]),
        "ratio": round(rates["ours"] / rates["bare"], 2),
    }


def _record(number: int) -> dict[str, Any]:
    """The page's change, of a session of its own."""
    text = (ROOT / "events/session-notifier-disposition-set.json").read_text()
    record: dict[str, Any] = json.loads(text.replace("0000Na9B26EF003M", f"session-{number:08}"))["Records"][0]
    return record
