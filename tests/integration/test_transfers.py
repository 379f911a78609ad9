"""A session goes from agent to agent, and its transcript tells who joined and who left."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from local import seed
from session_api import app as api
from session_api.agents import AgentPool
from tests.integration.requests import creation, operation, read, sent
from tests.pool import agents
from tests.system import System, body

DONE = {"statusCode": 0}
KEY = {"Idempotency-Key": "6f1c"}


class Down:
    """A user pool that doesn't answer."""

    def admin_list_groups_for_user(self, **_: str) -> Any:
        raise ConnectTimeoutError(endpoint_url="https://cognito-idp")


def transfer(user: str, to: str, session_id: str = seed.PAGE_SESSION) -> tuple[int, int]:
    status, answer, _ = operation("Transfer", session_id, user, targetPath=f"/users/{to}")
    return status, answer["statusCode"]


@pytest.mark.parametrize("name", ["%FF", "%00", "..", "nobody", "testname", "x" * 128])
def test_to_nobody_it_does_not_go(session: System, name: str) -> None:
    before = session.item()
    assert transfer(seed.PAGE_AGENT, name) == (400, 2)
    assert session.item() == before
    assert operation("SendMessage", text="Hello")[0] == 200


@pytest.mark.usefixtures("session")
def test_who_has_no_part_in_a_session_learns_nothing_of_the_agents() -> None:
    for name in ("Ben", "nobody"):
        assert transfer("Stranger", name) == (404, 6)
        assert transfer("Stranger", name, "no-such-session") == (404, 6)


def test_a_pool_that_does_not_answer_is_unavailable_and_nothing_has_changed(
    session: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = session.item()
    monkeypatch.setattr(api, "agent_pool", lambda: AgentPool(Down(), "pool"))
    assert transfer(seed.PAGE_AGENT, "Ben") == (503, 4)
    assert session.item() == before
    assert operation("SetDisposition", disposition="A")[0] == 200  # nothing else asks the pool


@pytest.mark.usefixtures("session")
def test_a_transfer_that_is_repeated_is_done_though_its_target_is_no_agent_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sent(KEY, "Transfer", targetPath="/users/Ben") == (200, DONE, '"34"')
    monkeypatch.setattr(api, "agent_pool", lambda: agents("Anna"))
    assert sent(KEY, "Transfer", targetPath="/users/Ben") == (200, DONE, '"34"')


def moves(user: str) -> list[tuple[str, str]]:
    """Who joined and left, as the transcript tells an agent."""
    _, answer, _ = read("/v2/me/facebooksessions/{id}/messages", user, "s")
    return [(one["type"].removeprefix("Participant"), one["from"]["nickname"]) for one in answer["messages"]]


def test_the_customer_joins_once_and_each_agent_leaves(system: System) -> None:
    assert creation(id="s", customer={"nickname": "FirstL"}, agent={"userName": "Anna"})[0] == 201
    for agent, following in (("Anna", "Ben"), ("Ben", "Cy")):
        assert operation("Accept", "s", agent, nickname=agent)[0] == 200
        assert transfer(agent, following, "s") == (200, 0)
    assert operation("Accept", "s", "Cy", nickname="Cy")[0] == 200
    assert operation("Leave", "s", "Cy")[0] == 200
    expected = [("Joined", "FirstL"), ("Joined", "Anna"), ("Left", "Anna"), ("Joined", "Ben"), ("Left", "Ben")]
    expected += [("Joined", "Cy"), ("Left", "Cy")]
    assert moves("Cy") == expected
    system.deliver(system.records())
    announced = [one for message in system.notifications() for one in body(message).get("messages", ())]
    assert [(one["type"].removeprefix("Participant"), one["from"]["nickname"]) for one in announced] == expected


def test_who_has_left_is_no_participant_and_leaves_no_second_time(system: System) -> None:
    creation(id="s", customer={"nickname": "FirstL"}, agent={"userName": "Anna"})
    operation("Accept", "s", "Anna", nickname="Anna")
    operation("Leave", "s", "Anna")
    assert [one["M"]["nickname"]["S"] for one in system.item("s")["participants"]["L"]] == ["FirstL"]
    assert operation("SetDisposition", "s", "Anna", disposition="A")[0] == 200
    assert transfer("Anna", "Ben", "s") == (200, 0)
    assert moves("Ben") == [("Joined", "FirstL"), ("Joined", "Anna"), ("Left", "Anna")]


def test_the_item_says_who_changed_it_last(system: System) -> None:
    creation(id="s", customer={"nickname": "FirstL"}, agent={"userName": "Anna"})
    assert system.item("s")["updatedBy"] == {"S": "arn:aws:iam::123456789012:role/routing"}
    operation("Accept", "s", "Anna", nickname="Anna")
    operation("SendStartTypingNotification", "s", "Anna")
    assert system.item("s")["updatedBy"] == {"S": "Anna"}
