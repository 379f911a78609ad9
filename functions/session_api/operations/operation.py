"""What every operation is: a model of its parameters, and the change that it makes."""

from abc import abstractmethod
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from facebook_session.errors import InvalidParameter, MissingParameter, SessionError, ValueOutOfRange
from facebook_session.session import USER_DATA_KEY
from facebook_session.store import Change
from session_api.settings import Settings

UserDataKey = Annotated[str, Field(pattern=USER_DATA_KEY)]


class Operation(BaseModel):
    """Its class's name is its `operationName`. Parameters that an operation doesn't know are ignored."""

    model_config = ConfigDict(frozen=True, strict=True, alias_generator=to_camel)

    @abstractmethod
    def change(self, settings: Settings) -> Change:
        """What the operation does to the session."""


_REFUSALS: Final[dict[str, tuple[type[SessionError], str]]] = {
    "missing": (MissingParameter, "is missing"),
    "string_too_short": (MissingParameter, "must not be empty"),
    "string_type": (InvalidParameter, "must be a string"),
    "string_too_long": (ValueOutOfRange, "is longer than {max_length} characters"),
    "string_pattern_mismatch": (
        ValueOutOfRange,
        "must be 1 to 128 characters: letters, digits, underscore, full stop, hyphen or space",
    ),
}


def refusal(error: ValidationError) -> SessionError:
    """The first fault that pydantic found, as the error that the contract gives it."""
    fault = error.errors(include_url=False, include_input=False)[0]
    kind, complaint = _REFUSALS.get(fault["type"], (InvalidParameter, "is not valid"))
    return kind(f"The parameter {fault['loc'][0]} {complaint.format(**fault.get('ctx', {}))}.")
