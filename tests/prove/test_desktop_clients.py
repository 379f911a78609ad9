"""Desktops' clients of Bayeux as they are published: cometd.js, which Genesys' have, and Faye's."""

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from local import listener, seed
from local.listener import CHANNEL, COMETD, Listener
from local.stack import Stack
from tests.e2e import functions
from tests.e2e.bayeux import Client
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import everything
from tests.prove.network import EVENT, POLL, Network
from tests.prove.tools import HERE, PACKAGES

CHANGES: Final = 20
FIRST: Final = seed.PAGE_REFERENCE_ID + 1
PATIENCE_SECONDS: Final = 30
FAYE: Final = listener.Desktop(HERE / "faye.cjs", PACKAGES)


@dataclass(frozen=True)
class Agent:
    """Each has one session."""

    up: Stack
    desktop: Desktop
    session_id: str

    @property
    def token(self) -> str:
        return str(self.desktop.token)

    def change(self, times: int) -> None:
        for _ in range(times):
            change = {"userData": {"at": str(uuid.uuid4())}}
            assert self.desktop.operate("AttachUserData", self.session_id, **change).status == 200


@pytest.fixture
def agent(up: Stack) -> Iterator[Agent]:
    name = f"listens-{uuid.uuid4()}"
    assert seed.create_session(up.client, up.table, f"of-{name}", name)
    yield Agent(up, Desktop(up, seed.log_in(up.client, up.outputs, name)), f"of-{name}")
    everything(up)


def numbers(client: Listener, count: int) -> list[int]:
    """Of the next changes. That the session is new may be told late, or not at all."""
    told = (client.event().message["data"]["referenceId"] for _ in itertools.count())
    return [*itertools.islice((number for number in told if number >= FIRST), count)]


def of(client: Listener, kind: str) -> list[dict[str, Any]]:
    return [one for one in client.messages if one["channel"] == f"/meta/{kind}"]


@pytest.mark.parametrize(
    ("client", "channel", "more"),
    [
        pytest.param(COMETD, "/v2/me/facebooksession", {}, id="cometd.js"),
        pytest.param(COMETD, "/v2/me/facebooksessions", {"ACK": "1"}, id="cometd.js with ack"),
        pytest.param(COMETD, "/**", {"WEBSOCKET": "1"}, id="cometd.js as it is configured by itself"),
        pytest.param(FAYE, "/v2/me/*", {}, id="faye"),
    ],
)
def test_each_change_is_heard_in_order(
    agent: Agent, client: listener.Desktop, channel: str, more: dict[str, str]
) -> None:
    with listener.listening(agent.up.api_url, agent.token, channel, client, **more) as heard:
        agent.change(CHANGES)
        assert numbers(heard, CHANGES) == [*range(FIRST, FIRST + CHANGES)]
    # Where a poll that has just been sent is refused first, cometd.js doesn't wait for the answer.
    assert heard.answer("disconnect")
    for one in of(heard, "handshake")[-1:]:
        assert Client(agent.up, agent.token, one["clientId"]).connect()["error"] == "402::session_unknown"


def test_new_instances_of_the_function_go_on_with_the_same_client(agent: Agent) -> None:
    with listener.listening(agent.up.api_url, agent.token, ACK="1") as heard:
        agent.change(2)
        functions.renew(agent.up, "DesktopChannelFunction")
        agent.change(2)
        assert numbers(heard, 4) == [*range(FIRST, FIRST + 4)]
    assert len(of(heard, "handshake")) == 1


@pytest.fixture
def network(up: Stack) -> Iterator[Network]:
    with Network(up.engine.port).running() as running:
        yield running


@pytest.mark.parametrize("more", [{}, {"ACK": "1"}], ids=["cometd.js", "cometd.js with ack"])
def test_what_comes_while_a_poll_is_cut_comes_with_the_next(
    agent: Agent, network: Network, more: dict[str, str]
) -> None:
    network.fail_at(POLL, spared=1)  # which is answered at once
    with listener.listening(f"{network.url}/api/v2", agent.token, CHANNEL, COMETD, **more) as heard:
        network.await_failure(PATIENCE_SECONDS)
        agent.change(CHANGES)
        assert numbers(heard, CHANGES) == [*range(FIRST, FIRST + CHANGES)]
    assert [one["successful"] for one in of(heard, "connect")][:3] == [True, False, True]
    assert len(of(heard, "handshake")) == 1


@pytest.mark.parametrize("more", [{}, {"ACK": "1"}], ids=["cometd.js", "cometd.js with ack"])
def test_an_answer_that_is_lost_comes_again(agent: Agent, network: Network, more: dict[str, str]) -> None:
    with listener.listening(f"{network.url}/api/v2", agent.token, CHANNEL, COMETD, **more) as heard:
        heard.answer("connect")
        network.fail_at(EVENT)
        agent.change(CHANGES)
        network.await_failure(PATIENCE_SECONDS)
        assert numbers(heard, CHANGES) == [*range(FIRST, FIRST + CHANGES)]
    assert len(of(heard, "handshake")) == 1
