"""A session's later notification never overtakes an earlier one, whatever the topic does."""

import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, combinations, pairwise, product
from threading import Barrier, Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facebook_session.notifications import Notification
from session_notifier import publisher
from session_notifier.publisher import Publisher, Unpublishable, Window, rounds
from tests.unit.builders import FakeSNS, Verdict, entry_bytes, event_id, in_a_row, notification

SIX = "abcdef"
SUBSETS = [*chain.from_iterable(combinations(range(6), size) for size in range(7))]
LIMIT = 262_144


def publish(sns: FakeSNS, notifications: Sequence[Notification]) -> list[int]:
    return [*Publisher(sns, "topic").publish(notifications)]


def always(event_ids: set[str], how: str) -> Verdict:
    """Some entries meet the same end at each attempt."""
    return lambda event_id, _attempt: how if event_id in event_ids else "accepted"


def mending(failures: Sequence[int]) -> Verdict:
    """Entry number i is refused `failures[i]` times."""
    return lambda event_id, attempt: "accepted" if attempt > failures[int(event_id[2:])] else "refused"


def windows(notifications: Sequence[Notification]) -> Iterator[Window]:
    """Of all rounds."""
    return chain.from_iterable(rounds(notifications))


def indices(notifications: Sequence[Notification]) -> list[list[int]]:
    return [[*window] for window in windows(notifications)]


# ------------------------------------------------------------------ windows
@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        ("", []),
        ("a", [[0]]),
        ("abc", [[0, 1, 2]]),
        ("aa", [[0], [1]]),
        ("aba", [[0, 1], [2]]),
        ("abab", [[0, 1], [2, 3]]),
        ("abbacb", [[0, 1], [2, 3, 4], [5]]),
        ("abcdefghij", [[*range(10)]]),
        ("abcdefghijk", [[*range(10)], [10]]),
    ],
)
def test_a_window_is_the_longest_run_of_ten_in_which_no_session_appears_twice(
    sessions: str, expected: list[list[int]]
) -> None:
    assert indices(in_a_row(sessions)) == expected


TWENTY = "abcdefghijklmnopqrst"


@pytest.mark.parametrize(
    ("sessions", "expected"),
    [
        ("", []),
        ("aa", [[1], [1]]),
        ("abcdefghij", [[10]]),
        ("abcdefghijk", [[10, 1]]),
        ("abcdefghija", [[10], [1]]),
        ("abcdefghijkabc", [[10, 1], [3]]),
        (TWENTY, [[10, 10]]),
        (TWENTY + "a", [[10, 10], [1]]),
        (TWENTY + "z", [[10, 10], [1]]),
        (TWENTY * 2, [[10, 10], [10, 10]]),
    ],
    ids=str,
)
def test_a_round_is_the_longest_run_of_two_windows_in_which_no_session_appears_twice(
    sessions: str, expected: list[list[int]]
) -> None:
    assert [[*map(len, windows)] for windows in rounds(in_a_row(sessions))] == expected


def of_bytes(session_id: str, size: int) -> Notification:
    (window,) = windows([notification(session_id, 0)])
    return notification(session_id, 0, "x" * (size - entry_bytes(window[0])))


def test_a_window_holds_256_kibibytes() -> None:
    half = LIMIT // 2
    (window,) = windows([of_bytes("a", half), of_bytes("b", half)])
    assert sum(map(entry_bytes, window.values())) == LIMIT


def test_one_byte_more_opens_another_window() -> None:
    assert indices([of_bytes("a", LIMIT // 2), of_bytes("b", LIMIT // 2 + 1)]) == [[0], [1]]


def test_the_room_of_a_window_is_counted_anew_in_each() -> None:
    half = LIMIT // 2
    assert indices([of_bytes(one, half) for one in "abcd"]) == [[0, 1], [2, 3]]


def test_attributes_count_with_their_names_their_types_and_their_values() -> None:
    """Both entries would fit if any one of the three were left out."""
    attributes: dict[str, str | int | list[str]] = {"n" * 10: ["k" * 100], "eventId": "e#1#1"}
    message = json.dumps({"text": ""}, separators=(",", ":"))
    value = json.dumps(["k" * 100], separators=(",", ":"))
    size = len(message + "n" * 10 + "String.Array" + value + "eventId" + "String" + "e#1#1")
    fits, one_more = ("x" * (LIMIT - 2 * size + more) for more in (0, 1))
    for text, expected in ((fits, [[0, 1]]), (one_more, [[0], [1]])):
        assert indices(
            [Notification("a", {"text": text}, attributes), Notification("b", {"text": ""}, attributes)]
        ) == (expected)


def test_text_counts_as_it_is_sent() -> None:
    text = "é👋" * 10_000
    notifications = [notification(one, 0, text) for one in SIX]
    cut = [*windows(notifications)]
    assert max(sum(map(entry_bytes, window.values())) for window in cut) <= LIMIT
    assert [len(window) for window in cut] == [4, 2]


@pytest.mark.parametrize("position", [0, 1, 2])
def test_what_is_too_large_for_any_window_is_reduced_and_takes_its_turn(position: int) -> None:
    notifications = in_a_row("ab")
    notifications.insert(position, of_bytes("z", LIMIT + 1))
    sns = FakeSNS()
    assert publish(sns, notifications) == [3]
    large = sns.entries.pop(position)
    assert (large["Message"], large["MessageAttributes"]["reduced"]["StringValue"]) == ("{}", "size")
    assert large["MessageAttributes"]["eventId"]["StringValue"] == "z#0"
    assert all("reduced" not in entry["MessageAttributes"] for entry in sns.entries)


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("character", ["é", "語", "😀", "\uffff"])
def test_what_fits_in_utf_8_goes_out_whole_and_what_is_a_byte_too_large_reduced(character: str, more: int) -> None:
    (window,) = windows([notification("a", 0)])
    room = LIMIT - entry_bytes(window[0])
    size = 6 if character == "\uffff" else len(character.encode())
    text = character * (room // size) + "x" * (room % size + more)
    (window,) = windows([notification("a", 0, text)])
    assert ("reduced" in window[0]["MessageAttributes"]) is bool(more)
    assert more or entry_bytes(window[0]) == LIMIT


@given(st.lists(st.tuples(st.sampled_from("abcdefghijklmnop"), st.integers(0, 400)), max_size=60))
def test_windows_are_runs_in_order_each_as_long_as_it_may_be(drawn: list[tuple[str, int]]) -> None:
    notifications = [notification(one, number, "x" * size) for number, (one, size) in enumerate(drawn)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publisher, "MAX_WINDOW_BYTES", 1_000)
        all_rounds = [*rounds(notifications)]
    cut = [*chain.from_iterable(all_rounds)]
    assert [index for window in cut for index in window] == [*range(len(notifications))]
    entries = {index: entry for window in cut for index, entry in window.items()}

    def distinct(indexes: Sequence[int]) -> bool:
        return len({notifications[index].session_id for index in indexes}) == len(indexes)

    def fits(window: Sequence[int]) -> bool:
        size = sum(entry_bytes(entries[index]) for index in window)
        return distinct(window) and len(window) <= 10 and (size <= 1_000 or len(window) == 1)

    assert all(fits([*window]) for window in cut)
    assert all(distinct([*chain.from_iterable(one)]) and len(one) <= 2 for one in all_rounds)
    assert not any(fits([*first, min(second)]) for first, second in (one for one in all_rounds if len(one) == 2))
    for one, following in pairwise(all_rounds):
        behind = min(following[0])
        assert not distinct([*chain.from_iterable(one), behind]) or (len(one) == 2 and not fits([*one[-1], behind]))


# ------------------------------------------------------------------ what is sent
def test_an_entry_is_the_message_as_compact_json_in_utf_8_with_typed_attributes() -> None:
    attributes: dict[str, str | int | list[str]] = {
        "state": "Chatting",
        "referenceId": 34,
        "userDataKeys": ["a b", "語"],
    }
    sns = FakeSNS()
    publish(sns, [Notification("a", {"text": "é", "n": [1, None]}, attributes | {"eventId": "a#34#1"})])
    assert sns.entries == [
        {
            "Id": "0",
            "Message": '{"text":"é","n":[1,null]}',
            "MessageAttributes": {
                "state": {"DataType": "String", "StringValue": "Chatting"},
                "referenceId": {"DataType": "Number", "StringValue": "34"},
                "userDataKeys": {"DataType": "String.Array", "StringValue": '["a b","語"]'},
                "eventId": {"DataType": "String", "StringValue": "a#34#1"},
            },
        }
    ]


@pytest.mark.parametrize("session_id", ["a", "x" * 128])
def test_a_fifo_topic_is_told_the_session_and_the_event(session_id: str) -> None:
    calls: list[dict[str, Any]] = []

    class Fifo(FakeSNS):
        def publish_batch(self, **request: Any) -> dict[str, Any]:
            calls.extend(request["PublishBatchRequestEntries"])
            return super().publish_batch(**request | {"TopicArn": "topic"})

    notifications = [notification(session_id, number) for number in (1, 2, 1)]
    assert list(Publisher(Fifo(), "topic.fifo").publish(notifications)) == [1, 2, 3]
    assert {one["MessageGroupId"] for one in calls} == {session_id}
    first, second, again = (one["MessageDeduplicationId"] for one in calls)
    assert first == again != second
    assert len(first) <= 128
    assert len(session_id) > 1 or first == "a#1"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.1"), "0.1"),
        (Decimal("1.5E+3"), "1.5E+3"),
        (Decimal("3.0000000000000000000000000000001"), "3.0000000000000000000000000000001"),
        (10**37, "1" + "0" * 37),
        (True, "true"),
    ],
)
def test_numbers_are_sent_as_numbers(value: object, text: str) -> None:
    (window,) = windows([Notification("a", {"n": value}, {})])
    assert window[0]["Message"] == f'{{"n":{text}}}'


def test_what_json_can_not_say_is_an_error() -> None:
    with pytest.raises((TypeError, ValueError)):
        [*windows([Notification("a", {"n": {1, 2}}, {})])]


# ------------------------------------------------------------------ one window
@pytest.mark.parametrize("how", ["refused", "forgotten"])
@pytest.mark.parametrize("failing", SUBSETS, ids=str)
def test_what_fails_in_a_window_is_tried_twice_more_and_ends_the_work(
    pauses: list[float], failing: tuple[int, ...], how: str
) -> None:
    notifications = in_a_row(SIX)
    ids = [f"{one}#{number}" for number, one in enumerate(SIX)]
    failed = [ids[index] for index in failing]
    sns = FakeSNS(always(set(failed), how))
    assert publish(sns, notifications) == [min(failing, default=6)]
    assert sns.batches == [ids, failed, failed] if failing else [ids]
    assert pauses == ([0.1, 0.4] if failing else [])
    assert sns.published == [one for one in ids if one not in failed]


def test_whatever_mends_itself_within_two_repeats_is_published_and_only_once(pauses: list[float]) -> None:
    """All 4,096 ways in which each of six entries can fail zero to three times."""
    notifications = in_a_row(SIX)
    for failures in product(range(4), repeat=6):
        sns = FakeSNS(mending(failures))
        lost = [index for index, count in enumerate(failures) if count > 2]
        pauses.clear()
        assert publish(sns, notifications) == [min(lost, default=6)]
        assert len(sns.batches) == 1 + min(2, max(failures)) == 1 + len(pauses)
        assert sorted(sns.published) == [f"{SIX[i]}#{i}" for i in range(6) if i not in lost]


@pytest.mark.usefixtures("pauses")
def test_a_repeat_holds_what_failed_and_nothing_else() -> None:
    sns = FakeSNS(lambda one, attempt: "accepted" if attempt > "abc".index(one[0]) else "forgotten")
    assert publish(sns, in_a_row("abc")) == [3]
    assert sns.batches == [["a#0", "b#1", "c#2"], ["b#1", "c#2"], ["c#2"]]


@pytest.mark.usefixtures("pauses")
def test_an_answer_that_names_no_list_at_all_published_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sns = FakeSNS()
    monkeypatch.setattr(sns, "_answer", lambda _: {})
    assert publish(sns, in_a_row("ab")) == [0]
    assert len(sns.batches) == 3


# ------------------------------------------------------------------ window after window
def test_after_each_window_the_published_are_counted_from_the_front() -> None:
    sns = FakeSNS()
    assert publish(sns, in_a_row("abcabaa")) == [3, 5, 6, 7]
    assert sns.published == ["a#0", "b#1", "c#2", "a#3", "b#4", "a#5", "a#6"]


def test_nothing_to_publish_is_no_call_at_all() -> None:
    sns = FakeSNS()
    assert publish(sns, []) == []
    assert sns.batches == []


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("how", ["refused", "forgotten"])
def test_the_first_window_that_fails_is_the_last_even_for_other_sessions(how: str) -> None:
    sns = FakeSNS(always({"b#3"}, how))
    assert publish(sns, in_a_row("abababcd")) == [2, 3]
    assert sns.batches == [["a#0", "b#1"], ["a#2", "b#3"], ["b#3"], ["b#3"]]


def test_a_window_is_sent_only_once_the_one_before_is_asked_for_no_more() -> None:
    sns = FakeSNS()
    work = Publisher(sns, "topic").publish(in_a_row("aaa"))
    assert sns.batches == []
    assert next(work) == 1
    assert sns.batches == [["a#0"]]


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("verdict", [always({"a#1"}, "broken"), lambda _, n: ["broken", "refused"][n % 2]], ids=[1, 2])
def test_what_the_client_raises_ends_the_work(verdict: Verdict) -> None:
    sns = FakeSNS(lambda one, attempt: "accepted" if one == "a#0" else verdict(one, attempt))
    assert publish(sns, in_a_row("aaa")) == [1, 1]
    assert sns.published == ["a#0"]


# ------------------------------------------------------------------ two windows at a time
class TwoAtATime(FakeSNS):
    """Answers a call once there is another one; `first`, if that is named, before or behind the other."""

    def __init__(self, verdict: Verdict, first: str = "") -> None:
        super().__init__(verdict)
        self._both = Barrier(2, timeout=10)
        self._first, self._answered = first, Event()

    def publish_batch(self, **request: Any) -> dict[str, Any]:
        events = {event_id(one) for one in request["PublishBatchRequestEntries"]}
        if max(self._attempts[one] for one in events) == 0:
            self._both.wait()
        if self._first and self._first not in events:
            assert self._answered.wait(10)
        try:
            return super().publish_batch(**request)
        finally:
            if self._first in events:
                self._answered.set()


FIRST_TEN, SECOND_TEN = ([f"{TWENTY[n]}#{n}" for n in range(start, start + 10)] for start in (0, 10))


@pytest.mark.parametrize("first", ["a#0", "k#10"])
def test_both_windows_of_a_round_are_under_way_at_once_and_count_together(first: str) -> None:
    sns = TwoAtATime(lambda *_: "accepted", first)
    assert publish(sns, in_a_row(TWENTY)) == [20]
    assert sorted(sns.batches) == [FIRST_TEN, SECOND_TEN]


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("first", ["a#0", "k#10"])
@pytest.mark.parametrize("how", ["refused", "forgotten", "broken"])
@pytest.mark.parametrize(("failing", "count"), [("c#2", 2), ("m#12", 12), ("k#10", 10), ("t#19", 19)])
def test_behind_a_failure_in_either_window_no_other_begins(failing: str, count: int, how: str, first: str) -> None:
    """Where the call itself fails, so did its window."""
    sns = TwoAtATime(always({failing}, how), first)
    assert publish(sns, in_a_row(TWENTY * 2)) == [count // 10 * 10 if how == "broken" else count]
    assert {*sns.published} == {*FIRST_TEN, *SECOND_TEN} - (
        {failing} if how != "broken" else {*FIRST_TEN} if count < 10 else {*SECOND_TEN}
    )


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("how", ["refused", "broken"])
def test_of_failures_in_both_windows_the_one_in_front_counts(how: str) -> None:
    sns = TwoAtATime(always({"c#2", "m#12"}, how))
    assert publish(sns, in_a_row(TWENTY * 2)) == [0 if how == "broken" else 2]


def test_nothing_is_under_way_where_a_round_has_failed() -> None:
    """The second window takes its time, and the first is refused at once."""
    sns = TwoAtATime(always({"a#0"}, "broken"), first="a#0")
    assert next(Publisher(sns, "topic").publish(in_a_row(TWENTY))) == 0
    assert sns.published == SECOND_TEN


def test_a_window_repeats_what_failed_in_it_alone(pauses: list[float]) -> None:
    sns = TwoAtATime(lambda one, attempt: "accepted" if attempt > (one in {"c#2", "m#12"}) else "refused")
    assert publish(sns, in_a_row(TWENTY)) == [20]
    assert sorted(sns.batches) == sorted([FIRST_TEN, SECOND_TEN, ["c#2"], ["m#12"]])
    assert pauses == [0.1, 0.1]


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize(
    ("fates", "index"),
    [
        ({"c#2": "unpublishable"}, 2),
        ({"m#12": "unpublishable"}, 12),
        ({"c#2": "unpublishable", "m#12": "unpublishable"}, 2),
        ({"c#2": "unpublishable", "m#12": "refused"}, 2),
        ({"c#2": "unpublishable", "m#12": "broken"}, 2),
        ({"c#2": "refused", "m#12": "unpublishable"}, None),
        ({"c#2": "broken", "m#12": "unpublishable"}, None),
    ],
    ids=str,
)
def test_what_the_topic_never_takes_is_told_where_nothing_before_it_failed(
    fates: dict[str, str], index: int | None
) -> None:
    work = Publisher(TwoAtATime(lambda one, _: fates.get(one, "accepted")), "topic").publish(in_a_row(TWENTY))
    counted = next(work)
    if index is None:
        assert [*work] == []
        return
    with pytest.raises(Unpublishable) as raised:
        next(work)
    assert raised.value.index == counted == index


def test_a_window_that_is_alone_needs_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function's first batch is mostly one notification, and waits for nothing."""
    monkeypatch.setattr("session_notifier.publisher.ThreadPoolExecutor.map", lambda *_: pytest.fail("a thread"))
    assert publish(FakeSNS(), in_a_row("aab")) == [1, 3]


@pytest.mark.parametrize("entries", [1, 2, 10])
@given(
    st.lists(st.sampled_from("abcd"), max_size=40),
    st.lists(st.sampled_from(["accepted", "accepted", "accepted", "refused", "forgotten", "broken"]), min_size=1),
)
def test_published_from_the_front_means_published_and_no_session_is_out_of_order(
    entries: int, sessions: list[str], fates: list[str]
) -> None:
    sns = FakeSNS(lambda one, attempt: fates[(int(one[2:]) * 3 + attempt) % len(fates)])
    counted = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("session_notifier.publisher.time.sleep", lambda _: None)
        patch.setattr(publisher, "MAX_WINDOW_ENTRIES", entries)
        for count in Publisher(sns, "topic").publish(in_a_row(sessions)):
            assert count >= counted
            counted = count
    published = [int(one[2:]) for one in sns.published]
    assert {*range(counted)} <= {*published}
    for name in "abcd":
        of_session = [number for number in published if sessions[number] == name]
        everything = [number for number, one in enumerate(sessions) if one == name]
        assert of_session == everything[: len(of_session)]


# ------------------------------------------------------------------ what is logged
def test_what_the_client_raises_is_logged_in_either_window(output: Callable[[], str]) -> None:
    publish(TwoAtATime(always({"a#0", "k#10"}, "broken")), in_a_row(TWENTY))
    lines = [json.loads(line) for line in output().splitlines()]
    assert [(line["message"], line["error"]) for line in lines] == [("Publishing stopped", "ConnectionError")] * 2
    assert "FirstL" not in str(lines)


@pytest.mark.usefixtures("pauses")
def test_a_refusal_is_logged_by_its_codes_alone(output: Callable[[], str]) -> None:
    publish(FakeSNS(always({"a#0", "b#1"}, "refused")), [notification(one, n, "SECRET") for n, one in enumerate("ab")])
    lines = [json.loads(line) for line in output().splitlines()]
    assert [line["codes"] for line in lines] == [["Busy"]] * 3
    assert "SECRET" not in str(lines)
    assert "FirstL" not in str(lines)


def test_success_is_not_worth_a_line(output: Callable[[], str]) -> None:
    publish(FakeSNS(), in_a_row(SIX))
    assert output() == ""


def test_windows_and_entries_agree_on_their_ids() -> None:
    for window in windows(in_a_row("abacab")):
        assert all(entry["Id"] == str(index) and event_id(entry)[2:] == str(index) for index, entry in window.items())
