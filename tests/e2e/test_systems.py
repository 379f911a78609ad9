"""Systems at work, each in a role that has the policy of docs/operating.md and nothing else."""

import pytest

from local import seed
from local.http import Answer
from local.stack import Stack
from tests import policies
from tests.e2e.desktop import Desktop
from tests.e2e.signer import Signer, in_role, is_iams_refusal
from tests.e2e.subscriber import announced, everything, make_session

POLICIES = policies.documented()
OF_SYSTEMS = sorted(policies.routes("AWS_IAM"))
OF_AGENTS = sorted(policies.routes(""))
DENIED = (403, 20)

SYSTEMS = pytest.mark.parametrize("system", sorted(POLICIES))


def attempt(signer: Signer, route: str) -> Answer:
    """The answer to a request that changes nothing, whoever may send it."""
    return signer.send(route.replace("{id}", "none"), {} if route.startswith(("POST", "PUT")) else None)


def sends(signer: Signer) -> set[str]:
    """The routes of systems that this one may use: there the function answers, that something is missing."""
    answers = {route: attempt(signer, route) for route in OF_SYSTEMS}
    got = {route for route, answer in answers.items() if not is_iams_refusal(answer)}
    assert {answers[route].status for route in got} <= {400, 404}
    return got


# ------------------------------------------------------------------ who may what
@SYSTEMS
def test_a_role_with_the_documented_policy_sends_what_the_readme_says_and_nothing_else(up: Stack, system: str) -> None:
    assert sends(in_role(up, system)) == policies.promised()[system]


@SYSTEMS
def test_a_role_that_lacks_one_resource_lacks_a_request(up: Stack, system: str) -> None:
    for number, lesser in enumerate(policies.lesser(POLICIES[system])):
        assert sends(in_role(up, f"{system}-without-{number}", lesser)) < policies.promised()[system]


@pytest.mark.parametrize("route", OF_SYSTEMS)
def test_an_agents_token_is_no_systems_signature(desktop: Desktop, route: str) -> None:
    method, path = route.replace("{id}", seed.PAGE_SESSION).split(" /v2")
    answer = desktop.send(path, b'{"operationName": "Complete"}' if method in ("POST", "PUT") else None, method)
    assert (answer.status, answer.code) == DENIED


@pytest.mark.parametrize("route", OF_AGENTS)
def test_a_systems_signature_is_no_agents_token(up: Stack, route: str) -> None:
    answer = attempt(Signer(up), route)
    assert (answer.status, answer.code) == DENIED


# ------------------------------------------------------------------ what they do
@pytest.mark.parametrize("state", ["Invited", "Chatting"])
def test_a_session_whose_agent_was_deleted_goes_to_another(up: Stack, state: str) -> None:
    gone, session_id, routing = f"Gone{state}", f"left-behind-{state}", in_role(up, "routing")
    seed.make_agent(up.client, up.outputs, gone)
    heir = Desktop(up, seed.log_in(up.client, up.outputs, "Heir"))
    make_session(up, session_id, agent=gone, state={"S": state}, messageCount={"N": "2"})
    up.client("cognito-idp").admin_delete_user(UserPoolId=up.outputs["AgentPoolId"], Username=gone)
    found = routing.send(f"GET /v2/facebooksessions?agent={gone}&state={state}").body["uris"]
    assert [uri.rpartition("/")[2] for uri in found] == [session_id]
    back = routing.operate("Transfer", session_id, targetPath=f"/users/{gone}")
    assert (back.status, back.code) == (400, 2)
    assert routing.operate("Transfer", session_id, targetPath="/users/Heir").status == 200
    assert heir.operate("Accept", session_id, nickname="Heir").status == 200
    assert heir.set_disposition(session_id, disposition="IssueResolved").status == 200
    assert heir.operate("Complete", session_id).status == 200
    assert heir.read(f"/{session_id}").body["facebooksession"]["endedBy"] == "Complete"
    numbers = {int(one["MessageAttributes"]["referenceId"]["StringValue"]) for one in everything(up)}
    assert numbers == {34, 35, 36, 37}


def test_a_webhooks_second_delivery_is_the_first_one_for_every_session_of_its_role(desktop: Desktop, up: Stack) -> None:
    make_session(up, "delivered-twice")
    channel, later, routing = in_role(up, "channel"), in_role(up, "channel"), in_role(up, "routing")
    answers = [one.operate("SendMessage", "delivered-twice", "m_1", text="Hello?") for one in (channel, later, routing)]
    assert [answer.number for answer in answers] == [34, 34, 35]
    messages = desktop.read("/delivered-twice/messages").body["messages"]
    assert [one["from"]["type"] for one in messages] == ["Customer", "Customer"]
    roles = [one["MessageAttributes"]["changedBy"]["StringValue"].rpartition(":")[2] for one in announced(up, 2)]
    assert roles == ["assumed-role/channel", "assumed-role/routing"]
