"""A warm session_api answers the page's request, against the bare boto3 UpdateItem with the same parameters."""

import json
from typing import Any, Final

from bench.measure import ROOT, against, in_turn, stub

_ROUNDS: Final = 4_000
_WARM_UP: Final = 400


def run() -> dict[str, Any]:
    """p50 and p99 of both sides, and how many calls of AWS a request makes."""
    with stub(delay_seconds=0):
        import boto3

        from session_api import app

        event = json.loads((ROOT / "events/session-api-set-disposition.json").read_text())
        sent = _Recorder(app.store._client)
        bare = boto3.client("dynamodb")

        def ours() -> None:
            assert app.lambda_handler(event, None)["statusCode"] == 200

        def plain() -> None:
            bare.update_item(**sent.parameters)

        taken = in_turn(_ROUNDS, {"ours": ours, "bare": plain})
    warm = {side: seconds[_WARM_UP:] for side, seconds in taken.items()}
    return {
        "p50": against(warm["ours"], warm["bare"], 50),
        "p99": against(warm["ours"], warm["bare"], 99),
        "aws_calls": sent.calls / _ROUNDS,
    }


class _Recorder:
    """Counts a client's calls and keeps the parameters of the last."""

    def __init__(self, client: Any) -> None:
        self.calls = 0
        self.parameters: dict[str, Any] = {}
        client.meta.events.register("provide-client-params.dynamodb.*", self._keep)

    def _keep(self, params: dict[str, Any], **_: Any) -> None:
        self.calls += 1
        self.parameters = params
