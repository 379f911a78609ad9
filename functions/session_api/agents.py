"""The agents in the user pool: who can take a session."""

import re
from typing import Any, Final

from botocore.exceptions import ClientError

from facebook_session.database import call
from facebook_session.errors import Unavailable
from rest_api.requests import FEATURE

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NOBODY: Final = frozenset({"UserNotFoundException", "InvalidParameterException"})


class AgentPool:
    """The user pool `pool_id`, through a client of Cognito."""

    def __init__(self, client: Any, pool_id: str) -> None:
        self._client = client
        self._pool_id = pool_id

    def can_take_sessions(self, user_name: str) -> bool:
        """Whether there is such a user in the group `api-multimedia`; raises Unavailable where the pool doesn't say."""
        try:
            return self._has_feature(user_name) and self._is_user_name(user_name)
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOBODY:
                return False
            raise

    def _has_feature(self, user_name: str) -> bool:
        request = {"UserPoolId": self._pool_id, "Username": user_name}
        while True:
            answer = call(self._client.admin_list_groups_for_user, **request)
            if FEATURE in _names(answer):
                return True
            if not answer.get("NextToken"):
                return False
            request["NextToken"] = answer["NextToken"]

    def _is_user_name(self, user_name: str) -> bool:
        """The pool also knows its users by their `sub`, a UUID, by which nobody could open the session."""
        if not _UUID.fullmatch(user_name):
            return True
        found = call(self._client.admin_get_user, UserPoolId=self._pool_id, Username=user_name)
        return bool(found.get("Username") == user_name)


def _names(answer: dict[str, Any]) -> list[str]:
    """Of the groups. botocore takes an answer that was cut off for an empty one."""
    if "Groups" not in answer:
        raise Unavailable
    return [group["GroupName"] for group in answer["Groups"]]
