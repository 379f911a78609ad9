"""What could not be announced lies in the bucket, whole; redrive announces it, in order, and leaves nothing."""

import io
import json
from typing import Any

import pytest

from facebook_session.removal import Removal
from local import seed
from operate.bucket import UndeliveredBucket
from operate.dead_letter_queue import DeadLetterQueue
from operate.notifier import Notifier
from operate.redrive import Outcome, redrive
from operate.sessions import Sessions
from session_eraser import app as eraser
from session_notifier import app as notifier
from tests.clients import client, resource
from tests.integration.requests import by_system, creation, operation
from tests.system import CONTEXT, System, body

BUCKET = "undelivered"


class Functions:
    """Lambda, with notifier and eraser in this process. One that is `broken` ends with an error."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken

    def invoke(self, **call: Any) -> dict[str, Any]:
        if self.broken:
            return {"FunctionError": "Unhandled", "Payload": io.BytesIO(b"{}")}
        function = {"notifier": notifier, "eraser": eraser}[call["FunctionName"]]
        answer = function.lambda_handler(json.loads(call["Payload"]), CONTEXT)
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


class Refusing:
    """An SNS client that will never take what has the `text` in it, until it is `mended`: a session's fourth change."""

    def __init__(self, client: Any, text: str = '"referenceId":35,') -> None:
        self._client = client
        self._text = text
        self.mended = False

    def publish_batch(self, **call: Any) -> Any:
        entries = call["PublishBatchRequestEntries"]
        refused = [] if self.mended else [one for one in entries if self._text in one["Message"]]
        accepted = [one for one in entries if one not in refused]
        answer = self._client.publish_batch(**call | {"PublishBatchRequestEntries": accepted}) if accepted else {}
        failed = [{"Id": one["Id"], "Code": "InvalidParameter", "SenderFault": True} for one in refused]
        return {"Successful": answer.get("Successful", []), "Failed": failed}


@pytest.fixture
def topic(system: System, monkeypatch: pytest.MonkeyPatch) -> Refusing:
    """The topic of a system in which the page's session was changed three times, and nothing was announced yet."""
    versioned = {"Status": "Enabled"}
    client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=versioned)
    seed.create_session(client, system.table)
    for disposition in "ABC":
        operation("SetDisposition", disposition=disposition)
    fake = Refusing(notifier.publisher._client)
    monkeypatch.setattr(notifier.publisher, "_client", fake)
    return fake


def run(functions: Functions | None = None) -> Outcome:
    return redrive(
        Sessions(resource("dynamodb").Table("sessions")),
        UndeliveredBucket(client("s3"), BUCKET),
        Notifier(functions or Functions(), "notifier"),
    )


def give_up(records: list[dict[str, Any]], name: str, *, as_text: bool) -> None:
    """What the stream's mapping puts into the bucket for a batch."""
    payload = {"Records": records}
    body = {"version": "1.0", "payload": json.dumps(payload) if as_text else payload}
    client("s3").put_object(Bucket=BUCKET, Key=f"aws/lambda/{name}", Body=json.dumps(body).encode())


def numbers(system: System) -> list[str]:
    return [one["MessageAttributes"]["referenceId"]["StringValue"] for one in system.notifications()]


def test_what_lay_in_quarantine_is_announced_with_its_own_event_id(system: System, topic: Refusing) -> None:
    assert system.deliver(system.records()) == {"batchItemFailures": []}
    assert numbers(system) == ["33", "34", "36"]
    topic.mended = True
    assert run() == Outcome(records=1, orphaned=0, left=0, stopped=False)
    (message,) = system.notifications()
    assert message["MessageAttributes"]["eventId"]["StringValue"] == f"{seed.PAGE_SESSION}#35#1"
    assert run() == Outcome(records=0, orphaned=0, left=0, stopped=False)


def test_what_systems_did_is_announced_late_as_it_would_have_been(
    system: System, topic: Refusing, monkeypatch: pytest.MonkeyPatch
) -> None:
    systems_act()
    records = system.records()
    topic.mended = True
    system.deliver(records)
    in_time = announced(system)
    refusing = Refusing(topic, text="")
    monkeypatch.setattr(notifier.publisher, "_client", refusing)
    assert system.deliver(records) == {"batchItemFailures": []}
    assert system.notifications() == []
    refusing.mended = True
    assert run() == Outcome(records=len(records), orphaned=0, left=0, stopped=False)
    assert announced(system) == in_time
    assert len(in_time) == len(records) + 5


def systems_act() -> None:
    by_system("SendStartTypingNotification")
    by_system("SendMessage", text="Hello?")
    for agent in ("Anna", "Ben", "Ben"):
        by_system("Transfer", targetPath=f"/users/{agent}")
    operation("Reject", user="Ben")
    by_system("Transfer", targetPath="/users/Anna")
    operation("Accept", user="Anna", nickname="Anna")
    by_system("Leave")


def announced(system: System) -> list[tuple[Any, Any]]:
    return [(body(one), one["MessageAttributes"]) for one in system.notifications()]


def test_what_was_set_aside_more_than_once_is_gone_at_once(system: System, topic: Refusing) -> None:
    for _ in range(3):
        system.deliver(system.records())
    system.notifications()
    topic.mended = True
    assert run() == Outcome(records=1, orphaned=0, left=0, stopped=False)
    assert numbers(system) == ["35"]


@pytest.mark.usefixtures("topic")
def test_what_is_not_mended_stays_in_quarantine(system: System) -> None:
    system.deliver(system.records())
    before = system.quarantined()
    assert run() == Outcome(records=1, orphaned=0, left=1, stopped=False)
    assert system.quarantined() == before


@pytest.mark.parametrize("as_text", [True, False])
def test_what_the_stream_gave_up_on_is_announced_in_the_streams_order(
    system: System, topic: Refusing, as_text: bool
) -> None:
    topic.mended = True
    first, *others = system.records()
    give_up(others, "a", as_text=as_text)
    give_up([first], "b", as_text=as_text)
    assert run() == Outcome(records=4, orphaned=0, left=0, stopped=False)
    assert numbers(system) == ["33", "34", "35", "36"]


def test_where_the_notifier_fails_everything_stays(system: System, topic: Refusing) -> None:
    topic.mended = True
    give_up(system.records(), "a", as_text=True)
    assert run(Functions(broken=True)) == Outcome(records=0, orphaned=0, left=1, stopped=True)
    assert numbers(system) == []
    assert run() == Outcome(records=4, orphaned=0, left=0, stopped=False)


def test_a_notifier_that_gets_nowhere_is_not_asked_for_ever(
    system: System, topic: Refusing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "publisher", None)
    give_up(system.records(), "a", as_text=True)
    assert run() == Outcome(records=0, orphaned=0, left=1, stopped=True)
    assert topic.mended is False


def test_what_is_of_a_session_that_was_removed_is_not_announced(system: System, topic: Refusing) -> None:
    topic.mended = True
    seed.create_session(client, system.table, "other")
    records = system.records()
    give_up(records, "a", as_text=True)
    client("dynamodb").delete_item(TableName=system.table, Key={"id": {"S": seed.PAGE_SESSION}})
    assert run() == Outcome(records=1, orphaned=4, left=0, stopped=False)
    (message,) = system.notifications()
    assert message["MessageAttributes"]["sessionId"]["StringValue"] == "other"


def test_a_removal_that_was_given_up_on_is_carried_out(system: System, topic: Refusing) -> None:
    topic.mended = True
    operation("SendMessage", text="Hello")
    client("dynamodb").delete_item(TableName=system.table, Key={"id": {"S": seed.PAGE_SESSION}})
    give_up(system.records(), "a", as_text=True)
    assert run() == Outcome(records=1, orphaned=5, left=0, stopped=False)
    assert system.erase() == []
    assert client("dynamodb").scan(TableName="messages")["Items"] == []


def test_what_is_of_a_session_whose_id_was_used_again_is_not_announced(system: System, topic: Refusing) -> None:
    topic.mended = True
    give_up(system.records(), "a", as_text=True)
    client("dynamodb").delete_item(TableName=system.table, Key={"id": {"S": seed.PAGE_SESSION}})
    creation(id=seed.PAGE_SESSION, customer={"nickname": "x"}, agent={"userName": seed.PAGE_AGENT})
    give_up(system.records()[-1:], "b", as_text=True)
    assert run() == Outcome(records=1, orphaned=4, left=0, stopped=False)
    assert numbers(system) == ["1"]


def test_removals_that_could_not_be_carried_out_come_back_to_the_queue(system: System) -> None:
    sqs = client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    letters = [Removal(f"session-{number}", f"session-{number}").to_json() for number in range(25)]
    for one in letters:
        sqs.send_message(QueueUrl=dead, MessageBody=one)
    assert DeadLetterQueue(sqs, dead, system.removals_url).redrive() == 25
    assert DeadLetterQueue(sqs, dead, system.removals_url).redrive() == 0
    back: list[str] = []
    while got := sqs.receive_message(QueueUrl=system.removals_url, MaxNumberOfMessages=10).get("Messages"):
        back += [one["Body"] for one in got]
    assert sorted(back) == sorted(letters)


class Counting(Functions):
    """Counts what it is called with."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def invoke(self, **call: Any) -> dict[str, Any]:
        self.sizes.append(len(call["Payload"]))
        return super().invoke(**call)


def test_what_is_too_large_for_one_call_goes_in_several(system: System, topic: Refusing) -> None:
    topic.mended = True
    records = system.records()
    for record in records:
        record["dynamodb"]["OldImage"] = {"large": {"S": "ä" * 1_000_000}}
        record["dynamodb"]["NewImage"] |= {"photo": {"S": "ä" * 1_000_000}}
    give_up(records, "a", as_text=True)
    functions = Counting()
    assert run(functions).records == 4
    assert len(functions.sizes) > 1
    assert max(functions.sizes) <= 6 * 1024 * 1024
