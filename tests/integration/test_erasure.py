"""A session that is forgotten, or that expires, leaves nothing behind in the system."""

import json
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from facebook_session import aws
from facebook_session.store import SessionStore
from local import seed
from operate.bucket import UndeliveredBucket
from operate.forget import Outcome, forget
from operate.notifier import Notifier
from operate.sessions import Sessions
from session_api import app as api
from session_notifier import app as notifier
from tests.integration.requests import operation, read
from tests.integration.test_redrive import BUCKET, Functions, give_up
from tests.system import System

OTHER = "0000Na9B26EF0040"


@pytest.fixture
def talked(session: System) -> System:
    """The system with two sessions, each with a message, an announcement in quarantine and one that was given up on."""
    versioned = {"Status": "Enabled"}
    boto3.client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=versioned)
    seed.create_session(boto3.client, session.table, OTHER)
    for session_id in (seed.PAGE_SESSION, OTHER):
        operation("SendMessage", session_id, text="Hello")
    records = session.records()
    for _ in range(2):  # so that there are older versions too
        session.deliver([spoilt(one) for one in records])
    give_up(records, "both", as_text=True)
    give_up([one for one in records if session_of(one) == seed.PAGE_SESSION], "own", as_text=False)
    return session


def spoilt(record: dict[str, Any]) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(record))
    copy["dynamodb"]["NewImage"]["state"] = {"S": "Lost"}
    return copy


def session_of(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["Keys"]["id"]["S"])


def run(system: System, wait: Callable[[float], None] = lambda _: None, *, broken: bool = False) -> Outcome:
    sessions = Sessions(boto3.resource("dynamodb").Table(system.table))
    bucket = UndeliveredBucket(boto3.client("s3"), BUCKET)
    return forget(sessions, bucket, Notifier(Functions(broken=broken), "notifier"), seed.PAGE_SESSION, wait)


def held() -> dict[str, set[str]]:
    """Of which sessions there are items, messages, and records in any version of an object in the bucket."""
    dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
    versions = s3.list_object_versions(Bucket=BUCKET).get("Versions", ())
    texts = [
        s3.get_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"])["Body"].read().decode()
        for one in versions
    ]
    return {
        "items": {one["id"]["S"] for one in dynamodb.scan(TableName="sessions")["Items"]},
        "messages": {one["sessionId"]["S"] for one in dynamodb.scan(TableName="messages")["Items"]},
        "bucket": {one for one in (seed.PAGE_SESSION, OTHER) for text in texts if one in text},
    }


def everywhere(*session_ids: str) -> dict[str, set[str]]:
    return {place: {*session_ids} for place in ("items", "messages", "bucket")}


def test_a_session_that_is_forgotten_leaves_nothing_and_others_stay(talked: System) -> None:
    assert held() == everywhere(seed.PAGE_SESSION, OTHER)
    assert run(talked) == Outcome(existed=True, erased=True)
    assert held() == everywhere(OTHER)
    assert read("/v2/me/facebooksessions/{id}")[0] == 404
    assert len(UndeliveredBucket(boto3.client("s3"), BUCKET).records("aws/lambda/both")) > 0


def test_a_message_that_was_under_way_is_gone_too(talked: System) -> None:
    late = [(seed.PAGE_SESSION, {"index": 2, "text": "late"})]
    assert run(talked, lambda _seconds: api.transcript.add(late)).erased
    assert held()["messages"] == {OTHER}


def test_it_waits_for_longer_than_a_request_can_be_under_way_also_when_it_is_repeated(talked: System) -> None:
    waited: list[float] = []
    assert run(talked, waited.append) == Outcome(existed=True, erased=True)
    assert run(talked, waited.append) == Outcome(existed=False, erased=True)
    assert waited == [30, 30]


def test_where_the_notifier_fails_it_says_so_and_can_be_repeated(talked: System) -> None:
    assert run(talked, broken=True) == Outcome(existed=True, erased=False)
    assert run(talked) == Outcome(existed=False, erased=True)
    assert held() == everywhere(OTHER)


def test_where_the_notifier_sets_the_removal_aside_the_session_is_not_erased(
    talked: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(notifier, "transcript", lambda: None)
        assert run(talked) == Outcome(existed=True, erased=False)
    assert run(talked) == Outcome(existed=False, erased=True)
    assert held() == everywhere(OTHER)


# ------------------------------------------------------------------ expiry
@pytest.mark.parametrize(
    ("name", "days", "expires"), [("Complete", 30, True), ("Complete", 0, False), ("Leave", 30, False)]
)
def test_a_session_expires_so_many_days_after_its_end(
    session: System, monkeypatch: pytest.MonkeyPatch, name: str, days: int, expires: bool
) -> None:
    monkeypatch.setattr(api, "store", SessionStore(aws.client("dynamodb", 2), session.table, days))
    assert operation(name)[0] == 200
    at = session.item().get("expiresAt")
    assert (at is not None) is expires
    assert at is None or abs(int(at["N"]) - time.time() - days * 86_400) < 60


def test_what_dynamodb_removes_is_erased_by_the_notifier(talked: System) -> None:
    """An expired session is deleted by DynamoDB itself, which the stream tells like any other removal."""
    boto3.client("dynamodb").delete_item(TableName=talked.table, Key={"id": {"S": seed.PAGE_SESSION}})
    assert talked.deliver(talked.records()[-1:]) == {"batchItemFailures": []}
    assert held()["messages"] == {OTHER}
    assert not [key for key in talked.quarantined() if f"/{seed.PAGE_SESSION}/" in key]
