"""A batch of the stream becomes letters for those who listen; what fails comes again, and what is bad is left out."""

import json
from collections.abc import Callable, Iterable
from typing import Any, Final

import pytest

from desktop_notifier import app
from desktop_notifier.post import MAX_LETTER_BYTES
from facebook_session.channels import Client
from facebook_session.errors import Unavailable
from facebook_session.mailboxes import Letter
from tests.unit.builders import Values, disposition_set, record, session

NO_NEW_IMAGE: Final = {"eventID": "event-9", "eventName": "MODIFY", "dynamodb": {"SequenceNumber": "9"}}


class FakeClients:
    def __init__(self, **listening: str) -> None:
        self._listening = listening
        self.asked: list[str] = []

    def listening(self, user_name: str) -> list[Client]:
        self.asked.append(user_name)
        return [Client(one) for one in self._listening.get(user_name, "").split()]


class FakeMailboxes:
    """Keeps the rounds in which letters are put: who gets what at which place."""

    def __init__(self) -> None:
        self.rounds: list[list[tuple[str, Letter]]] = []
        self.failure: Exception | None = None

    def put(self, letters: Iterable[tuple[str, Letter]]) -> None:
        if self.failure:
            raise self.failure
        self.rounds.append([*letters])

    @property
    def letters(self) -> list[Letter]:
        return [letter for one in self.rounds for _, letter in one]


@pytest.fixture(autouse=True)
def clients(monkeypatch: pytest.MonkeyPatch) -> FakeClients:
    fake = FakeClients(agent1="first second", agent2="third")
    monkeypatch.setattr(app, "clients", fake)
    return fake


@pytest.fixture(autouse=True)
def mailboxes(monkeypatch: pytest.MonkeyPatch) -> FakeMailboxes:
    fake = FakeMailboxes()
    monkeypatch.setattr(app, "mailboxes", fake)
    return fake


def deliver(*records: Values) -> list[str]:
    """The sequence numbers that are reported as failed."""
    answer = app.lambda_handler({"Records": [*records]}, None)
    assert answer.keys() == {"batchItemFailures"}
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def told(letter: Letter) -> list[Any]:
    return [json.loads(one) for one in letter.notifications]


def large(number: int, size: int = 200_000) -> Values:
    """A change of a session whose user data are large."""
    before = session(referenceId=number - 1, userData={"key": "x" * size})
    return record(before, before | {"referenceId": number, "userData": {"key": "y" * size}}, number)


def test_each_client_gets_one_letter_with_all_of_the_batch(mailboxes: FakeMailboxes) -> None:
    assert deliver(*(disposition_set("s", number, number) for number in (7, 8, 9))) == []
    ((first, second),) = mailboxes.rounds
    assert [user for user, _ in (first, second)] == ["agent1", "agent1"]
    assert [one.place.split("#")[1] for _, one in (first, second)] == ["first", "second"]
    for _, letter in (first, second):
        assert [one["referenceId"] for one in told(letter)] == [7, 8, 9]
        assert [int(part) for part in letter.place.split("#")[2:]] == [7, 9, 0]


def test_the_second_letters_go_once_all_first_ones_are_there(mailboxes: FakeMailboxes) -> None:
    assert deliver(*map(large, (7, 8, 9))) == []
    assert [[one.place[5:].split("#")[0] for _, one in round_] for round_ in mailboxes.rounds] == [
        ["first", "second"]
    ] * 3
    assert [told(round_[0][1])[0]["referenceId"] for round_ in mailboxes.rounds] == [7, 8, 9]


def test_who_gets_fewer_letters_has_no_part_in_the_later_rounds(mailboxes: FakeMailboxes) -> None:
    of_another = disposition_set("s", 1, 10)
    for one in ("OldImage", "NewImage"):
        of_another["dynamodb"][one]["agents"] = {"SS": ["agent2"]}
    assert deliver(large(7), large(8), of_another) == []
    assert [[user for user, _ in round_] for round_ in mailboxes.rounds] == [
        ["agent1", "agent1", "agent2"],
        ["agent1"] * 2,
    ]


def test_nobody_is_asked_for_where_nothing_is_told(clients: FakeClients, mailboxes: FakeMailboxes) -> None:
    assert deliver(record(session(), session()), record(session(), None)) == []
    assert (clients.asked, mailboxes.rounds) == ([], [])


@pytest.mark.parametrize(("size", "is_whole"), [(MAX_LETTER_BYTES - 2_000, True), (MAX_LETTER_BYTES, False)])
def test_what_has_no_room_in_a_letter_comes_without_personal_data(
    mailboxes: FakeMailboxes, size: int, is_whole: bool
) -> None:
    assert deliver(large(7, size)) == []
    ((one,),) = {tuple(letter.notifications) for letter in mailboxes.letters}
    told = json.loads(one)
    assert (told["referenceId"], told["facebooksession"]["state"]) == (7, "Chatting")
    assert ("userData" in told["facebooksession"]) is is_whole
    assert ("nickname" in told["facebooksession"]["participants"][0]) is is_whole


UNREADABLE: Final = disposition_set("s", 8, 8)
UNREADABLE["dynamodb"]["NewImage"]["userData"] = {"M": {"key": {"SS": ["a", "b"]}}}  # there is no such thing in JSON


@pytest.mark.parametrize("bad", [NO_NEW_IMAGE, UNREADABLE], ids=["no image", "no JSON"])
def test_a_record_that_can_not_be_told_is_counted_and_those_around_it_are_told(
    mailboxes: FakeMailboxes, output: Callable[[], str], bad: Values
) -> None:
    assert deliver(disposition_set("s", 7, 7), bad, disposition_set("s", 9, 9)) == []
    assert [one["referenceId"] for one in told(mailboxes.letters[0])] == [7, 9]
    fault, metrics = map(json.loads, output().splitlines())
    assert (fault["message"], fault["eventID"]) == ("A record can't be told to desktops", bad["eventID"])
    assert (metrics["Untold"], metrics["Letters"]) == ([1.0], [2.0])


@pytest.mark.parametrize("failure", [Unavailable(), ConnectionError("SECRET")], ids=repr)
def test_where_dynamodb_fails_the_whole_batch_comes_again(
    mailboxes: FakeMailboxes, output: Callable[[], str], failure: Exception
) -> None:
    mailboxes.failure = failure
    batch = [disposition_set("s", number, number) for number in (7, 8)]
    assert deliver(*batch) == ["7"]
    written = output()
    assert "SECRET" not in written
    fault, metrics = map(json.loads, written.splitlines())
    assert fault["message"] == "Desktops are not reached"
    assert (metrics["RecordsLeft"], "Letters" in metrics) == ([2.0], False)
    mailboxes.failure = None
    assert deliver(*batch) == []


def test_what_is_brought_again_lies_where_it_lay(mailboxes: FakeMailboxes) -> None:
    batch = [large(7), large(8), disposition_set("s", 9, 9)]
    deliver(*batch)
    once = mailboxes.rounds
    mailboxes.rounds = []
    deliver(*batch)
    assert mailboxes.rounds == once


def test_the_log_has_no_personal_data(output: Callable[[], str]) -> None:
    before = session(userData={"key": "SECRET"})
    deliver(record(before, before | {"referenceId": 34, "comment": "SECRET"}, 34), NO_NEW_IMAGE)
    assert "SECRET" not in output()


def test_the_client_of_dynamodb_repeats_nothing_itself() -> None:
    config = app._dynamodb.meta.config
    assert (config.retries["total_max_attempts"], config.read_timeout) == (1, 2)
