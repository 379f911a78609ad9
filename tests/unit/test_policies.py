"""Each system that the documents name can do what it needs, path by path, and nothing else."""

from typing import Any

import pytest

from tests import policies
from tests.template import ROOT, read

POLICIES = policies.documented()
PROMISED = policies.promised()
OF_SYSTEMS = policies.routes("AWS_IAM")
OF_AGENTS = policies.routes("")

SYSTEMS = pytest.mark.parametrize("system", sorted(POLICIES))


def allowed(policy: dict[str, Any]) -> set[str]:
    return {route for route in OF_SYSTEMS | OF_AGENTS if policies.allows(policy, route)}


def test_the_readme_names_the_systems_that_have_a_policy() -> None:
    assert set(PROMISED) == set(POLICIES) == {
        "intake", "routing", "channel", "follower", "archive", "reporting", "supervision",
    }  # fmt: skip


def test_the_api_has_routes_for_both() -> None:
    assert len(OF_SYSTEMS) == 7
    assert len(OF_AGENTS) == 11


def test_each_of_systems_routes_is_somebodys() -> None:
    assert set().union(*PROMISED.values()) == OF_SYSTEMS


@SYSTEMS
def test_a_system_may_send_what_the_readme_says_and_nothing_else(system: str) -> None:
    assert allowed(POLICIES[system]) == PROMISED[system]


@SYSTEMS
def test_a_system_that_lacks_one_resource_lacks_a_request(system: str) -> None:
    lesser = [*policies.lesser(POLICIES[system])]
    assert lesser
    assert all(allowed(policy) < PROMISED[system] for policy in lesser)


@SYSTEMS
def test_a_system_may_invoke_the_api_and_do_nothing_else(system: str) -> None:
    statements = POLICIES[system]["Statement"]
    assert {one["Action"] for one in statements} == {"execute-api:Invoke"}


@pytest.mark.parametrize("system", ["intake", "routing", "follower", "reporting", "supervision"])
def test_a_system_without_the_need_reads_no_transcript(system: str) -> None:
    assert not policies.allows(POLICIES[system], "GET /v2/facebooksessions/{id}/messages")
    assert not policies.allows(POLICIES[system], "GET /v2/facebooksessions/{id}/messages/")


def test_a_star_reaches_behind_slashes() -> None:
    """So who may read sessions reads transcripts too, unless that is denied."""
    (only_allows,) = [one for one in POLICIES["follower"]["Statement"] if one["Effect"] == "Allow"]
    assert policies.allows({"Statement": [only_allows]}, "GET /v2/facebooksessions/{id}/messages")


def test_the_example_subscriber_may_send_what_a_follower_may() -> None:
    function = read(ROOT / "examples/subscriber/template.yaml")["Resources"]["CopyFunction"]["Properties"]
    statements = [one for one in function["Policies"][0]["Statement"] if isinstance(one, dict)]
    invoking = [one for one in statements if one["Action"] == "execute-api:Invoke"]
    own = [one | {"Resource": one["Resource"].replace("${ApiExecutionArn}", policies.API)} for one in invoking]
    assert allowed({"Statement": own}) == PROMISED["follower"]
