"""A batch of the stream is announced in order; what is not wholly published is delivered again, and nothing is lost."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facebook_session.changes import formatted
from facebook_session.quarantine import Quarantine
from facebook_session.removal import Removal
from session_notifier import app, publisher
from session_notifier.publisher import Publisher
from session_notifier.removals import Removals
from tests.unit.bucket import FakeBucket
from tests.unit.builders import SESSION_ID, FakeSNS, Verdict, disposition_set, event_id, record, session

CUSTOMER_ALONE = session()["participants"][1:]
NO_NEW_IMAGE = {"eventID": "event-9", "eventName": "MODIFY", "dynamodb": {"SequenceNumber": "9"}}


class Context:
    """Lambda's context, with the milliseconds that remain at each look at the clock; the last one stays."""

    def __init__(self, *remaining: int) -> None:
        self.remaining = [*remaining]

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining.pop(0) if len(self.remaining) > 1 else self.remaining[0]


@pytest.fixture(autouse=True)
def _no_pauses(pauses: list[float]) -> None:
    """Repeats come at once."""


@pytest.fixture
def sns(monkeypatch: pytest.MonkeyPatch) -> FakeSNS:
    fake = FakeSNS()
    monkeypatch.setattr(app, "publisher", Publisher(fake, "topic"))
    return fake


class FakeTranscript:
    """The transcripts that there are: key, index and text of each message."""

    def __init__(self) -> None:
        self.messages: set[tuple[str, int, str]] = set()

    def add(self, messages: Iterable[tuple[str, dict[str, Any]]]) -> None:
        self.messages |= {(key, message["index"], message["text"]) for key, message in messages}


class FakeSQS:
    """The eraser's queue. It raises `failure`, and leaves the removals of `refused` sessions out."""

    def __init__(self) -> None:
        self.removals: list[Removal] = []
        self.sizes: list[int] = []
        self.failure: Exception | None = None
        self.refused: set[str] = set()

    def send_message_batch(self, **call: Any) -> dict[str, Any]:
        assert call["QueueUrl"] == "queue"
        if self.failure:
            raise self.failure
        entries = {one["Id"]: Removal.from_json(one["MessageBody"]) for one in call["Entries"]}
        assert len(entries) == len(call["Entries"]) <= 10
        accepted = {name: one for name, one in entries.items() if one.session_id not in self.refused}
        self.removals += accepted.values()
        self.sizes.append(len(entries))
        failed = [{"Id": name, "Code": "InternalError"} for name in entries.keys() - accepted.keys()]
        return {"Successful": [{"Id": name} for name in accepted]} | ({"Failed": failed} if failed else {})


@pytest.fixture(autouse=True)
def transcript(monkeypatch: pytest.MonkeyPatch) -> FakeTranscript:
    fake = FakeTranscript()
    monkeypatch.setattr(app, "transcript", lambda: fake)
    return fake


@pytest.fixture(autouse=True)
def queue(monkeypatch: pytest.MonkeyPatch) -> FakeSQS:
    fake = FakeSQS()
    monkeypatch.setattr(app, "removals", lambda: Removals(fake, "queue"))
    return fake


@pytest.fixture(autouse=True)
def bucket(monkeypatch: pytest.MonkeyPatch) -> FakeBucket:
    fake = FakeBucket()
    monkeypatch.setattr(app, "quarantine", lambda: Quarantine(fake, "bucket"))
    return fake


def deliver(records: Iterable[dict[str, Any]], *remaining: int) -> list[str]:
    """The sequence numbers that are reported as failed."""
    answer = app.lambda_handler({"Records": [*records]}, Context(*(remaining or (300_000,))))
    assert answer.keys() == {"batchItemFailures"}
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def batch(session_ids: str) -> list[dict[str, Any]]:
    """One change a letter. Record number n makes the n-th change of its session, numbered by it in the `eventId`."""
    return [disposition_set(one, number, number) for number, one in enumerate(session_ids, start=1)]


def refusing(*event_ids: str) -> Verdict:
    return lambda event_id, _attempt: "refused" if event_id in event_ids else "accepted"


# ------------------------------------------------------------------ what is announced
def test_a_disposition_that_was_set_is_announced_to_the_topic(sns: FakeSNS) -> None:
    after = session(userData={"DispositionCode": "IssueResolved"}, referenceId=34)
    assert deliver([record(session(), after)]) == []
    (entry,) = sns.entries
    message = json.loads(entry["Message"])
    assert message["referenceId"] == 34
    assert message["facebooksession"]["userData"] == {"DispositionCode": "IssueResolved"}
    assert message["facebooksession"]["uri"] == f"http://localhost:8080/api/v2/facebooksessions/{SESSION_ID}"
    assert message["notificationType"] == "PropertiesUpdated"


def test_a_session_that_was_created_is_announced(sns: FakeSNS) -> None:
    assert deliver([record(None, session(state="Invited", referenceId=1))]) == []
    assert [json.loads(entry["Message"])["notificationType"] for entry in sns.entries] == ["StatusChange"]


def test_a_session_that_was_removed_is_not_announced(sns: FakeSNS) -> None:
    assert deliver([record(session(), None)]) == []
    assert sns.batches == []


def test_a_removal_does_not_stand_in_the_way_of_what_follows(sns: FakeSNS) -> None:
    assert deliver([record(session(), None, 1), *batch("ab")]) == []
    assert sns.published == ["a#1#1", "b#2#1"]


def test_a_change_that_nobody_sees_is_done_without_a_call(sns: FakeSNS) -> None:
    assert deliver([record(session(), session(updatedAt="later"))]) == []
    assert sns.batches == []


def test_what_else_a_session_holds_is_not_even_read(sns: FakeSNS) -> None:
    one = disposition_set("a", 1, 1)
    for name in ("OldImage", "NewImage"):
        one["dynamodb"][name]["photo"] = {"B": "AA=="}
    assert deliver([one]) == []
    assert sns.published == ["a#1#1"]


def test_an_empty_batch_is_done(sns: FakeSNS) -> None:
    assert deliver([]) == []
    assert sns.batches == []


def test_the_notifications_of_one_change_are_published_in_their_order(sns: FakeSNS) -> None:
    after = session(state="LeftChat", participants=CUSTOMER_ALONE, comment="x", referenceId=34)
    assert deliver([record(session(), after)]) == []
    assert sns.batches == [[f"{SESSION_ID}#34#{position}"] for position in (1, 2, 3)]


def test_without_personal_data_a_change_is_announced_by_ids_and_names_of_keys(
    sns: FakeSNS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "settings", replace(app.settings, personal_data=False))
    talked = [{"type": "Text", "timestamp": 1389261492035, "userName": "agent1", "text": "SECRET"}]
    after = session(userData={"Key": "SECRET"}, comment="SECRET", messageCount=1, newMessages=talked, referenceId=34)
    assert deliver([record(session(), after | {"updatedBy": "agent1"})]) == []
    changed, added = sns.entries
    assert not {"agent", "changedBy"} & changed["MessageAttributes"].keys()
    assert changed["MessageAttributes"]["userDataKeys"]["StringValue"] == '["Key"]'
    assert json.loads(changed["Message"])["facebooksession"].keys() == {
        "participants", "state", "id", "capabilities", "uri",
    }  # fmt: skip
    assert json.loads(added["Message"])["messages"][0]["from"] == {"type": "Agent", "participantId": "009052C73228006D"}
    assert not [name for name in ("SECRET", "TestName", "FirstL", "agent1") if name in json.dumps(sns.entries)]


# ------------------------------------------------------------------ sessions that were removed
REMOVED = record(session(id="gone", transcript="abcd"), None, 9)
UNREADABLE = {"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "9", "OldImage": {"comment": {"S": "SECRET"}}}}


def spoken(session_id: str, number: int, **changes: Any) -> dict[str, Any]:
    """The record of a message."""
    talked = [{"type": "Text", "timestamp": 1389261492035, "userName": "agent1", "text": "Hello"}]
    before = session(id=session_id, **changes)
    return record(before, before | {"messageCount": 1, "newMessages": talked, "referenceId": 34}, number)


def removed(*numbers: int) -> list[dict[str, Any]]:
    """The removals of sessions that are called by these numbers."""
    return [record(session(id=str(number)), None, number) for number in numbers]


def test_the_eraser_is_told_of_a_session_that_was_removed_by_ids_alone(sns: FakeSNS, queue: FakeSQS) -> None:
    assert deliver([*batch("ab"), REMOVED, disposition_set("c", 10, 10)]) == []
    assert sns.published == ["a#1#1", "b#2#1", "c#10#1"]
    assert queue.removals == [Removal("gone", "gone/abcd", "9")]


def test_a_removal_need_not_say_more_than_the_key(queue: FakeSQS) -> None:
    assert deliver([REMOVED | {"dynamodb": {"Keys": {"id": {"S": "gone"}}, "SequenceNumber": "9"}}]) == []
    assert queue.removals == [Removal("gone", "gone", "9")]


@pytest.mark.usefixtures("sns")
def test_a_mass_of_removals_takes_a_call_for_ten(queue: FakeSQS) -> None:
    assert deliver([*removed(*range(1, 26)), *batch("a")]) == []
    assert queue.sizes == [10, 10, 5]
    assert [one.session_id for one in queue.removals] == [str(number) for number in range(1, 26)]


def test_a_removal_waits_for_what_is_announced_before_it(sns: FakeSNS, queue: FakeSQS) -> None:
    sns.verdict = refusing("other#34#1")
    assert deliver([spoken("gone", 5), spoken("other", 6), REMOVED]) == ["6"]
    assert queue.removals == []


@pytest.mark.usefixtures("sns")
def test_messages_are_completed_under_the_key_of_their_session_and_a_removal_is_of_its_own(
    transcript: FakeTranscript, queue: FakeSQS
) -> None:
    """Of two sessions with the same id, one behind the other."""
    first, second = {"transcript": "abcd"}, {"transcript": "efgh"}
    assert deliver([spoken("gone", 5, **first), REMOVED, spoken("gone", 10, **second)]) == []
    assert transcript.messages == {("gone/abcd", 1, "Hello"), ("gone/efgh", 1, "Hello")}
    assert [one.transcript for one in queue.removals] == ["gone/abcd"]


@pytest.mark.usefixtures("sns")
def test_the_transcript_is_whole_also_where_notifications_are_not(
    transcript: FakeTranscript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "settings", replace(app.settings, personal_data=False))
    assert deliver([spoken("a", 1)]) == []
    assert transcript.messages == {("a", 1, "Hello")}


def test_without_the_queue_a_removal_and_what_follows_come_again(sns: FakeSNS, queue: FakeSQS) -> None:
    queue.failure = ConnectionError()
    assert deliver([*batch("ab"), REMOVED, disposition_set("c", 10, 10)]) == ["9"]
    queue.failure = None
    assert deliver([REMOVED, disposition_set("c", 10, 10)]) == []
    assert sns.published == ["a#1#1", "b#2#1", "c#10#1", "c#10#1"]


@pytest.mark.parametrize("failing", [1, 4, 12, 20])
def test_the_first_removal_that_the_queue_leaves_out_comes_again(queue: FakeSQS, failing: int) -> None:
    queue.refused = {str(failing)}
    assert deliver(removed(*range(1, 21))) == [str(failing)]
    assert {str(number) for number in range(1, failing)} <= {one.session_id for one in queue.removals}


def test_a_removal_that_names_no_session_is_set_aside_without_its_values_and_holds_nobody_up(
    sns: FakeSNS, bucket: FakeBucket, queue: FakeSQS
) -> None:
    assert deliver([UNREADABLE, *removed(10), disposition_set("c", 11, 11)]) == []
    assert (sns.published, [one.session_id for one in queue.removals]) == (["c#11#1"], ["10"])
    ((key, content),) = bucket.objects.items()
    assert key == f"quarantine/(none)/{'9'.zfill(40)}.json"
    assert content["Records"] == [UNREADABLE | {"dynamodb": {"SequenceNumber": "9"}}]


def test_without_a_quarantine_such_a_removal_comes_again_and_those_before_it_do_not(
    bucket: FakeBucket, queue: FakeSQS
) -> None:
    bucket.failure = ConnectionError()
    assert deliver([*removed(8), UNREADABLE, *removed(10)]) == ["9"]
    assert [one.session_id for one in queue.removals] == ["8"]


@pytest.mark.usefixtures("sns")
def test_removals_are_sent_only_where_there_is_time(queue: FakeSQS) -> None:
    assert deliver(removed(*range(1, 21)), 15_000, 14_999) == ["11"]
    assert len(queue.removals) == 10


def test_a_delivery_gets_on_behind_a_removal_though_the_topic_is_slow(sns: FakeSNS, queue: FakeSQS) -> None:
    """A round takes 36.5 s at most."""
    assert deliver([REMOVED, *[disposition_set("a", number, 9 + number) for number in (1, 2, 3)]], 54_999, 18_499) == [
        "11"
    ]
    assert (sns.published, [one.session_id for one in queue.removals]) == (["a#1#1"], ["gone"])


# ------------------------------------------------------------------ where the work stops
def test_the_first_record_that_is_not_published_is_reported_and_no_later_one(sns: FakeSNS) -> None:
    sns.verdict = refusing("b#2#1", "d#4#1")
    assert deliver(batch("abcdabcd")) == ["2"]
    assert sns.published == ["a#1#1", "c#3#1"]


def test_a_record_is_not_done_before_its_last_notification(sns: FakeSNS) -> None:
    sns.verdict = refusing(f"{SESSION_ID}#34#2")
    after = session(state="LeftChat", comment="x", referenceId=34)
    assert deliver([record(session(), after)]) == ["1"]
    assert sns.published == [f"{SESSION_ID}#34#1"]


def test_a_record_that_announces_nothing_is_never_the_one_reported(sns: FakeSNS) -> None:
    sns.verdict = refusing("a#3#1")
    silent = record(session(), session(updatedAt="later"), 1)
    assert deliver([silent, record(session(), None, 2), disposition_set("a", 3, 3)]) == ["3"]


@pytest.mark.parametrize(
    "broken",
    [
        NO_NEW_IMAGE,
        record(session(), session(state="Lost", referenceId=34), 9),
        NO_NEW_IMAGE | {"dynamodb": {"SequenceNumber": "9", "NewImage": {"id": {"X": ""}}}},
        {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "9", "NewImage": {}}},
    ],
    ids=["no image", "unknown state", "unknown kind", "empty image"],
)
def test_a_record_that_can_not_be_built_goes_whole_to_quarantine_and_the_work_goes_on(
    sns: FakeSNS, bucket: FakeBucket, broken: dict[str, Any]
) -> None:
    assert deliver([*batch("ab"), broken, disposition_set("c", 10, 10)]) == []
    assert sns.published == ["a#1#1", "b#2#1", "c#10#1"]
    ((key, content),) = bucket.objects.items()
    assert key.startswith("quarantine/")
    assert key.endswith("/" + "9".zfill(40) + ".json")
    assert content["Records"] == [broken]


@pytest.mark.parametrize("position", [1, 2])
def test_a_record_that_the_topic_will_never_take_goes_whole_to_quarantine_and_the_work_goes_on(
    sns: FakeSNS, bucket: FakeBucket, position: int
) -> None:
    sns.verdict = lambda event_id, _attempt: (
        "unpublishable" if event_id == f"{SESSION_ID}#34#{position}" else "accepted"
    )
    poison = record(session(), session(state="LeftChat", comment="x", referenceId=34), 2)
    assert deliver([disposition_set("a", 1, 1), poison, *batch("abc")]) == []
    assert f"{SESSION_ID}#34#{position}" not in sns.published
    assert {"a#1#1", "b#2#1", "c#3#1"} <= {*sns.published}
    assert bucket.objects == {
        f"quarantine/{SESSION_ID}/{'2'.zfill(40)}.json": {"reason": "Unpublishable", "Records": [poison]}
    }


@pytest.mark.parametrize(("keys", "text", "whole"), [(63, "x", True), (64, "x", False), (21, "語", True)], ids=str)
def test_what_is_too_large_for_the_topic_goes_out_reduced_and_in_order(
    sns: FakeSNS, bucket: FakeBucket, keys: int, text: str, whole: bool
) -> None:
    large = session(userData={f"key {number}": text * 4_096 for number in range(keys)}, referenceId=34)
    after = large | {"referenceId": 35, "userData": {}}
    assert deliver([record(session(), large, 1), record(large, after, 2), *batch("b")]) == []
    assert sns.published == [f"{SESSION_ID}#34#1", f"{SESSION_ID}#35#1", "b#1#1"]
    assert bucket.objects == {}
    assert ["reduced" in entry["MessageAttributes"] for entry in sns.entries] == [not whole, False, False]
    assert ("userData" in json.loads(sns.entries[0]["Message"])["facebooksession"]) is whole


@pytest.mark.parametrize("poison", [NO_NEW_IMAGE, disposition_set("p", 9, 9)], ids=["built", "published"])
def test_without_a_quarantine_nothing_is_passed_over(sns: FakeSNS, bucket: FakeBucket, poison: dict[str, Any]) -> None:
    bucket.failure = ConnectionError()
    sns.verdict = lambda event_id, _attempt: "unpublishable" if event_id == "p#9#1" else "accepted"
    assert deliver([*batch("ab"), poison, disposition_set("p", 10, 10)]) == ["9"]
    assert "p#10#1" not in sns.published


def test_a_failure_that_can_pass_comes_before_one_that_can_not(sns: FakeSNS, bucket: FakeBucket) -> None:
    sns.verdict = lambda event_id, _attempt: {"a#1#1": "refused", "b#2#1": "unpublishable"}.get(event_id, "accepted")
    assert deliver(batch("abc")) == ["1"]
    assert bucket.objects == {}


def test_an_error_that_sns_may_take_back_is_no_reason_for_quarantine(sns: FakeSNS, bucket: FakeBucket) -> None:
    sns.verdict = refusing("b#2#1")
    assert deliver([*batch("ab"), NO_NEW_IMAGE]) == ["2"]
    assert [*bucket.objects] == ["quarantine/(none)/" + "9".zfill(40) + ".json"]


def test_a_topic_that_hangs_up_stops_the_work_at_the_window_it_did_not_take(sns: FakeSNS) -> None:
    sns.verdict = lambda event_id, _attempt: "broken" if event_id == "b#4#1" else "accepted"
    assert deliver(batch("ababab")) == ["3"]
    assert sns.published == ["a#1#1", "b#2#1"]


def test_a_topic_that_hangs_up_at_a_repeat_leaves_the_whole_window_to_the_next_delivery(sns: FakeSNS) -> None:
    sns.verdict = lambda event_id, attempt: "accepted" if event_id != "b#2#1" else ["refused", "broken"][attempt - 1]
    assert deliver(batch("ab")) == ["1"]


def test_a_topic_that_hangs_up_at_once_leaves_everything(sns: FakeSNS) -> None:
    sns.verdict = lambda _event_id, _attempt: "broken"
    assert deliver(batch("ab")) == ["1"]
    assert len(sns.batches) == 1


@pytest.mark.parametrize(("remaining", "windows"), [(55_000, 3), (54_999, 1), (0, 1)])
def test_a_round_is_begun_only_where_there_is_time_to_finish_it(sns: FakeSNS, remaining: int, windows: int) -> None:
    assert deliver(batch("aaa"), remaining) == ["2"] * (windows < 3)
    assert len(sns.batches) == windows


@pytest.mark.parametrize(("remaining", "windows"), [(55_000, 3), (54_999, 2)])
def test_both_windows_of_a_round_are_done_where_the_time_runs_out(sns: FakeSNS, remaining: int, windows: int) -> None:
    assert deliver(batch("abcdefghijklma"), remaining) == ["14"] * (windows < 3)
    assert len(sns.batches) == windows


@pytest.mark.parametrize(("poison", "again"), [("c#3#1", "defghijklm"), ("l#12#1", "m")])
def test_what_the_topic_will_never_take_goes_to_quarantine_from_either_window(
    sns: FakeSNS, bucket: FakeBucket, poison: str, again: str
) -> None:
    """What follows it in the round comes again, and what is before it does not."""
    sns.verdict = lambda event_id, _attempt: "unpublishable" if event_id == poison else "accepted"
    sessions = "abcdefghijklm"
    assert deliver(batch(sessions)) == []
    (content,) = bucket.objects.values()
    assert (content["reason"], len(content["Records"])) == ("Unpublishable", 1)
    taken = "".join(one[0] for one in sns.published)
    assert sorted(taken) == sorted(sessions.replace(poison[0], "") + again)


def test_the_clock_is_looked_at_behind_each_round(sns: FakeSNS) -> None:
    assert deliver(batch("aaaaa"), 200_000, 90_000, 30_000, 200_000) == ["4"]
    assert sns.published == ["a#1#1", "a#2#1", "a#3#1"]


def test_time_that_runs_out_behind_the_last_round_leaves_nothing(sns: FakeSNS) -> None:
    assert deliver(batch("ab"), 0) == []
    assert sns.published == ["a#1#1", "b#2#1"]


def test_a_round_fits_into_the_time_that_is_kept_for_it() -> None:
    """botocore pauses for up to 1 s before its second attempt and up to 2 s before its third."""
    call = 3 * (1 + app._READ_TIMEOUT_SECONDS) + 1 + 2
    worst = (1 + len(publisher._PAUSES_SECONDS)) * call + sum(publisher._PAUSES_SECONDS)
    assert worst * 1_000 < app._ROUND_MILLISECONDS


# ------------------------------------------------------------------ delivery after delivery
def delivered(sns: FakeSNS, records: list[dict[str, Any]]) -> None:
    """Delivers a batch as Lambda does: again from the reported record on. The sixth time the topic is well."""
    for delivery in range(6):
        sns.verdict = sns.verdict if delivery < 5 else refusing()
        reported = deliver(records)
        numbers = [one["dynamodb"]["SequenceNumber"] for one in records]
        records = records[numbers.index(reported[0]) :] if reported else []
    assert records == []


@pytest.mark.parametrize("failing", range(1, 13))
def test_a_record_that_fails_holds_its_session_back_until_the_next_delivery(sns: FakeSNS, failing: int) -> None:
    sessions = "abcabacbcaab"
    name = sessions[failing - 1]
    sns.verdict = refusing(f"{name}#{failing}#1")
    assert deliver(batch(sessions)) == [str(failing)]
    assert not [one for one in sns.published if one[0] == name and int(one.split("#")[1]) >= failing]
    sns.verdict = refusing()
    assert deliver(batch(sessions)[failing - 1 :]) == []
    assert {*sns.published} == {f"{one}#{number}#1" for number, one in enumerate(sessions, start=1)}


@settings(max_examples=200)
@pytest.mark.parametrize("entries", [2, 10])
@given(
    st.text("abcde", max_size=30),
    st.lists(st.sampled_from(["accepted"] * 6 + ["refused", "forgotten", "broken"]), min_size=1, max_size=50),
)
def test_deliveries_publish_every_change_and_each_sessions_in_their_order(
    entries: int, sessions: str, fates: list[str]
) -> None:
    sns = FakeSNS(lambda one, attempt: fates[(int(one.split("#")[1]) * 7 + attempt) % len(fates)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "publisher", Publisher(sns, "topic"))
        patch.setattr(publisher, "MAX_WINDOW_ENTRIES", entries)
        patch.setattr("session_notifier.publisher.time.sleep", lambda _: None)
        delivered(sns, batch(sessions))
    for name in "abcde":
        expected = [f"{name}#{number}#1" for number, one in enumerate(sessions, start=1) if one == name]
        first_seen = [*dict.fromkeys(one for one in sns.published if one[0] == name)]
        assert first_seen == expected


# ------------------------------------------------------------------ what is logged
def test_a_batch_leaves_its_counts_in_the_log(sns: FakeSNS, output: Callable[[], str]) -> None:
    sns.verdict = refusing("b#2#1")
    deliver(batch("abcab"))
    (line,) = [json.loads(line) for line in output().splitlines() if '"_aws"' in line]
    assert (sum(line["Published"]), line["RecordsLeft"]) == (1.0, [4.0])


def test_what_was_announced_is_in_the_log_by_its_ids_and_nothing_else_is(
    sns: FakeSNS, output: Callable[[], str]
) -> None:
    sns.verdict = refusing("b#2#1")
    deliver(batch("abcab"))
    deliver([NO_NEW_IMAGE])
    first, second = [line for line in map(json.loads, output().splitlines()) if "_aws" in line]
    assert first["eventIds"] == ["a#1#1"]
    assert second["eventIds"] == []


@pytest.mark.usefixtures("sns")
def test_how_long_the_longest_has_waited_is_measured(
    output: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    monkeypatch.setattr(app, "datetime", SimpleNamespace(now=lambda _zone: now))
    records = batch("aba")
    for seconds, one in zip((9, 3, 1), records, strict=True):
        one["dynamodb"]["NewImage"]["updatedAt"] = {"S": formatted(now - timedelta(seconds=seconds))}
    deliver(records)
    (line,) = [json.loads(line) for line in output().splitlines()]
    assert line["AnnouncedAfter"] == [9_000.0]


def test_a_delivery_leaves_one_line_however_many_rounds_it_takes(sns: FakeSNS, output: Callable[[], str]) -> None:
    deliver(batch("a" * 120))
    (line,) = [json.loads(line) for line in output().splitlines()]
    assert (len(line["eventIds"]), line["Published"], len(sns.batches)) == (120, [120.0], 120)


def test_a_batch_that_went_well_leaves_nothing_to_do(sns: FakeSNS, output: Callable[[], str]) -> None:
    deliver(batch("abcab"))
    (line,) = [json.loads(line) for line in output().splitlines()]
    assert (sum(line["Published"]), line["RecordsLeft"], len(sns.published)) == (5.0, [0.0], 5)


def test_a_record_that_can_not_be_announced_is_logged_by_its_id(sns: FakeSNS, output: Callable[[], str]) -> None:
    deliver([NO_NEW_IMAGE])
    lines = [json.loads(line) for line in output().splitlines()]
    (line,) = [line for line in lines if line.get("level") == "ERROR"]
    assert line | {"message": "A record can't be announced", "eventID": "event-9", "error": "KeyError"} == line
    assert [line["Quarantined"] for line in lines if "_aws" in line] == [[1.0]]
    assert sns.batches == []


def test_both_windows_of_a_round_are_in_the_counts(sns: FakeSNS, output: Callable[[], str]) -> None:
    sns.verdict = refusing("k#11#1")
    deliver(batch("abcdefghijklmab"))
    (line,) = [json.loads(line) for line in output().splitlines() if '"_aws"' in line]
    assert (sum(line["Published"]), line["RecordsLeft"]) == (10.0, [5.0])


def test_a_topic_that_hangs_up_is_logged_by_what_it_raised(sns: FakeSNS, output: Callable[[], str]) -> None:
    sns.verdict = lambda _event_id, _attempt: "broken"
    deliver(batch("a"))
    (line,) = [json.loads(line) for line in output().splitlines() if '"ERROR"' in line]
    assert line | {"message": "Publishing stopped", "error": "ConnectionError"} == line
    assert line["frames"][-1].startswith("builders.py:")


@pytest.mark.parametrize("how", ["accepted", "refused", "forgotten", "broken"])
@pytest.mark.parametrize("state", ["Chatting", "SECRET state"], ids=["sound", "broken"])
def test_the_log_holds_no_value_and_no_name(sns: FakeSNS, output: Callable[[], str], how: str, state: str) -> None:
    sns.verdict = lambda _event_id, _attempt: how
    after = session(userData={"SECRET key": "SECRET value"}, comment="SECRET comment", referenceId=34)
    later = after | {"state": state, "userData": {}, "referenceId": 35}
    deliver([record(session(), after, 1), record(after, later, 2)])
    written = output()
    assert "_aws" in written
    for unwanted in ("SECRET", "TestName", "FirstL", "agent1"):
        assert unwanted not in written


def test_the_topic_gets_every_entry_by_the_event_it_stands_for(sns: FakeSNS) -> None:
    deliver(batch("ab"))
    assert [event_id(entry) for entry in sns.entries] == ["a#1#1", "b#2#1"]
