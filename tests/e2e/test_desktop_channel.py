"""Desktops hear of their agents' sessions over CometD, on the same host, with the same token."""

import copy
import json
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pytest

from local import seed
from local.demo import NOTIFICATION
from local.http import Answer
from local.stack import Stack
from tests.e2e import functions
from tests.e2e.bayeux import CHANNEL, URGENT, Client
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import everything

AGENTS, TABS, CHANGES = 6, 2, 50
FIRST = seed.PAGE_REFERENCE_ID


@pytest.fixture(autouse=True)
def _nothing_left_for_other_tests(up: Stack) -> Iterator[None]:
    """The topic announces all of it too."""
    yield
    everything(up)


def test_a_desktop_gets_the_pages_notification(up: Stack, desktop: Desktop) -> None:
    """Of a session like the page's, which is for tests/e2e/test_stack.py."""
    client = Client(up, up.token).begin()
    assert seed.create_session(up.client, up.table, "like-the-pages")
    assert desktop.set_disposition("like-the-pages", disposition="IssueResolved").status == 200
    *_, heard = client.listen(2)
    assert heard == json.loads(json.dumps(NOTIFICATION).replace(seed.PAGE_SESSION, "like-the-pages"))


def test_every_tab_of_an_agent_hears_all_of_the_agents_sessions_and_of_no_others(up: Stack) -> None:
    agents = [_agent(up, f"tabs-{number}") for number in range(AGENTS)]
    tabs = {agent.name: [Client(up, agent.token).begin() for _ in range(TABS)] for agent in agents}
    for agent in agents:
        assert seed.create_session(up.client, up.table, f"of-{agent.name}", agent.name)
    with ThreadPoolExecutor((1 + TABS) * AGENTS) as threads:
        changing = threads.map(lambda agent: agent.change(CHANGES), agents)
        listening = threads.map(lambda tab: tab.listen(1 + CHANGES, patience_seconds=120), [*chain(*tabs.values())])
        assert [*changing] == [None] * AGENTS
        assert [*listening]
    for agent in agents:
        for tab in tabs[agent.name]:
            assert {one["facebooksession"]["id"] for one in tab.events} == {f"of-{agent.name}"}
            assert [one["referenceId"] for one in tab.events] == [*range(FIRST, FIRST + CHANGES + 1)]


def test_a_client_belongs_to_who_made_it(up: Stack) -> None:
    client = Client(up, up.token).begin()
    other = Client(up, seed.log_in(up.client, up.outputs, "Somebody"), client.client_id)
    for answer in (other.connect(), other.send("subscribe", subscription=CHANNEL), other.send("disconnect")):
        assert (answer["successful"], answer["error"]) == (False, "402::session_unknown")
    assert client.connect(advice=URGENT)["successful"]


def test_what_was_not_acknowledged_comes_again(up: Stack) -> None:
    agent = _agent(up, "killed")
    client = Client(up, agent.token, acknowledges=True).begin()
    assert seed.create_session(up.client, up.table, f"of-{agent.name}", agent.name)
    killed = copy.copy(client)
    assert len(killed.listen(1)) == 1
    agent.change(1)
    client.events = []
    assert [one["referenceId"] for one in client.listen(2)] == [FIRST, FIRST + 1]


def test_what_a_failed_poll_brought_comes_again_once_to_who_asks_at_once(up: Stack) -> None:
    """So do CometD's clients. To one that always asks at once nothing comes twice."""
    agent = _agent(up, "asks-again")
    client = Client(up, agent.token).begin()
    assert seed.create_session(up.client, up.table, f"of-{agent.name}", agent.name)
    assert len(copy.copy(client).listen(1)) == 1
    for _ in range(3):
        assert client.connect(advice=URGENT)["successful"]
    assert [one["referenceId"] for one in client.events] == [FIRST, FIRST]


def test_a_desktop_that_disconnects_ends_its_poll(up: Stack) -> None:
    client = Client(up, up.token).begin()
    with ThreadPoolExecutor(1) as thread:
        last = thread.submit(_last_answer, client)
        time.sleep(1)
        assert Client(up, up.token, client.client_id).send("disconnect")["successful"]
        assert last.result()["advice"]["reconnect"] == "none"
    assert client.connect()["error"] == "402::session_unknown"


def _last_answer(client: Client) -> dict[str, Any]:
    """That to the connect after which the client is not to try again. A disconnect can take longer than one is held:
    it needs an instance of its own.
    """
    while (answer := client.connect())["advice"]["reconnect"] == "retry":
        pass
    return answer


def test_new_instances_of_the_functions_lose_nothing(up: Stack) -> None:
    agent = _agent(up, "deployed")
    client = Client(up, agent.token, acknowledges=True).begin()
    assert seed.create_session(up.client, up.table, f"of-{agent.name}", agent.name)
    with ThreadPoolExecutor(1) as thread:
        listening = thread.submit(client.listen, 1 + CHANGES // 2, patience_seconds=120)
        agent.change(CHANGES // 2)
        functions.renew(up, "DesktopChannelFunction")
        listening.result()
        # The emulator doesn't hand a batch over again whose function has ended amid it, as AWS does.
        functions.renew(up, "DesktopNotifierFunction")
        listening = thread.submit(client.listen, 1 + CHANGES, patience_seconds=120)
        agent.change(CHANGES // 2)
        functions.renew(up, "DesktopChannelFunction")
        heard = listening.result()
    assert [*dict.fromkeys(one["referenceId"] for one in heard)] == [*range(FIRST, FIRST + CHANGES + 1)]


def test_who_loses_a_session_hears_that_it_has_ended(up: Stack) -> None:
    giver, taker = _agent(up, "giver"), _agent(up, "taker")
    assert seed.create_session(up.client, up.table, f"of-{giver.name}", giver.name)
    one, other = (Client(up, agent.token).begin() for agent in (giver, taker))
    assert giver.operate("Transfer", targetPath=f"/users/{taker.name}").status == 200
    taken = Desktop(up, taker.token)
    assert taken.operate("Accept", f"of-{giver.name}", nickname="Taker").status == 200
    kinds = [one["notificationType"] for one in other.listen(6)]
    assert kinds == ["StatusChange", "ParticipantsUpdated", "NewMessages"] * 2
    ended = one.listen(2, patience_seconds=3)[-1]
    assert len(one.events) <= 2  # that the session was there may come before
    assert (ended["notificationType"], ended["facebooksession"]["state"]) == ("StatusChange", "Completed")
    assert ended["facebooksession"]["userData"] == {}


@dataclass(frozen=True)
class _Agent:
    name: str
    desktop: Desktop

    @property
    def token(self) -> str:
        return str(self.desktop.token)

    def operate(self, name: str, **parameters: Any) -> Answer:
        return self.desktop.operate(name, f"of-{self.name}", **parameters)

    def change(self, times: int) -> None:
        for _ in range(times):
            assert self.operate("AttachUserData", userData={"at": str(uuid.uuid4())}).status == 200


def _agent(up: Stack, name: str) -> _Agent:
    return _Agent(name, Desktop(up, seed.log_in(up.client, up.outputs, name)))
