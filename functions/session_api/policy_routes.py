"""The routes of the policy of dispositions: agents read its codes, systems put it.

`policies` holds the versions, and `base_url` is the API's address up to and with `/api/v2`.
"""

from collections.abc import Mapping

from facebook_session.errors import RouteNotFound
from facebook_session.policies import Policies
from facebook_session.policy import Policy
from rest_api import answers, headers, requests
from rest_api.answers import Answer
from rest_api.router import Event
from session_api import codes, query_string, reads
from session_api.rules import demand_valid_policy


def read_codes(event: Event, policies: Policies) -> Answer:
    """`GET /settings/dispositions`: the codes that agents can set."""
    requests.caller(event)
    policy = _asked_for(query_string.parsed(event, reads.CODES_QUERY), policies)
    return answers.versioned(policy.version, headers.has_seen(event, policy.version), lambda: codes.settings(policy))


def read_groups(event: Event, policies: Policies, base_url: str) -> Answer:
    """`GET /groups?type=dispositions`: the same with their folders."""
    requests.caller(event)
    query_string.demand_dispositions(query_string.parsed(event, reads.GROUPS_QUERY))
    policy = policies.current()
    has_seen = headers.has_seen(event, policy.version)
    return answers.versioned(policy.version, has_seen, lambda: codes.groups(policy, base_url))


def put_policy(event: Event, policies: Policies) -> Answer:
    """`PUT /settings/dispositions`: the next version of the policy, from a system.

    The same again is no new version, so a repeat needs no key.
    """
    system = requests.system(event)
    document = requests.parameters(event)
    headers.idempotency_key(event)
    demand_valid_policy(document)
    return answers.success(policies.put(document, system.name, headers.if_match(event)))


def _asked_for(query: Mapping[str, str], policies: Policies) -> Policy:
    """The present one, or the `version` that is asked for."""
    if "version" not in query:
        return policies.current()
    policy = policies.version(query_string.whole_number(query, "version", 1, reads.MAX_INDEX))
    if policy is None:
        raise RouteNotFound
    return policy
