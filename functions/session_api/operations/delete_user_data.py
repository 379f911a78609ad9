"""DeleteUserData removes keys from the session's user data."""

from typing import Annotated, Literal

from pydantic import Field

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.states import SET_DATA
from facebook_session.user_data import MAX_REQUEST_KEYS
from session_api.operations.operation import Operation, UserDataKey
from session_api.rules import Rules


class DeleteUserData(Operation):
    """A key of `keys` that is not there is no error."""

    moves = SET_DATA
    operation_name: Literal["DeleteUserData"]
    keys: Annotated[list[UserDataKey], Field(max_length=MAX_REQUEST_KEYS)]

    def change(self, _caller: Caller, rules: Rules) -> Change:
        return rules.remove_data(frozenset(self.keys))
