"""The transcript takes each message once under its index, and shows none behind a gap."""

from typing import Any

import pytest

from facebook_session.attributes import attribute
from facebook_session.errors import Unavailable
from facebook_session.transcript import MESSAGE_ATTRIBUTES, Transcript, kept, new_transcript_id, transcript_key
from tests.unit.builders import client_error, session


class Table:
    """DynamoDB with these messages, which leaves `unprocessed` of each batch undone, or of the first `times`."""

    def __init__(
        self, indexes: list[int] | None = None, unprocessed: dict[str, Any] | None = None, times: int = 100
    ) -> None:
        self._times = times
        self.calls: list[dict[str, Any]] = []
        self._found = [attribute({"sessionId": "s", "index": one, "text": "x"})["M"] for one in indexes or []]
        self._unprocessed = unprocessed or {}

    def batch_write_item(self, **call: Any) -> dict[str, Any]:
        self.calls.append(call)
        return {"UnprocessedItems": self._unprocessed if len(self.calls) <= self._times else {}}

    def query(self, **call: Any) -> dict[str, Any]:
        self.calls.append(call)
        return {"Items": self._found}


def message(index: int) -> dict[str, Any]:
    return {"index": index, "text": "Hello"}


def said(*kinds: str) -> list[dict[str, Any]]:
    return [{"type": kind, "timestamp": 1_389_261_492_035, "userName": "agent1"} for kind in kinds]


def test_sessions_of_the_same_id_have_transcripts_of_their_own() -> None:
    names = {new_transcript_id() for _ in range(100)}
    assert len({transcript_key({"id": "s", "transcript": name}) for name in names}) == 100


def test_a_session_whose_item_names_no_transcript_has_one_under_its_id() -> None:
    assert transcript_key({"id": "s"}) == "s"


def test_what_a_change_added_is_kept_under_the_sessions_key() -> None:
    item = session(id="s", transcript="abcd", messageCount=7, newMessages=said("Text", "PushUrl"))
    assert [(key, message["index"]) for key, message in kept(item)] == [("s/abcd", 6), ("s/abcd", 7)]
    assert [*kept({name: item[name] for name in MESSAGE_ATTRIBUTES if name in item})] == [*kept(item)]


@pytest.mark.parametrize("changes", [{}, {"newMessages": said("TypingStarted")}])
def test_a_change_that_added_none_has_none_to_be_kept(changes: dict[str, Any]) -> None:
    assert [*kept(session(messageCount=7, **changes))] == []


def test_messages_are_put_under_their_transcripts_key_25_at_a_time() -> None:
    table = Table()
    Transcript(table, "messages").add(("s", message(index)) for index in range(1, 61))
    puts = [call["RequestItems"]["messages"] for call in table.calls]
    assert [len(one) for one in puts] == [25, 25, 10]
    assert puts[0][0]["PutRequest"]["Item"] == {"sessionId": {"S": "s"}, "index": {"N": "1"}, "text": {"S": "Hello"}}


def test_a_message_that_comes_twice_in_a_batch_is_put_once() -> None:
    table = Table()
    Transcript(table, "messages").add([("s", message(1)), ("s", message(1)), ("t", message(1))])
    assert len(table.calls[0]["RequestItems"]["messages"]) == 2


def test_what_the_table_leaves_undone_is_no_success() -> None:
    with pytest.raises(Unavailable):
        Transcript(Table(unprocessed={"messages": [{}]}), "messages").add([("s", message(1))])


class Filled:
    """DynamoDB with so many messages of the session `s`, which answers a query in pages of 60."""

    def __init__(self, count: int) -> None:
        self.keys = [{"sessionId": {"S": "s"}, "index": {"N": str(one)}} for one in range(count)]

    def query(self, **call: Any) -> dict[str, Any]:
        assert call["ExpressionAttributeValues"] == {":session": {"S": "s"}}
        return {"Items": self.keys[:60]}

    def batch_write_item(self, **call: Any) -> dict[str, Any]:
        (requests,) = call["RequestItems"].values()
        assert len(requests) <= 25
        for one in requests:
            self.keys.remove(one["DeleteRequest"]["Key"])
        return {}


@pytest.mark.parametrize("count", [0, 1, 25, 130])
def test_a_transcript_is_erased_to_its_last_message(count: int) -> None:
    table = Filled(count)
    Transcript(table, "messages").erase("s")
    assert table.keys == []


def test_a_read_is_one_consistent_query_from_the_index_on() -> None:
    table = Table([3, 4])
    assert [one["index"] for one in Transcript(table, "messages").read("s", 3, 2)] == [3, 4]
    (call,) = table.calls
    assert (call["ConsistentRead"], call["Limit"], call["TableName"]) == (True, 2, "messages")
    assert call["ExpressionAttributeValues"] == {":session": {"S": "s"}, ":start": {"N": "3"}}


@pytest.mark.parametrize(("stored", "shown"), [([1, 2, 4], [1, 2]), ([2, 3], []), ([], [])])
def test_nothing_is_shown_behind_a_message_that_is_still_to_come(stored: list[int], shown: list[int]) -> None:
    assert [one["index"] for one in Transcript(Table(stored), "messages").read("s", 1, 100)] == shown


def test_a_message_shows_nothing_of_how_it_is_stored() -> None:
    assert Transcript(Table([1]), "messages").read("s", 1, 1) == [{"index": 1, "text": "x"}]


class Throttling(Table):
    def query(self, **_: Any) -> dict[str, Any]:
        raise client_error("ThrottlingException")


def test_a_table_that_throttles_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        Transcript(Throttling(), "messages").read("s", 1, 1)


def test_what_dynamodb_left_undone_is_sent_again_by_itself() -> None:
    undone = {"messages": [{"PutRequest": {"Item": {"index": {"N": "2"}}}}]}
    table = Table(unprocessed=undone, times=2)
    Transcript(table, "messages").add([("s", message(1)), ("s", message(2))])
    assert [call["RequestItems"] for call in table.calls[1:]] == [undone, undone]
