"""Where answers of DynamoDB get lost after it has made the change, on the whole stack.

The cases are played side by side, each on a session of its own, and the tests look at what came of them.
"""

import contextlib
import functools
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import pytest

from facebook_session.attributes import plain
from local import seed
from local.http import Answer
from local.stack import Stack
from tests.e2e import functions, published
from tests.e2e.desktop import Desktop
from tests.e2e.proxy import Attempt, Call, Fault, Proxy
from tests.e2e.subscriber import everything

BEFORE: Final = seed.PAGE_REFERENCE_ID
AT_ONCE: Final = 8
REQUESTS: Final = {"SetDisposition": {"disposition": "IssueResolved"}, "SendMessage": {"text": "Hello"}}
DATA: Final = {"SetDisposition": {"DispositionCode": "IssueResolved"}, "SendMessage": {}}
TEXTS: Final[dict[str, list[str]]] = {"SetDisposition": [], "SendMessage": ["Hello"]}
OTHER: Final = {"DispositionCode": "Unclear", "by": "another request"}
UPDATES: Final = (("SetDisposition", "UpdateItem"), ("SendMessage", "UpdateItem"))
TRANSCRIPT: Final = (("SendMessage", "BatchWriteItem"),)
WRITES: Final = (*UPDATES, *TRANSCRIPT)
REFUSE, LATE, DELAY = Fault.REFUSE, Fault.LATE, Fault.DELAY
LOSSES: Final = [one for one in Fault if one not in (REFUSE, LATE)]

Item = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A request, and the faults of the first attempts at one of DynamoDB's operations that it takes.

    `sent` is how: once; again with the same Idempotency-Key once it is answered and another change was made; twice at
    a time, and then again; or so that the other change is made while DynamoDB keeps it waiting, and then again.
    """

    name: str
    operation: str
    faults: tuple[Fault, ...]
    sent: Literal["once", "again", "twice", "overtaken"] = "again"

    def __str__(self) -> str:
        return "-".join((self.name, self.operation, *self.faults, self.sent))

    @property
    def call(self) -> Call:
        return Call(self.operation, str(self))

    @property
    def waits(self) -> int:
        """How often the function waits in vain for an answer, for as long as it can."""
        return self.faults.count(DELAY) + self.faults.count(LATE)


def among(writes: Iterable[tuple[str, str]], *attempts: tuple[Fault, ...]) -> list[Case]:
    return [Case(name, operation, faults) for name, operation in writes for faults in attempts]


HEARD: Final = [
    *among(WRITES, (REFUSE,), (REFUSE, REFUSE)),
    *(case for loss in LOSSES for case in among(WRITES, (loss,), (REFUSE, loss), (loss, loss))),
    *among(UPDATES, (LATE,)),
    # the change is durable by then, and its notification completes the transcript
    *(case for loss in [*LOSSES, REFUSE] for case in among(TRANSCRIPT, (loss, loss, loss))),
]
LOST: Final = [
    *(case for loss in LOSSES for case in among(UPDATES, (loss, loss, loss))),
    *(case for loss in [*LOSSES, LATE] for case in among(UPDATES, (REFUSE, REFUSE, loss))),
    *among(UPDATES, (LATE, LATE, LATE)),
]
REFUSED: Final = among(UPDATES, (REFUSE, REFUSE, REFUSE))
REFUSED_ONCE: Final = [replace(case, sent="once") for case in among(UPDATES, (REFUSE, REFUSE, REFUSE))]
TWICE: Final = [replace(case, sent="twice") for case in among(UPDATES, (DELAY,), (LATE,))]
TWICE_LOST: Final = [replace(case, sent="twice") for case in among(UPDATES, (DELAY, *[Fault.DROP] * 5))]
OVERTAKEN: Final = [replace(case, sent="overtaken") for case in among(UPDATES, (DELAY,), (LATE,))]
MADE: Final = [*HEARD, *LOST, *REFUSED, *TWICE, *TWICE_LOST, *OVERTAKEN]


@dataclass(frozen=True)
class Played:
    """What came of a case. `number` is the session's after the `first` answers; `last` is the repeat's."""

    first: Sequence[Answer]
    number: int
    last: Answer
    attempts: Sequence[Attempt]


@dataclass(frozen=True)
class Run:
    """What came of all, in the end: of each session the attributes of what a subscriber got, in the order of its
    coming, the session in the table, and the texts in the transcript.
    """

    played: Mapping[Case, Future[Played]]
    announced: Mapping[str, Sequence[Item]]
    sessions: Mapping[str, Item]
    texts: Mapping[str, Sequence[str]]


@pytest.fixture(scope="module")
def run(up: Stack) -> Run:
    stack = replace(up, client=functools.cache(up.client))  # to make one takes longer than to use it
    desktop = Desktop(stack, stack.token)
    cases = sorted([*MADE, *REFUSED_ONCE], key=lambda case: case.waits, reverse=True)
    for case in cases:
        seed.create_session(stack.client, stack.table, str(case))
    with Proxy(up.engine.port).running() as proxy, dynamodb_at(proxy.url, up), ThreadPoolExecutor(AT_ONCE) as threads:
        played = {case: threads.submit(play, case, desktop, proxy) for case in cases}
    sessions = {item["id"]["S"]: item for item in scanned(stack, "SessionTableName")}
    return Run(played, announced(up), sessions, transcripts(stack))


def announced(stack: Stack) -> Mapping[str, Sequence[Item]]:
    found: defaultdict[str, list[Item]] = defaultdict(list)
    for attributes in map(published.attributes, everything(stack)):
        found[attributes["sessionId"]].append(attributes)
    return found


def transcripts(stack: Stack) -> Mapping[str, Sequence[str]]:
    found = defaultdict(list)
    for item in scanned(stack, "MessageTableName"):
        found[item["sessionId"]["S"]].append(item["text"]["S"] if "text" in item else "")
    return found


def scanned(stack: Stack, table: str) -> Iterator[Item]:
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.outputs[table], ConsistentRead=True)
    return (item for page in pages for item in page["Items"])


@contextlib.contextmanager
def dynamodb_at(url: str, stack: Stack) -> Iterator[None]:
    """Has the API's function call DynamoDB there."""
    environment = functions.variables(stack, "SessionApiFunction")
    functions.configure(stack, "SessionApiFunction", {**environment, "AWS_ENDPOINT_URL_DYNAMODB": url})
    try:
        yield
    finally:
        functions.configure(stack, "SessionApiFunction", environment)


def play(case: Case, desktop: Desktop, proxy: Proxy) -> Played:
    proxy.plan(case.call, case.faults)
    first = send_first(case, desktop, proxy)
    number = desktop.read(f"/{case}").number
    if case.sent in ("again", "twice"):
        change_otherwise(case, desktop)
    last = first[-1] if case.sent == "once" else send(case, desktop)
    return Played(first, number, last, proxy.attempts(case.call))


def send_first(case: Case, desktop: Desktop, proxy: Proxy) -> list[Answer]:
    """What is done besides is done when the request has reached DynamoDB, which keeps it waiting."""
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(send, case, desktop)
        if case.sent in ("twice", "overtaken"):
            proxy.await_first(case.call)
        if case.sent == "overtaken":
            change_otherwise(case, desktop)
        besides = [send(case, desktop)] if case.sent == "twice" else []
    return [first.result(), *besides]


def send(case: Case, desktop: Desktop) -> Answer:
    request = json.dumps({"operationName": case.name} | REQUESTS[case.name]).encode()
    return desktop.send(f"/me/facebooksessions/{case}", request, **{"Idempotency-Key": "the-request"})


def change_otherwise(case: Case, desktop: Desktop) -> None:
    assert desktop.operate("AttachUserData", str(case), userData=OTHER).status == 200


def announced_number(run: Run, case: Case) -> int:
    """The one that subscribers know the case's change by."""
    (number,) = (
        one["referenceId"]
        for one in run.announced[str(case)]
        if one["notificationType"] == "NewMessages" or one.get("userDataKeys") == ["DispositionCode"]
    )
    return int(number)


def outcome(answer: Answer) -> tuple[int, str, int]:
    return answer.status, answer.text, answer.number


def each(cases: Sequence[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=str)


@each([*MADE, *REFUSED_ONCE])
def test_the_planned_faults_happen_and_dynamodb_makes_each_change_once(run: Run, case: Case) -> None:
    """Else the rest would show nothing. A message is put anew each time, and stays the same."""
    attempts = run.played[case].result().attempts
    assert tuple(one.fault for one in attempts[: len(case.faults)]) == case.faults
    assert all(one.status == 0 for one in attempts if one.fault is REFUSE)
    statuses = [one.status for one in attempts if one.fault is not REFUSE]
    if case.operation == "BatchWriteItem":
        assert set(statuses) <= {200}
    else:
        assert statuses.count(200) == (0 if case.sent == "once" else 2)
        assert set(statuses) <= {200, 400}


@each([*HEARD, *TWICE, *OVERTAKEN])
def test_a_change_is_a_success_if_one_of_its_answers_comes_through(run: Run, case: Case) -> None:
    done = (200, '{"statusCode":0}', announced_number(run, case))
    assert set(map(outcome, run.played[case].result().first)) == {done}


@each([*LOST, *TWICE_LOST, *REFUSED, *REFUSED_ONCE])
def test_a_change_of_which_no_answer_comes_is_unavailable_and_may_be_sent_again(run: Run, case: Case) -> None:
    for answer in run.played[case].result().first:
        assert (answer.status, answer.code) == (503, 4)
        assert int(answer.headers["Retry-After"]) > 0
        assert "ETag" not in answer.headers


@each(MADE)
def test_a_repeat_tells_the_number_that_the_change_got_at_first(run: Run, case: Case) -> None:
    """Though the session has another one by then."""
    assert outcome(run.played[case].result().last) == (200, '{"statusCode":0}', announced_number(run, case))


@each(MADE)
def test_a_change_is_made_once_however_often_it_was_tried(run: Run, case: Case) -> None:
    """And takes nothing back that was changed after it."""
    session, own = run.sessions[str(case)], DATA[case.name]
    is_last = announced_number(run, case) == BEFORE + 2
    assert plain(session["userData"]["M"]) == (OTHER | own if is_last else own | OTHER)
    assert session["referenceId"] == {"N": str(BEFORE + 2)}
    assert session.get("messageCount", {"N": "0"}) == {"N": str(len(TEXTS[case.name]))}
    assert run.texts[str(case)] == TEXTS[case.name]


@each(MADE)
def test_changes_are_announced_once_and_without_gaps_however_often_they_were_tried(run: Run, case: Case) -> None:
    assert [one["referenceId"] for one in run.announced[str(case)]] == [BEFORE, BEFORE + 1, BEFORE + 2]


@each(REFUSED)
def test_what_dynamodb_refuses_each_time_changes_nothing_until_it_is_repeated(run: Run, case: Case) -> None:
    assert run.played[case].result().number == BEFORE


@each(REFUSED_ONCE)
def test_what_dynamodb_refuses_each_time_is_not_announced(run: Run, case: Case) -> None:
    assert run.sessions[str(case)] == seed.item(str(case), seed.PAGE_AGENT)
    assert [one["referenceId"] for one in run.announced[str(case)]] == [BEFORE]


@pytest.mark.usefixtures("run")
def test_afterwards_the_function_calls_dynamodb_as_before(desktop: Desktop) -> None:
    """The way that it went is closed: it would get no answer there."""
    assert desktop.read(f"/{REFUSED_ONCE[0]}").status == 200
