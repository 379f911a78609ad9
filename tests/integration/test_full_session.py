"""A session whose user data is full still lives its whole life, and everybody hears of it."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest

from facebook_session.attributes import plain
from facebook_session.user_data import DISPOSITION_LIMITS, MAX_BYTES, size
from local import seed
from session_copies.rule import Copy, Notification, follow
from tests.clients import client
from tests.copies import KeptCopies
from tests.integration.requests import operation, read
from tests.system import System, body

OK = (200, {"statusCode": 0})
LONGEST = "\x01" * 4_096
"""A value that takes six bytes a character in JSON."""


def fillers(letter: str) -> Iterator[dict[str, str]]:
    """User data, a key each time, by which a session gets full to the byte."""
    left = MAX_BYTES
    for number in itertools.count():
        key = f"key-{number:03}"
        long, room = {key: letter * 4_096}, left - size({key: ""})
        fits = size(long) + 100 <= left
        some = long if fits else {key: "x" * (room if room <= 4_096 else 4_000)}
        yield some
        left -= size(some)
        if not left:
            return


def fill(letter: str) -> int:
    """How many requests it took."""
    answers = [operation("AttachUserData", userData=some)[:2] for some in fillers(letter)]
    assert answers == [OK] * len(answers)
    return len(answers)


def data(system: System) -> dict[str, Any]:
    return dict(plain(system.item()["userData"]["M"]))


class Sessions:
    """The sessions, to a subscriber."""

    def __init__(self, system: System) -> None:
        self._system = system

    def read(self, _session_id: str) -> Copy:
        item = self._system.item()
        return Copy(int(item["referenceId"]["N"]), data(self._system))


def followed(system: System, messages: list[dict[str, Any]]) -> Iterator[Copy]:
    """The subscriber's copy after each notification."""
    copies = KeptCopies()
    for message in messages:
        attributes = {name: one["StringValue"] for name, one in message["MessageAttributes"].items()}
        position = int(attributes["eventId"].rpartition("#")[2])
        one = Notification(
            seed.PAGE_SESSION, int(attributes["referenceId"]), position, body(message).get("facebooksession")
        )
        follow(one, copies, Sessions(system))
        yield copies.kept[seed.PAGE_SESSION]


@pytest.mark.parametrize("letter", ["a", "語", "😀", "\x01"], ids=["ASCII", "CJK", "emoji", "escaped"])
def test_a_full_session_lives_its_whole_life(session: System, letter: str) -> None:
    count = fill(letter)
    assert size(data(session)) == MAX_BYTES
    assert operation("AttachUserData", userData={"a": 1})[1]["statusCode"] == 10
    life: list[tuple[str, str, dict[str, Any]]] = [
        (seed.PAGE_AGENT, "SendMessage", {"text": letter * 4_096}),
        (seed.PAGE_AGENT, "AddComment", {"comment": letter * 4_096}),
        (seed.PAGE_AGENT, "Transfer", {"targetPath": "/users/Ben"}),
        ("Ben", "Accept", {"nickname": letter * 128}),
        ("Ben", "SendStartTypingNotification", {}),
        ("Ben", "SendUrl", {"url": f"https://example.com/{'x' * 4_076}"}),
        ("Ben", "SetDisposition", {"disposition": LONGEST, "dispositionKey": "k" * 128}),
        ("Ben", "SetDisposition", {"disposition": LONGEST[1:], "dispositionKey": "k" * 128}),
        ("Ben", "AttachUserData", {"userData": {"key-000": "less"}}),
        ("Ben", "Leave", {}),
        ("Ben", "Complete", {"queueName": letter * 128}),
    ]
    for user, name, parameters in life:
        assert operation(name, user=user, **parameters)[:2] == OK, name
    while session.deliver(session.records()[1:])["batchItemFailures"]:
        pass
    messages = session.notifications()
    numbers = [int(one["MessageAttributes"]["referenceId"]["StringValue"]) for one in messages]
    assert {*numbers} == {*range(34, 34 + count + len(life) - 1)}  # typing has no number
    assert numbers == sorted(numbers)
    assert all("reduced" not in one["MessageAttributes"] for one in messages)
    assert session.quarantined() == []
    assert [*followed(session, messages)][-1].user_data == json.loads(json.dumps(data(session)))


def test_there_is_room_for_the_largest_disposition_in_a_full_session(session: System) -> None:
    fill("a")
    assert operation("SetDisposition", disposition=LONGEST, dispositionKey="k" * 128)[:2] == OK
    assert MAX_BYTES < size(data(session)) <= DISPOSITION_LIMITS.bytes


def test_room_that_was_given_back_can_be_taken_again(session: System) -> None:
    fill("a")
    assert operation("AttachUserData", userData={"new": "x" * 4_000})[1]["statusCode"] == 10
    assert operation("DeleteUserData", keys=["key-000"])[:2] == OK
    assert operation("AttachUserData", userData={"new": "x" * 4_000})[:2] == OK
    assert size(data(session)) <= MAX_BYTES


def test_a_session_that_is_too_full_already_can_get_emptier_and_no_fuller(session: System) -> None:
    """Earlier versions had no such bound."""
    large = {f"key-{number:03}": {"S": "x" * 4_000} for number in range(50)}
    client("dynamodb").update_item(
        TableName=session.table,
        Key={"id": {"S": seed.PAGE_SESSION}},
        UpdateExpression="SET userData = :large REMOVE userDataBytes",
        ExpressionAttributeValues={":large": {"M": large}},
    )
    assert operation("AttachUserData", userData={"key-001": "x" * 4_001})[1]["statusCode"] == 10
    assert operation("AttachUserData", userData={"key-001": "x"})[:2] == OK
    assert operation("SendMessage", text="Hello")[:2] == OK
    assert read("/v2/me/facebooksessions/{id}")[0] == 200
