"""A user pool in memory, of which tests say who is in which groups."""

from collections.abc import Mapping, Sequence
from typing import Any

from rest_api.requests import FEATURE
from session_api.agents import AgentPool
from tests.unit.builders import client_error


class FakeCognito:
    """The pool `pool`, with the groups of each user; tells a group a call. It knows a user by the `subs` too."""

    def __init__(self, groups: Mapping[str, Sequence[str]], **subs: str) -> None:
        self._groups = groups
        self._names = {sub: name for name, sub in subs.items()}
        self.calls = 0

    def admin_get_user(self, UserPoolId: str, Username: str) -> Any:  # noqa: N803
        self.calls += 1
        assert UserPoolId == "pool"
        return {"Username": self._names.get(Username, Username)}

    def admin_list_groups_for_user(self, UserPoolId: str, Username: str, NextToken: str = "0") -> Any:  # noqa: N803
        self.calls += 1
        assert UserPoolId == "pool"
        name = self._names.get(Username, Username)
        if name not in self._groups:
            raise client_error("UserNotFoundException")
        place, groups = int(NextToken), self._groups[name]
        page = {"Groups": [{"GroupName": one} for one in groups[place : place + 1]]}
        return page | ({"NextToken": str(place + 1)} if place + 1 < len(groups) else {})


def agents(*names: str) -> AgentPool:
    """A pool in which these can take sessions."""
    return AgentPool(FakeCognito({name: [FEATURE] for name in names}), "pool")
