"""The example subscriber on the stack: its copies are exact, whatever it missed."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from local.stack import Stack
from tests.e2e.copies import Subscriber
from tests.e2e.desktop import Desktop
from tests.e2e.published import attributes
from tests.e2e.subscriber import announced, everything, make_session
from tests.e2e.test_redrive import environment
from tests.template import ROOT

NAMES = [f"copied-{number}" for number in range(4)]


def test_the_copies_are_those_of_the_sessions(desktop: Desktop, up: Stack, subscriber: Subscriber) -> None:
    for name in NAMES:
        make_session(up, name)
    with ThreadPoolExecutor(len(NAMES)) as threads:
        [*threads.map(lambda name: talk(desktop, name), NAMES)]
    subscriber.await_exact(*NAMES)
    everything(up)


def talk(desktop: Desktop, name: str) -> None:
    for number in range(6):
        desktop.set_disposition(name, disposition=str(number))
        desktop.operate("SendMessage", name, text=str(number))
        desktop.operate("UpdateUserData", name, userData={"Total": 19.95, "Huge": 1e40, f"key {number}": None})
    desktop.operate("DeleteUserData", name, keys=["key 3"])


def test_a_session_that_was_there_before_is_read(desktop: Desktop, up: Stack, subscriber: Subscriber) -> None:
    with subscriber.deaf():
        make_session(up, "there-before")
    assert "there-before" not in subscriber.copies()
    desktop.operate("SendMessage", "there-before", text="Hello")
    subscriber.await_exact("there-before")
    everything(up)


def test_the_copy_of_a_session_that_is_too_large_for_the_topic_is_exact(
    desktop: Desktop, up: Stack, subscriber: Subscriber
) -> None:
    data = {f"key {number}": {"S": "語" * 4_096} for number in range(24)}
    make_session(up, "large", userData={"M": data})
    desktop.set_disposition("large", disposition="語")
    (message,) = announced(up, 1)
    assert attributes(message)["reduced"] == "size"
    subscriber.await_exact("large")


def test_what_was_put_aside_is_taken_after_its_redrive(desktop: Desktop, up: Stack, subscriber: Subscriber) -> None:
    make_session(up, "put-aside")
    subscriber.await_exact("put-aside")
    sqs, dead = up.client("sqs"), subscriber.outputs["DeadLetterQueueUrl"]
    with subscriber.deaf():
        desktop.set_disposition("put-aside", disposition="x")
        (message,) = announced(up, 1)
    sqs.send_message(QueueUrl=dead, MessageBody=message["Body"], MessageAttributes=message["MessageAttributes"])
    run = subprocess.run(
        [sys.executable, "examples/subscriber/redrive.py", subscriber.name],
        cwd=ROOT, env=environment(up), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout == "Notifications handed to the function again: 1.\n"
    subscriber.await_exact("put-aside")
