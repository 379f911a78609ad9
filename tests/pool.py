"""A user pool in memory, of which tests say who is in which groups."""

from collections.abc import Mapping, Sequence
from typing import Any

from session_api.agents import AgentPool
from session_api.requests import FEATURE
from tests.unit.builders import client_error


class FakeCognito:
    """The pool `pool`, with the groups of each user; tells a group a call."""

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        self._groups = groups
        self.calls = 0

    def admin_list_groups_for_user(self, UserPoolId: str, Username: str, NextToken: str = "0") -> Any:  # noqa: N803
        self.calls += 1
        assert UserPoolId == "pool"
        if Username not in self._groups:
            raise client_error("UserNotFoundException")
        place = int(NextToken)
        groups = self._groups[Username]
        page = {"Groups": [{"GroupName": one} for one in groups[place : place + 1]]}
        return page | ({"NextToken": str(place + 1)} if place + 1 < len(groups) else {})


def agents(*names: str) -> AgentPool:
    """A pool in which these can take sessions."""
    return AgentPool(FakeCognito({name: [FEATURE] for name in names}), "pool")
