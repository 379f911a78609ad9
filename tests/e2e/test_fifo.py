"""With TopicType=fifo the same notifications come, in order and once, to a queue that is FIFO too."""

from collections.abc import Iterator

import pytest

from local import deploy, engine, stack
from local.demo import PUBLIC_URL
from local.stack import Stack
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import announced, body, make_session


@pytest.fixture(scope="module")
def fifo() -> Iterator[Stack]:
    home = deploy.ROOT / ".local/fifo"
    running = stack.start(engine.free_port(), home, print)
    try:
        yield stack.bring_up(running, PUBLIC_URL, home, print, TopicType="fifo")
    finally:
        engine.stop(running)


def test_a_fifo_topic_gets_each_sessions_changes_in_order(fifo: Stack) -> None:
    assert fifo.outputs["NotificationTopicArn"].endswith(".fifo")
    make_session(fifo, "in-order")
    desktop = Desktop(fifo, fifo.token)
    for number in range(20):
        assert desktop.set_disposition("in-order", disposition=str(number)).status == 200
    messages = announced(fifo, 20)
    assert [body(one)["referenceId"] for one in messages] == [*range(34, 54)]
