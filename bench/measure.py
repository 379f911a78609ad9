"""What the measurements share: the stub, rounds in turn, quantiles."""

import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}
FUNCTIONS: Final = CREDENTIALS | {
    "SESSION_TABLE": "sessions",
    "MESSAGE_TABLE": "messages",
    "SETTING_TABLE": "settings",
    "DESKTOP_TABLE": "desktops",
    "HOLD_SECONDS": "25",
    "HELD_CONNECTS": "500",
    "AGENT_POOL": "us-east-1_agents",
    "API_DOMAIN": "execute-api.us-east-1.amazonaws.com",
    "ALLOWED_ORIGINS": "",
    "DISPOSITION_KEY": "DispositionCode",
    "PERSONAL_DATA": "include",
    "RETENTION_DAYS": "0",
    "UNDELIVERED_BUCKET": "undelivered",
    "REMOVAL_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/000000000000/removals",
    "NOTIFICATION_TOPIC_ARN": "arn:aws:sns:us-east-1:000000000000:notifications",
    "PUBLIC_URL": "http://localhost:8080/api/v2",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Bench",
    "STACK_NAME": "bench",
}


@contextlib.contextmanager
def stub(delay_seconds: float) -> Iterator[None]:
    """A stub of AWS, and an environment in which boto3 and the functions call it."""
    command = [sys.executable, str(ROOT / "bench/stub.py"), str(delay_seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            port = process.stdout.readline().strip()
            os.environ.update(FUNCTIONS | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"})
            yield
        finally:
            os.environ.pop("AWS_ENDPOINT_URL", None)
            process.terminate()


def in_turn(rounds: int, sides: Mapping[str, Callable[[], float | None]]) -> dict[str, list[float]]:
    """Seconds of each side, measured in turn, so that the machine's moods meet all alike.

    A side that returns seconds has measured them itself. What functions print goes nowhere.
    """
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        for _ in range(rounds):
            for name, side in sides.items():
                start = time.perf_counter()
                own = side()
                seconds[name].append(time.perf_counter() - start if own is None else own)
    return seconds


def quantile(seconds: list[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


def against(ours: list[float], bare: list[float], percent: int) -> dict[str, Any]:
    """A quantile of both sides in milliseconds, and their ratio."""
    mine, theirs = quantile(ours, percent), quantile(bare, percent)
    return {"ours_ms": round(mine * 1000, 3), "bare_ms": round(theirs * 1000, 3), "ratio": round(mine / theirs, 3)}
