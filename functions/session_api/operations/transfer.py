"""Transfer hands the session to another agent."""

import re
from typing import Annotated, Final, Literal
from urllib.parse import unquote

from pydantic import Field

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.errors import InvalidParameter, MissingParameter
from facebook_session.session import AGENT, MAX_TEXT_LENGTH, USER_NAME
from facebook_session.states import TRANSFER
from session_api.operations.operation import Operation
from session_api.rules import Rules

_PATH: Final = re.compile(r"/users/([^/?#\s]{1,1536})")

_Target = Annotated[str, Field(max_length=MAX_TEXT_LENGTH)]


class Transfer(Operation):
    """One of the two must be there: `targetPath` is `/users/{userName}`, `targetUri` an address that ends in it.

    The agent is invited, and the one who has the session leaves the chat and loses access by the same write. It must be
    one who can take the session: that the user pool knows. Where an agent's Reject has set a disposition by default, a
    system's Transfer takes it back.
    """

    moves = TRANSFER
    operation_name: Literal["Transfer"]
    target_path: _Target = ""
    target_uri: _Target = ""

    def change(self, caller: Caller, _rules: Rules) -> Change:
        target = self._target()
        if caller.is_agent and target == caller.name:
            raise InvalidParameter("A session can't be transferred to the agent who has it.")
        return Change(leaving=AGENT, handed_to=target)

    def _target(self) -> str:
        if not (self.target_path or self.target_uri):
            raise MissingParameter("The parameter targetPath is missing.")
        name, text = ("targetPath", self.target_path) if self.target_path else ("targetUri", self.target_uri)
        path = text[max(text.rfind("/users/"), 0) :] if name == "targetUri" else text
        found = _PATH.fullmatch(path)
        user_name = _decoded(found[1]) if found else ""
        if not re.fullmatch(USER_NAME, user_name):
            raise InvalidParameter(f"The parameter {name} must end in /users/ and an agent's user name.")
        return user_name


def _decoded(text: str) -> str:
    """Without its percent signs; empty where they are not of UTF-8."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return ""
