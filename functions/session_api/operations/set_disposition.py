"""SetDisposition records how a conversation ended, under a key of the session's user data."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from facebook_session.callers import Caller
from facebook_session.changes import Change
from facebook_session.errors import MissingParameter
from facebook_session.states import SET_DISPOSITION
from session_api.operations.operation import Operation, Text, UserDataKey
from session_api.rules import Rules


def _not_blank(text: str) -> str:
    if not text.strip():
        raise MissingParameter("The parameter disposition must not be blank.")
    return text


_Disposition = Annotated[Text, Field(json_schema_extra={"pattern": r"\S"}), AfterValidator(_not_blank)]


class SetDisposition(Operation):
    """`disposition` goes to the user data's `dispositionKey`, by default the key configured for the server. Under that
    one, a policy that says `enforce` takes nothing but the names of its codes, in any Unicode spelling, and of these
    the ones of the session's queue; they are stored as composed (NFC).
    """

    moves = SET_DISPOSITION
    operation_name: Literal["SetDisposition"]
    disposition: _Disposition
    disposition_key: UserDataKey = ""

    def change(self, caller: Caller, rules: Rules) -> Change:
        return rules.set_disposition(
            self.disposition_key or rules.key, self.disposition, is_late=self.move(caller.role).is_late
        )
