"""A session that is forgotten, or that expires, leaves nothing behind in the system."""

import json
import time
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from facebook_session.attributes import plain
from facebook_session.store import SessionStore
from facebook_session.transcript import kept
from local import seed
from operate.bucket import UndeliveredBucket
from operate.eraser import Eraser
from operate.forget import Outcome, Wait, forget
from operate.sessions import Item, Sessions
from session_api import app as api
from session_eraser import app as eraser
from session_notifier import app as notifier
from session_notifier.removals import Removals
from tests.clients import client, of_functions, resource
from tests.integration.requests import creation, operation, read
from tests.integration.test_redrive import BUCKET, Functions, give_up
from tests.system import System

OTHER = "0000Na9B26EF0040"


@pytest.fixture
def talked(session: System) -> System:
    """The system with two sessions, each with a message, an announcement in quarantine and one that was given up on."""
    versioned = {"Status": "Enabled"}
    client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=versioned)
    seed.create_session(client, session.table, OTHER)
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


def run(
    system: System,
    wait: Wait = lambda *_: None,
    *,
    session_id: str = seed.PAGE_SESSION,
    broken: bool = False,
) -> Outcome:
    sessions = Sessions(resource("dynamodb").Table(system.table))
    bucket = UndeliveredBucket(client("s3"), BUCKET)
    return forget(sessions, bucket, Eraser(Functions(broken=broken), "eraser"), session_id, wait)


def held() -> dict[str, set[str]]:
    """Of which sessions there are items, messages, and records in any version of an object in the bucket."""
    dynamodb, s3 = client("dynamodb"), client("s3")
    versions = s3.list_object_versions(Bucket=BUCKET).get("Versions", ())
    texts = [
        s3.get_object(Bucket=BUCKET, Key=one["Key"], VersionId=one["VersionId"])["Body"].read().decode()
        for one in versions
    ]
    return {
        "items": {one["id"]["S"] for one in dynamodb.scan(TableName="sessions")["Items"]},
        "messages": {one.split("/")[0] for one in transcripts()},
        "bucket": {one for one in (seed.PAGE_SESSION, OTHER) for text in texts if one in text},
    }


def transcripts() -> Counter[str]:
    """How many messages there are, by the keys of their transcripts."""
    return Counter(one["sessionId"]["S"] for one in client("dynamodb").scan(TableName="messages")["Items"])


def remove(system: System, *session_ids: str) -> None:
    """As DynamoDB itself removes sessions that have expired."""
    for session_id in session_ids:
        client("dynamodb").delete_item(TableName=system.table, Key={"id": {"S": session_id}})


def talk(session_id: str, *texts: str) -> None:
    """A new session in which these texts are sent behind the two messages of those who joined."""
    creation(id=session_id, customer={"nickname": "FirstL"}, agent={"userName": seed.PAGE_AGENT})
    operation("Accept", session_id, nickname="TestName")
    for text in texts:
        operation("SendMessage", session_id, text=text)


def everywhere(*session_ids: str) -> dict[str, set[str]]:
    return {place: {*session_ids} for place in ("items", "messages", "bucket")}


def test_a_session_that_is_forgotten_leaves_nothing_and_others_stay(talked: System) -> None:
    assert held() == everywhere(seed.PAGE_SESSION, OTHER)
    assert run(talked) == Outcome(existed=True, erased=True)
    assert held() == everywhere(OTHER)
    assert read("/v2/me/facebooksessions/{id}")[0] == 404
    assert len(UndeliveredBucket(client("s3"), BUCKET).records("aws/lambda/both")) > 0


def test_a_message_that_was_under_way_is_gone_too(talked: System) -> None:
    late = [(seed.PAGE_SESSION, {"index": 2, "text": "late"})]
    assert run(talked, lambda _seconds, _removed: api.transcript.add(late)).erased
    assert held()["messages"] == {OTHER}


def test_it_waits_for_longer_than_a_request_can_be_under_way_also_when_it_is_repeated(talked: System) -> None:
    waited: list[tuple[float, object]] = []

    def wait(seconds: float, removed: Item | None) -> None:
        waited.append((seconds, removed and removed["state"]))

    assert run(talked, wait) == Outcome(existed=True, erased=True)
    assert run(talked, wait) == Outcome(existed=False, erased=True)
    assert waited == [(30, "Chatting"), (30, None)]


def test_where_the_eraser_fails_it_says_so_and_can_be_repeated(talked: System) -> None:
    assert run(talked, broken=True) == Outcome(existed=True, erased=False)
    assert run(talked) == Outcome(existed=False, erased=True)
    assert held() == everywhere(OTHER)


@pytest.mark.parametrize("part", ["transcript", "quarantine"])
def test_where_a_part_can_not_be_erased_the_session_is_not(
    talked: System, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(eraser, part, None)
        assert run(talked) == Outcome(existed=True, erased=False)
    assert run(talked) == Outcome(existed=False, erased=True)
    assert held() == everywhere(OTHER)


def test_what_is_set_aside_meanwhile_is_noticed(talked: System, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(eraser, "quarantine", SimpleNamespace(erase=lambda *_: None))
        assert run(talked) == Outcome(existed=True, erased=False)
    assert run(talked) == Outcome(existed=False, erased=True)


def test_a_session_is_forgotten_whose_removal_the_stream_gave_up_on(session: System) -> None:
    talk("gone", "Hello")
    remove(session, "gone")
    give_up(session.records(), "all", as_text=True)
    assert run(session, session_id="gone", broken=True) == Outcome(existed=False, erased=False)
    assert run(session, session_id="gone") == Outcome(existed=False, erased=True)
    assert transcripts() == {}
    assert not held()["bucket"] - {seed.PAGE_SESSION}


# ------------------------------------------------------------------ expiry
@pytest.mark.parametrize(
    ("name", "days", "expires"), [("Complete", 30, True), ("Complete", 0, False), ("Leave", 30, False)]
)
def test_a_session_expires_so_many_days_after_its_end(
    session: System, monkeypatch: pytest.MonkeyPatch, name: str, days: int, expires: bool
) -> None:
    monkeypatch.setattr(api, "store", SessionStore(of_functions("dynamodb", 2), session.table, days))
    assert operation(name)[0] == 200
    at = session.item().get("expiresAt")
    assert (at is not None) is expires
    assert at is None or abs(int(at["N"]) - time.time() - days * 86_400) < 60


def test_what_dynamodb_removes_is_erased(talked: System) -> None:
    """An expired session is deleted by DynamoDB itself, which the stream tells like any other removal."""
    remove(talked, seed.PAGE_SESSION)
    assert talked.deliver(talked.records()[-1:]) == {"batchItemFailures": []}
    assert talked.erase() == []
    assert held()["messages"] == {OTHER}
    assert not [key for key in talked.quarantined() if f"/{seed.PAGE_SESSION}/" in key]


def test_the_eraser_goes_on_where_it_failed(talked: System, monkeypatch: pytest.MonkeyPatch) -> None:
    remove(talked, seed.PAGE_SESSION)
    talked.deliver(talked.records()[-1:])
    with monkeypatch.context() as patch:
        patch.setattr(eraser, "quarantine", None)
        (left,) = talked.erase()
    client("sqs").send_message(QueueUrl=talked.removals_url, MessageBody=left)
    assert talked.erase() == []
    assert held()["messages"] == {OTHER}
    assert not [key for key in talked.quarantined() if f"/{seed.PAGE_SESSION}/" in key]


def test_a_session_whose_id_is_used_again_takes_nothing_of_the_new_one_along(session: System) -> None:
    """Removal and new session are in one batch, and a change of each can't be announced."""
    talk("again", "old")
    remove(session, "again")
    talk("again", "new", "newer")
    records = [one for one in session.records() if session_of(one) == "again"]
    old, new = records[2], records[6]
    batch = [spoilt(one) if one in (old, new) else one for one in records]
    assert session.deliver(batch) == {"batchItemFailures": []}
    assert sorted(transcripts().values()) == [3, 4]
    assert session.erase() == []
    _, answer, _ = read("/v2/me/facebooksessions/{id}/messages", session_id="again")
    assert [one.get("text") for one in answer["messages"]] == [None, None, "new", "newer"]
    assert [*transcripts().values()] == [4]
    (key,) = session.quarantined()
    assert int(key.split("/")[-1].removesuffix(".json")) == int(new["dynamodb"]["SequenceNumber"])


def test_a_request_that_was_under_way_adds_nothing_to_the_new_session_of_the_id(session: System) -> None:
    talk("again", "old")
    late = session.item("again")
    remove(session, "again")
    talk("again", "new")
    api.transcript.add(kept(plain(late)))
    session.deliver(session.records())
    assert session.erase() == []
    _, answer, _ = read("/v2/me/facebooksessions/{id}/messages", session_id="again")
    assert [one.get("text") for one in answer["messages"]] == [None, None, "new"]
    assert len(transcripts()) == 1


def test_a_session_called_unknown_is_erased_and_records_that_name_none_stay(session: System) -> None:
    talk("unknown", "Hello")
    *_, last = session.records()
    nameless: dict[str, Any] = {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "1"}}
    session.deliver([nameless, spoilt(last)])
    remove(session, "unknown")
    session.deliver(session.records()[-1:])
    assert session.erase() == []
    assert (held()["messages"], session.quarantined()) == (set(), [f"quarantine/(none)/{'1'.zfill(40)}.json"])
    assert run(session, session_id="unknown") == Outcome(existed=False, erased=True)
    assert len(session.quarantined()) == 1


def test_a_mass_of_expiries_costs_the_announcing_ten_calls(session: System, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"expired-{number}" for number in range(100)]
    for name in names:
        seed.create_session(client, session.table, name)
    api.transcript.add((name, {"index": index}) for name in names for index in (1, 2, 3))
    remove(session, *names)
    operation("SetDisposition", disposition="IssueResolved")
    batch = session.records()[-101:]
    queue = Calls(notifier.removals()._client)
    monkeypatch.setattr(notifier, "removals", lambda: Removals(queue, session.removals_url))
    for other in ("transcript", "quarantine"):
        monkeypatch.setattr(notifier, other, None)
    assert session.deliver(batch) == {"batchItemFailures": []}
    assert queue.names == ["send_message_batch"] * 10
    assert len(session.notifications()) == 1
    assert transcripts().total() == 300
    assert session.erase() == []
    assert transcripts() == {}


class Calls:
    """A client of AWS, and what is asked of it."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.names: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.names.append(name)
        return getattr(self._client, name)
