"""What systems are allowed by the policies in the documents, as IAM would decide."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from session_api.app import ROUTES
from tests.template import ROOT, authorizer

API: Final = "{ApiExecutionArn}"
"""How docs/operating.md calls the stack's output."""

Policy = dict[str, Any]
Statement = dict[str, Any]

_POLICY: Final = re.compile(r"^### (\w+)$.*?^```json$(.*?)^```$", re.DOTALL | re.MULTILINE)
_ROW: Final = re.compile(r"^\| \[(\w+)\]\(docs/operating\.md#\w+\)[^|]*\|([^|]*)\|$", re.MULTILINE)


def documented() -> dict[str, Policy]:
    """The policy of each system that docs/operating.md names."""
    text = (ROOT / "docs/operating.md").read_text()
    return {name.lower(): json.loads(policy) for name, policy in _POLICY.findall(text)}


def promised() -> dict[str, set[str]]:
    """What each of them may send, such as `GET /v2/facebooksessions/{id}`, by the README's table."""
    rows = _ROW.findall((ROOT / "README.md").read_text())
    return {name: {one.replace(" /api/", " /", 1) for one in re.findall(r"`([^`]+)`", told)} for name, told in rows}


def routes(known_by: str) -> set[str]:
    """The API's, for who is known by this authorizer; empty: the agents' own."""
    return {route for route in ROUTES if authorizer(route) == known_by}


def allows(policy: Mapping[str, Any], route: str) -> bool:
    """Whether a request on this route may be sent: something allows it, and nothing denies it."""
    method, path = route.split(" ")
    arn = f"{API}/api/{method}{path.replace('{id}', '0000Na9B26EF003M')}"
    effects = {one["Effect"] for one in policy["Statement"] if any(_covers(resource, arn) for resource in _named(one))}
    return effects == {"Allow"}


def lesser(policy: Policy) -> Iterator[Policy]:
    """The policy without one of the resources that it allows, for each of them."""
    for statement in policy["Statement"]:
        if statement["Effect"] == "Allow":
            for resource in _named(statement):
                left = [one for one in _named(statement) if one != resource]
                others = [one for one in policy["Statement"] if one is not statement]
                yield policy | {"Statement": [*others, statement | {"Resource": left}] if left else others}


def named(policy: Policy, api: str) -> Policy:
    """The policy for the API of this ARN."""
    found: Policy = json.loads(json.dumps(policy).replace(API, api))
    return found


def _named(statement: Statement) -> list[str]:
    resource = statement["Resource"]
    return [resource] if isinstance(resource, str) else list(resource)


def _covers(pattern: str, arn: str) -> bool:
    """A `*` of IAM covers any text, slashes too."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), arn) is not None
