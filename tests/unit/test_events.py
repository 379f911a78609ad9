"""Each file in events/ is a real event, and the functions answer it as its name says."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from facebook_session.store import SessionStore
from session_api import app as api
from session_notifier import app as notifier
from session_notifier.publisher import Publisher
from tests.template import ROOT

EVENTS = {path.stem: json.loads(path.read_text()) for path in (ROOT / "events").glob("*.json")}

ANSWERS = {
    "session-api-set-disposition": (200, 0),
    "session-api-set-disposition-default-key": (200, 0),
    "session-api-not-authenticated": (403, 20),
    "session-api-no-permission": (403, 5),
    "session-api-not-json": (400, 2),
    "session-api-unknown-operation": (400, 2),
    "session-api-missing-disposition": (400, 1),
    "session-api-value-out-of-range": (400, 10),
    "session-api-not-found": (404, 6),
}
FIRST_LEFT = {
    "session-notifier-disposition-set": None,
    "session-notifier-session-created": None,
    "session-notifier-broken-record": 1,
}


class Table:
    """Takes every write to the page's session and knows no other."""

    def update_item(self, **request: Any) -> dict[str, Any]:
        if request["Key"] == {"id": {"S": "0000Na9B26EF003M"}}:
            return {"Attributes": {"referenceId": {"N": "34"}}}
        refusal: Any = {
            "Error": {"Code": "ConditionalCheckFailedException"},
            "ResponseMetadata": {"HTTPStatusCode": 400},
        }
        raise ClientError(refusal, "UpdateItem")


class Topic:
    """Takes every entry."""

    def publish_batch(self, **request: Any) -> dict[str, Any]:
        return {"Successful": [{"Id": entry["Id"]} for entry in request["PublishBatchRequestEntries"]]}


def test_every_event_is_tried_here() -> None:
    assert set(EVENTS) == set(ANSWERS) | set(FIRST_LEFT)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_api_answers_as_the_events_name_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "store", SessionStore(Table(), "sessions"))
    answer = api.lambda_handler(EVENTS[name], None)
    assert (answer["statusCode"], json.loads(answer["body"])["statusCode"]) == ANSWERS[name]


@pytest.mark.parametrize("name", FIRST_LEFT)
def test_the_notifier_leaves_only_what_cannot_be_announced(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifier, "publisher", Publisher(Topic(), "topic"))
    context = SimpleNamespace(get_remaining_time_in_millis=lambda: 120_000)
    records, left = EVENTS[name]["Records"], FIRST_LEFT[name]
    expected = [] if left is None else [{"itemIdentifier": records[left]["dynamodb"]["SequenceNumber"]}]
    assert notifier.lambda_handler(EVENTS[name], context) == {"batchItemFailures": expected}
