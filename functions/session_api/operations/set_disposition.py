"""SetDisposition records how a conversation ended, under a key of the session's user data."""

from typing import Annotated

from pydantic import Field

from facebook_session.session import ANSWERED, MAX_DISPOSITION_LENGTH
from facebook_session.store import Change
from session_api.operations.operation import Operation, UserDataKey
from session_api.settings import Settings


class SetDisposition(Operation):
    """`disposition` goes to the user data's `dispositionKey`, by default the key configured for the server."""

    disposition: Annotated[str, Field(min_length=1, max_length=MAX_DISPOSITION_LENGTH)]
    disposition_key: UserDataKey = ""

    def change(self, settings: Settings) -> Change:
        return Change(ANSWERED, {self.disposition_key or settings.disposition_key: self.disposition})
