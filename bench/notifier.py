"""Records a second at 10 ms per call of SNS, of many sessions and of one, against one boto3 `publish` per record."""

import json
from types import SimpleNamespace
from typing import Any, Final

from bench.measure import ROOT, in_turn, quantile, stub

_ROUNDS: Final = 7
_RECORDS: Final = 100
_DELAY_SECONDS: Final = 0.010


def run() -> dict[str, Any]:
    """Records a second in batches of 100 records, of 100 sessions and of one busy session, and their ratios to bare."""
    of_many, of_one = ([_record(number) for number in numbers] for numbers in (range(_RECORDS), [0] * _RECORDS))
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 120_000)
    with stub(_DELAY_SECONDS):
        import boto3

        from session_notifier import app

        bare = boto3.client("sns")
        message = json.dumps(of_one[0])

        def ours(records: list[dict[str, Any]]) -> None:
            assert app.lambda_handler({"Records": records}, context) == {"batchItemFailures": []}

        def plain() -> None:
            for _ in range(_RECORDS):
                bare.publish(TopicArn=app.settings.topic_arn, Message=message)

        sides = {"ours": lambda: ours(of_many), "busy": lambda: ours(of_one), "bare": plain}
        seconds = in_turn(_ROUNDS, sides)
    rates = {side: _RECORDS / quantile(times[1:], 50) for side, times in seconds.items()}
    return {
        **{f"{side}_per_second": round(rate) for side, rate in rates.items()},
        "ratio": round(rates["ours"] / rates["bare"], 2),
        "busy_ratio": round(rates["busy"] / rates["bare"], 2),
    }


def _record(number: int) -> dict[str, Any]:
    """The page's change, of a session of its own."""
    text = (ROOT / "events/session-notifier-disposition-set.json").read_text()
    record: dict[str, Any] = json.loads(text.replace("0000Na9B26EF003M", f"session-{number:08}"))["Records"][0]
    return record
