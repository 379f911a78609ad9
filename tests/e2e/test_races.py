"""Many desktops at one session: nothing is lost, nothing is doubled, and nobody sees what is not theirs."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local import seed
from local.http import Answer
from local.stack import Stack
from tests.e2e.desktop import Desktop
from tests.e2e.signer import Signer, in_role
from tests.e2e.subscriber import announced, body, make_session

DESKTOPS, REQUESTS, KEYS = 16, 50, 10
FIRST = 33


def write_all(desktop: Desktop, number: int) -> list[Answer]:
    """Fifty writes to ten keys that no other desktop writes."""
    return [
        desktop.operate("UpdateUserData", "raced", userData={f"k{number}.{key}": count for key in range(KEYS)})
        for count in range(REQUESTS)
    ]


def send_all(desktop: Desktop, number: int) -> list[Answer]:
    return [desktop.operate("SendMessage", "raced", text=f"{number} {count}") for count in range(REQUESTS)]


def transcript(desktop: Desktop, session_id: str) -> Iterator[dict[str, Any]]:
    """All messages, page by page."""
    page = f"/{session_id}/messages"
    while page:
        answer = desktop.read(page).body
        yield from answer["messages"]
        page = answer.get("next", "").partition("/me/facebooksessions")[2]


def test_writes_and_messages_of_32_desktops_at_once(desktop: Desktop, up: Stack) -> None:
    make_session(up, "raced")
    with ThreadPoolExecutor(2 * DESKTOPS) as threads:
        writing = threads.map(lambda number: write_all(desktop, number), range(DESKTOPS))
        sending = threads.map(lambda number: send_all(desktop, number), range(DESKTOPS))
        answers = [one for some in (*writing, *sending) for one in some]
    total = 2 * DESKTOPS * REQUESTS
    assert {answer.status for answer in answers} == {200}
    assert sorted(answer.number for answer in answers) == list(range(FIRST + 1, FIRST + total + 1))
    check_session(desktop, total)
    check_notifications(up, total)


def check_session(desktop: Desktop, total: int) -> None:
    answer = desktop.read("/raced")
    assert answer.number == FIRST + total
    assert answer.body["facebooksession"]["userData"] == {
        f"k{number}.{key}": REQUESTS - 1 for number in range(DESKTOPS) for key in range(KEYS)
    }
    messages = list(transcript(desktop, "raced"))
    assert [message["index"] for message in messages] == list(range(1, DESKTOPS * REQUESTS + 1))
    for number in range(DESKTOPS):
        own = [message["text"] for message in messages if message["text"].startswith(f"{number} ")]
        assert own == [f"{number} {count}" for count in range(REQUESTS)]


def check_notifications(up: Stack, total: int) -> None:
    got = announced(up, total)
    numbers = [int(one["MessageAttributes"]["referenceId"]["StringValue"]) for one in got]
    assert numbers == list(range(FIRST + 1, FIRST + total + 1))
    added = [message["index"] for one in map(body, got) for message in one.get("messages", ())]
    assert added == list(range(1, DESKTOPS * REQUESTS + 1))


def test_after_a_transfer_the_old_agent_finds_nothing(up: Stack) -> None:
    """In a thousand tries around twenty transfers."""
    old, new = (Desktop(up, seed.log_in(up.client, up.outputs, name)) for name in ("Giver", "Taker"))
    sessions = [f"given-{number}" for number in range(20)]
    for session_id in sessions:
        assert seed.create_session(up.client, up.table, session_id, "Giver")
    changes = sum(race_a_transfer(old, session_id) for session_id in sessions)
    assert old.read("").body["uris"] == []
    assert len(new.read("").body["uris"]) == len(sessions)
    announced(up, len(sessions) + changes + 3 * len(sessions))


def race_a_transfer(old: Desktop, session_id: str) -> int:
    """Fifty requests of the old agent around a transfer: what was answered came before it, all else is not found.

    Returns how many of them changed the session.
    """
    with ThreadPoolExecutor(8) as threads:
        before = [threads.submit(attempt, old, session_id, count) for count in range(25)]
        transfer = threads.submit(old.operate, "Transfer", session_id, targetPath="/users/Taker")
        after = [threads.submit(attempt, old, session_id, count) for count in range(25)]
    moved = transfer.result()
    assert moved.status == 200
    tries = [one.result() for one in (*before, *after)]
    assert {one.status for one in tries} <= {200, 404}
    numbers = {one.number for one in tries if one.status == 200}
    assert all(number < moved.number for number in numbers)
    assert {attempt(old, session_id, count).status for count in range(5)} == {404}
    assert old.read(f"/{session_id}/messages").status == 404
    return moved.number - 1 - FIRST


def attempt(desktop: Desktop, session_id: str, count: int) -> Answer:
    """A request of one kind or another; `count` makes it differ from those before it."""
    if count % 4 == 0:
        return desktop.read(f"/{session_id}")
    if count % 4 == 1:
        return desktop.operate("SendMessage", session_id, text="Hello")
    if count % 4 == 2:
        return desktop.operate("UpdateUserData", session_id, userData={"count": count})
    return desktop.operate("SetDisposition", session_id, disposition=str(count))


def test_requests_of_16_desktops_that_are_sent_twice_at_once_are_one_change_each(desktop: Desktop, up: Stack) -> None:
    """In rounds: a name is remembered for 32 further changes, and no repeat may come later than that."""
    make_session(up, "repeated")
    numbers: dict[str, list[int]] = {}
    with ThreadPoolExecutor(2 * DESKTOPS) as threads:
        for count in range(REQUESTS):
            names = [f"{number} {count}" for number in range(DESKTOPS) for _ in range(2)]
            for name, answer in zip(names, threads.map(lambda one: send_named(desktop, one), names), strict=True):
                assert answer.status == 200
                numbers.setdefault(name, []).append(answer.number)
    assert all(first == second for first, second in numbers.values())
    total = DESKTOPS * REQUESTS
    assert sorted(first for first, _ in numbers.values()) == list(range(FIRST + 1, FIRST + total + 1))
    assert sorted(message["text"] for message in transcript(desktop, "repeated")) == sorted(numbers)
    announced(up, total)


def send_named(desktop: Desktop, name: str) -> Answer:
    body = json.dumps({"operationName": "SendMessage", "text": name}).encode()
    return desktop.send("/me/facebooksessions/repeated", body, **{"Idempotency-Key": name.replace(" ", ".")})


SENDERS = 8


def say_all(who: Desktop | Signer, name: str) -> list[Answer]:
    return [who.operate("SendMessage", "two-sided", text=f"{name} {count}") for count in range(REQUESTS)]


def test_messages_of_8_senders_on_each_side_at_once(desktop: Desktop, up: Stack) -> None:
    make_session(up, "two-sided")
    senders: dict[str, Desktop | Signer] = {f"Agent {number}": desktop for number in range(SENDERS)}
    senders |= {f"Customer {number}": in_role(up, "channel") for number in range(SENDERS)}
    with ThreadPoolExecutor(len(senders)) as threads:
        answers = [one for some in threads.map(say_all, senders.values(), senders) for one in some]
    total = len(senders) * REQUESTS
    assert {answer.status for answer in answers} == {200}
    assert sorted(answer.number for answer in answers) == list(range(FIRST + 1, FIRST + total + 1))
    messages = list(transcript(desktop, "two-sided"))
    assert [message["index"] for message in messages] == list(range(1, total + 1))
    for name in senders:
        own = [one for one in messages if one["text"].startswith(f"{name} ")]
        assert [one["text"] for one in own] == [f"{name} {count}" for count in range(REQUESTS)]
        assert {one["from"]["type"] for one in own} == {name.partition(" ")[0]}
    told = [message for one in announced(up, total) for message in body(one)["messages"]]
    assert told == messages
