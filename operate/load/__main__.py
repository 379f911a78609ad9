"""The command behind `make load`: drives a stack, says how fast it was, and whether something was lost, doubled or out
of order; then it removes what it has made.
"""

import contextlib
import json
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local import queues, seed
from local.problem import Problem
from operate.load.desktop import Api, Desktop
from operate.load.figures import figures
from operate.load.record import Record
from operate.load.target import NoStack, Target
from operate.load.verdict import Verdict, unannounced, verdict
from operate.sessions import Sessions

_MOST_DESKTOPS: Final = 200
_MOST_SECONDS: Final = 3_600
_LISTENERS: Final = 4
_SHARE_OF_BEGINNING: Final = 1 / 6  # of the time that it lasts
_PATIENCE_SECONDS: Final = 60
_QUIET_SECONDS: Final = 2
_SHOWN: Final = 10


def main() -> int:
    stack, desktops, seconds, rate = sys.argv[1:]
    count = whole("N", desktops, _MOST_DESKTOPS)
    lasting = whole("SECONDS", seconds, _MOST_SECONDS)
    per_second = float(whole("RATE", rate, 10_000)) if rate else count / 2
    try:
        return drive(Target.named(stack), count, lasting, per_second)
    except (NoStack, Problem, BotoCoreError, ClientError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        return 130


def whole(name: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= most):
        sys.exit(f"{name} is a whole number from 1 to {most}: make load N=20 SECONDS=60 RATE=10")
    return int(text)


def drive(target: Target, count: int, seconds: int, rate: float) -> int:
    """The exit code: 0 where all went well."""
    record, stop, heard = Record(), threading.Event(), threading.Event()
    names = [f"load-{secrets.token_hex(4)}-{number}" for number in range(count)]
    topic = target.outputs["NotificationTopicArn"]
    with made(target, names, record), queues.listening(target.client, topic, raw=False) as url:
        print(f"{count} desktops, {rate:g} requests a second, {seconds} s. Ctrl-C ends it earlier.", flush=True)
        works = [desktop(target, name, count / rate, record, stop) for name in names]
        with ThreadPoolExecutor(count + _LISTENERS) as pool, ending(stop, heard):
            ears = [pool.submit(listen, target, url, record, heard) for _ in range(_LISTENERS)]
            working = [pool.submit(one.work, begin(place, count, seconds)) for place, one in enumerate(works)]
            wait(stop, seconds, working, record)
        for one in ears:
            one.result()  # raises what kept it from hearing
    return told(record, verdict(record))


def begin(place: int, count: int, seconds: float) -> float:
    """After how many seconds a desktop begins: one after the other, as agents come, and functions with them."""
    return place * seconds * _SHARE_OF_BEGINNING / count


@contextlib.contextmanager
def ending(*events: threading.Event) -> Iterator[None]:
    """Sets them at its end, whatever happens: threads wait for them."""
    try:
        yield
    finally:
        for one in events:
            one.set()


def wait(stop: threading.Event, seconds: float, working: Sequence[Future[None]], record: Record) -> None:
    """Until all is done and heard of. Ctrl-C ends the work, and once more the listening."""
    with contextlib.suppress(KeyboardInterrupt):
        stop.wait(seconds)
    stop.set()
    with contextlib.suppress(KeyboardInterrupt):
        for one in working:
            one.result()
        await_all(record)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is made is removed now


@contextlib.contextmanager
def made(target: Target, names: list[str], record: Record) -> Iterator[None]:
    """Agents of these names, and afterwards neither they nor the sessions; Ctrl-C does not interrupt that."""
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("Removing sessions and agents", flush=True)
        sessions = Sessions(boto3.resource("dynamodb").Table(target.outputs["SessionTableName"]))
        for session in record.sessions:
            sessions.remove(session)
        cognito = target.client("cognito-idp")
        for name in names:
            with contextlib.suppress(cognito.exceptions.UserNotFoundException):
                cognito.admin_delete_user(UserPoolId=target.outputs["AgentPoolId"], Username=name)


def desktop(target: Target, name: str, interval: float, record: Record, stop: threading.Event) -> Desktop:
    api = Api(target.api, partial(seed.log_in, target.client, target.outputs, name))
    return Desktop(api, name, interval, record, stop)


def listen(target: Target, url: str, record: Record, enough: threading.Event) -> None:
    while not enough.is_set():
        for message in queues.receive(target.client, url, _QUIET_SECONDS):
            record.hear(json.loads(message["Body"]), time.time())


def await_all(record: Record) -> None:
    """Until each change was heard of, or nothing has come for long, and a moment more: what comes twice comes later."""
    count, deadline = 0, time.monotonic() + _PATIENCE_SECONDS
    while unannounced(record) and time.monotonic() < deadline:
        time.sleep(0.5)
        if len(record.heard) > count:
            count, deadline = len(record.heard), time.monotonic() + _PATIENCE_SECONDS
    time.sleep(_QUIET_SECONDS)


def told(record: Record, found: Verdict) -> int:
    first: dict[tuple[str, int], float] = {}
    for one in record.heard.values():
        place = (one.session, one.number)
        first[place] = min(first.get(place, one.at), one.at)
    changes = [(one, first.get((one.session, one.number))) for one in record.answered]
    print(f"Conversations: {record.finished:,} whole, of {len(record.sessions):,} begun.")
    print(*figures("Answers", [one.answered - one.sent for one in record.answered]), sep="\n")
    print(*figures("Notifications, from the request", [at - one.sent for one, at in changes if at]), sep="\n")
    for name, sentences in (("Failed", record.failed), ("Lost", found.lost), ("Doubled", found.doubled)):
        show(name, sentences)
    show("Out of order", found.out_of_order)
    show("Without an answer", sorted(record.unsure))
    return 0 if found.is_good and not record.failed else 1


def show(name: str, sentences: list[str]) -> None:
    print(f"{name}: {len(sentences)}.", *(f"  {one}" for one in sentences[:_SHOWN]), sep="\n")


if __name__ == "__main__":
    sys.exit(main())
