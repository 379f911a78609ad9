"""This release deployed over the previous one, with sessions in it: nothing is made anew, and everything goes on."""

from collections.abc import Iterator

import pytest

from local import deploy, engine, queues
from local.stack import Stack
from tests import releases
from tests.e2e import upgrade
from tests.e2e.desktop import Desktop
from tests.e2e.signer import Signer
from tests.e2e.upgrade import ENDED, KEYS, MESSAGE, TALKED_IN, WAITING, State

VERSIONS = ("AWS::ApiGateway::Deployment", "AWS::Lambda::LayerVersion", "AWS::Lambda::Permission")
"""What each release makes anew, on AWS too."""
BY_MINISTACK = ("AWS::ApiGateway::RestApi",)
"""What only the embedded AWS makes anew where its paths change; AWS puts the paths into the API that is there."""
MAPPING = "AWS::Lambda::EventSourceMapping SessionNotifierFunctionSessionChange"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    tree = releases.previous_tree(tmp_path_factory.mktemp("release"))
    home = deploy.ROOT / ".local/upgrade"
    running = engine.start(engine.free_port(), home)
    try:
        stack = upgrade.bring_up_previous(running, tree, home)
        upgrade.live(stack)
        yield upgrade.look(stack)
    finally:
        engine.stop(running)


@pytest.fixture(scope="module")
def after(before: State) -> State:
    """Once all of before is heard, the upgrade."""
    heard = upgrade.hear(before.stack, before.numbers)
    for session_id, last in before.numbers.items():
        assert [*dict.fromkeys(heard[session_id])] == [*range(1, last + 1)]
    return upgrade.look(upgrade.upgrade(before.stack))


@pytest.fixture(scope="module")
def desktop(after: State) -> Desktop:
    """With a token of before."""
    return Desktop(after.stack, after.stack.token)


def test_nothing_is_made_anew(before: State, after: State) -> None:
    """Neither tables, pool, client, topic and bucket nor functions, roles, logs and the place in the stream."""
    kept = {one: name for one, name in before.resources.items() if not one.startswith((*VERSIONS, *BY_MINISTACK))}
    assert MAPPING in kept
    assert kept.items() <= after.resources.items()
    assert after.stream == before.stream


def test_outputs_stay(before: State, after: State) -> None:
    """The function that announces may be named otherwise: only this repository's commands ask for it."""
    otherwise = {"ApiUrl", "ApiExecutionArn", "NotifierFunctionName"}
    kept = {name: value for name, value in before.stack.outputs.items() if name not in otherwise}
    assert kept.items() <= after.stack.outputs.items()
    assert otherwise <= after.stack.outputs.keys()


def test_who_was_subscribed_still_is(before: State, after: State) -> None:
    assert len(before.subscriptions) == 1
    assert after.subscriptions == before.subscriptions


def test_agents_log_in_as_before(after: State) -> None:
    token = upgrade.log_in(after.stack.client, after.stack.outputs)
    assert Desktop(after.stack, token).read(f"/{TALKED_IN}").status == 200


def test_sessions_and_transcripts_are_read_whole(before: State, after: State) -> None:
    assert after.numbers == before.numbers
    assert after.messages == before.messages
    assert [len(one) for one in after.messages.values()] == [4, 0, 2]
    for session_id, session in before.read.items():
        assert session.items() <= after.read[session_id].items()


def test_the_new_index_has_the_sessions_of_before(after: State) -> None:
    for session_id, state in ((TALKED_IN, "Chatting"), (WAITING, "Invited")):
        uris = Signer(after.stack).send(f"GET /v2/facebooksessions?state={state}").body["uris"]
        assert session_id in [uri.split("/")[-1] for uri in uris]


def test_requests_of_before_are_known_by_their_keys(before: State, after: State) -> None:
    """Those of the last 32 changes. Of typing 0.1.0 made a change too."""
    answers = [upgrade.operate(after.stack, TALKED_IN, request, key) for key, request in KEYS.items()]
    assert [(answer.status, answer.number) for answer in answers] == [(200, 8), (200, 3)]
    other = upgrade.operate(after.stack, TALKED_IN, {"operationName": "SendMessage", "text": "?"}, "sent-before")
    assert (other.status, other.code) == (400, 2)
    assert upgrade.look(after.stack).messages == before.messages


def test_sessions_go_on_and_are_numbered_on(before: State, desktop: Desktop) -> None:
    last, invited = before.numbers[TALKED_IN], before.numbers[WAITING]
    assert desktop.set_disposition(TALKED_IN, disposition="Sold").number == last + 1
    assert desktop.operate("SendMessage", TALKED_IN, text="Goodbye").number == last + 2
    assert desktop.operate("Accept", WAITING, nickname="Tessa").number == invited + 1
    assert desktop.set_disposition(ENDED, disposition="Late").code == 2
    heard = upgrade.hear(desktop.stack, {TALKED_IN: last + 2, WAITING: invited + 1})
    assert behind(last, heard[TALKED_IN]) == [last + 1, last + 2]
    assert behind(invited, heard[WAITING]) == [invited + 1]
    texts = [one["text"] for one in desktop.read(f"/{TALKED_IN}/messages").body["messages"] if "text" in one]
    assert texts == [MESSAGE["text"], "Goodbye"]


def behind(last: int, heard: list[int]) -> list[int]:
    """The numbers behind one, without those that come again: a notification can arrive twice."""
    return [number for number in dict.fromkeys(heard) if number > last]


# ------------------------------------------------------------------ another TopicType, as docs/operating.md has it
def test_another_type_of_topic_loses_no_subscription_and_no_notification(desktop: Desktop, before: State) -> None:
    """Comes last: the notifier waits until the new topic has its subscribers."""
    old, mapping = desktop.stack, before.resources[MAPPING]
    switch(old, mapping, on=False)
    number = desktop.set_disposition(TALKED_IN, disposition="While it waits").number
    new = upgrade.change_topic_type(old, "fifo")
    url, _ = queues.subscribe(new.client, new.outputs["NotificationTopicArn"], "subscribers-of-fifo")
    switch(new, mapping, on=True)
    assert upgrade.hear(new, {TALKED_IN: number}, url) == {TALKED_IN: [number]}
    assert upgrade.subscriptions(new, old.outputs["NotificationTopicArn"]) == before.subscriptions
    late = [upgrade.source(one) for one in queues.receive(new.client, new.queue_url, 2)]
    assert (TALKED_IN, number) not in late


def switch(stack: Stack, mapping: str, *, on: bool) -> None:
    stack.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=on)
