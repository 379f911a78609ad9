"""What every operation is: a model of its parameters, and the change that it makes."""

from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic.alias_generators import to_camel

from facebook_session.callers import Caller, Role
from facebook_session.changes import Change
from facebook_session.errors import InvalidParameter, MissingParameter, SessionError, ValueOutOfRange
from facebook_session.policy import normal
from facebook_session.session import (
    MAX_NAME_LENGTH,
    MAX_TEXT_LENGTH,
    SESSION_ID,
    USER_NAME,
)
from facebook_session.states import Move, Moves
from facebook_session.user_data import KEY, KEYS_ARE, MAX_DEPTH, MAX_REQUEST_KEYS, checked
from session_api.rules import Rules

NO_OTHER_KEYS: Final[dict[str, Any]] = {"additionalProperties": False}
_VALUE_SCHEMA: Final = {
    "anyOf": [
        {"type": "string", "maxLength": MAX_TEXT_LENGTH},
        {"type": "number"},
        {"type": "boolean"},
        {"type": "null"},
        {"type": "object", "additionalProperties": {}},
        {"type": "array", "items": {}},
    ],
    "description": f"Objects and arrays are of such values too, at most {MAX_DEPTH} levels deep.",
}

Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT_LENGTH)]
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH)]
QueueName = Annotated[str, Field(max_length=MAX_NAME_LENGTH), AfterValidator(normal)]
UserDataKey = Annotated[str, Field(pattern=KEY)]
UserDataValue = Annotated[Any, AfterValidator(checked), WithJsonSchema(_VALUE_SCHEMA)]
UserData = Annotated[
    dict[UserDataKey, UserDataValue], Field(max_length=MAX_REQUEST_KEYS, json_schema_extra=NO_OTHER_KEYS)
]


class Parameters(BaseModel):
    """Named in camel case on the wire. What a model doesn't know is ignored."""

    model_config = ConfigDict(frozen=True, strict=True, alias_generator=to_camel)


class Operation(Parameters):
    """Its class's name is its `operationName`; `moves` says who may call it, in which states, and where it leads."""

    moves: ClassVar[Moves]

    def move(self, role: Role) -> Move:
        """Raises InvalidParameter where who has this role may not call it."""
        if role not in self.moves:
            raise InvalidParameter("The parameter operationName names an operation that only an agent can call.")
        return self.moves[role]

    @abstractmethod
    def change(self, caller: Caller, rules: Rules) -> Change:
        """What the operation does to the session, beside moving it to another state."""


_REFUSALS: Final[dict[str, tuple[type[SessionError], str]]] = {
    "missing": (MissingParameter, "is missing"),
    "string_too_short": (MissingParameter, "must not be empty"),
    "string_type": (InvalidParameter, "must be a string"),
    "bool_type": (InvalidParameter, "must be true or false"),
    "list_type": (InvalidParameter, "must be an array of strings"),
    "dict_type": (InvalidParameter, "must be an object"),
    "model_type": (InvalidParameter, "must be an object"),
    "string_too_long": (ValueOutOfRange, "is longer than {max_length} characters"),
    "too_long": (ValueOutOfRange, "has more than {max_length} keys"),
}

_ALPHABETS: Final = {
    KEY: KEYS_ARE,
    SESSION_ID: f"must be 1 to {MAX_NAME_LENGTH} characters: letters, digits, underscore, full stop or hyphen, "
    "not only full stops",
    USER_NAME: f"must be 1 to {MAX_NAME_LENGTH} characters, none of them a slash, a space or a control character",
}


def refusal(error: ValidationError, at: int = 0) -> SessionError:
    """The first fault that pydantic found, as the error that the contract gives it. User data's keys are not told.

    `at` is where the parameter's name stands in pydantic's location of a fault.
    """
    fault = error.errors(include_url=False, include_input=False)[0]
    path = [str(step) for step in fault["loc"][at:]]
    kind, complaint = _REFUSALS.get(fault["type"], (InvalidParameter, "is not valid"))
    if fault["type"] == "string_pattern_mismatch" and fault["ctx"]["pattern"] in _ALPHABETS:
        kind, complaint = ValueOutOfRange, _ALPHABETS[fault["ctx"]["pattern"]]
    return kind(f"{_subject(path)} {complaint.format(**fault.get('ctx', {}))}.")


def _subject(path: list[str]) -> str:
    if path[0] in ("userData", "keys") and len(path) > 1:
        return f"A key in the parameter {path[0]}"
    return f"The parameter {'.'.join(path)}"
