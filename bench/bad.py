"""10,000 bad requests to session_api, none of which reaches AWS, against a bare boto3 UpdateItem each."""

import base64
import json
from typing import Any, Final

from bench.measure import ROOT, against, in_turn, stub
from tests.bad_input import bad_bodies

_COUNT: Final = 10_000
_EVENT: Final[dict[str, Any]] = json.loads((ROOT / "events/session-api-set-disposition.json").read_text())


def run() -> dict[str, Any]:
    """p50 and p99 of both sides."""
    with stub(delay_seconds=0):
        import boto3

        from session_api import app

        bodies = bad_bodies(seed=1, count=_COUNT)
        events = [_EVENT | {"body": base64.b64encode(one).decode(), "isBase64Encoded": True} for one in bodies]
        client, waiting = boto3.client("dynamodb"), iter(events)

        def ours() -> None:
            assert app.lambda_handler(next(waiting), None)["statusCode"] in (400, 413)

        def bare() -> None:
            client.update_item(TableName="sessions", Key={"id": {"S": "0000Na9B26EF003M"}})

        seconds = in_turn(_COUNT, {"ours": ours, "bare": bare})
    return {f"p{percent}": against(seconds["ours"], seconds["bare"], percent) for percent in (50, 99)}
