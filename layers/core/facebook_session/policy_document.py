"""What a policy's document must be, and where one that is not has its fault."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from facebook_session.errors import InvalidParameter, MissingParameter, SessionError, ValueOutOfRange
from facebook_session.policy import Policy, normal
from facebook_session.session import MAX_NAME_LENGTH

MAX_QUEUES: Final = 100  # what one IN of DynamoDB's takes
MAX_DEPTH: Final = 8
MAX_LATE_HOURS: Final = 8_760

Place = tuple[str | int, ...]
"""Where in the document: names of members and indexes of arrays."""

_Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH, pattern=r"\S")]


class PolicyFault(Exception):
    """`reason` is a sentence without its subject, such as `is the name of another code`; `error` the kind that it is of
    where a request has it.
    """

    def __init__(self, place: Place, reason: str, error: type[SessionError] = InvalidParameter) -> None:
        super().__init__(reason)
        self.place = place
        self.reason = reason
        self.error = error


class _Member(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_camel)


class Code(_Member):
    """A folder has `children`, and is no code that can be set. Who is `retired` can't be set any more."""

    name: _Name
    display_name: _Name
    children: list["Code"] | None = None
    retired: bool = False


class PolicyDocument(_Member):
    """`queues` has folders or codes of each queue; a queue that isn't there has all. `default` is a code."""

    codes: list[Code]
    queues: Annotated[dict[_Name, list[str]], Field(max_length=MAX_QUEUES)] = Field(default_factory=dict)
    enforce: bool = False
    mandatory: bool = False
    default: str | None = None
    late_hours: int = Field(default=0, ge=0, le=MAX_LATE_HOURS)


MEMBERS: Final = frozenset(to_camel(name) for model in (Code, PolicyDocument) for name in model.model_fields)

_REASONS: Final = {
    "extra_forbidden": "is no member of a policy",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "list_type": "must be an array",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
}
"""For the kinds of pydantic's errors: its own words speak of Python."""

_LACKS: Final = {
    "missing": "is missing",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must not be blank",
}
_OUT_OF_RANGE: Final = {
    "string_too_long": f"is longer than {MAX_NAME_LENGTH} characters",
    "too_long": f"must have at most {MAX_QUEUES} entries",
    "greater_than_equal": f"must be from 0 to {MAX_LATE_HOURS}",
    "less_than_equal": f"must be from 0 to {MAX_LATE_HOURS}",
}
_DEEP: Final = f"is nested more than {MAX_DEPTH} levels deep"


def demand_valid(document: Mapping[str, Any]) -> None:
    """Raises PolicyFault with the first fault."""
    try:
        checked = PolicyDocument.model_validate(document)
    except (ValidationError, RecursionError) as error:
        raise _fault(error) from None
    faults = (_of_codes(checked), _of_queues(checked), _of_default(checked, document), _of_use(checked, document))
    for fault in itertools.chain(*faults):
        raise fault


def _fault(error: ValidationError | RecursionError) -> PolicyFault:
    if isinstance(error, RecursionError):
        return PolicyFault(("codes",), _DEEP, ValueOutOfRange)
    first = error.errors(include_url=False, include_input=False)[0]
    place, kind = first["loc"], first["type"]
    if len(place) > 2 * MAX_DEPTH + 1:  # pydantic gives up some hundred levels deep
        return PolicyFault(("codes",), _DEEP, ValueOutOfRange)
    if kind in _LACKS:
        return PolicyFault(place, _LACKS[kind], MissingParameter)
    if kind in _OUT_OF_RANGE:
        return PolicyFault(place, _OUT_OF_RANGE[kind], ValueOutOfRange)
    return PolicyFault(place, _REASONS.get(kind, "is not valid"))


def _places(codes: Sequence[Code], around: Place = ("codes",)) -> Iterator[tuple[Place, Code]]:
    for index, code in enumerate(codes):
        yield (*around, index), code
        yield from _places(code.children or (), (*around, index, "children"))


def _of_codes(document: PolicyDocument) -> Iterator[PolicyFault]:
    names: set[str] = set()
    for place, code in _places(document.codes):
        if normal(code.name) in names:
            yield PolicyFault((*place, "name"), "is the name of another code")
        if len(place) > 2 * MAX_DEPTH:
            yield PolicyFault(place, _DEEP, ValueOutOfRange)
        names.add(normal(code.name))


def _of_queues(document: PolicyDocument) -> Iterator[PolicyFault]:
    names = {normal(code.name) for _, code in _places(document.codes)}
    queues: set[str] = set()
    for queue, listed in document.queues.items():
        if normal(queue) in queues:
            yield PolicyFault(("queues", queue), "is the name of another queue")
        queues.add(normal(queue))
        for index, name in enumerate(listed):
            if normal(name) not in names:
                yield PolicyFault(("queues", queue, index), "is the name of no code")


def _of_default(checked: PolicyDocument, document: Mapping[str, Any]) -> Iterator[PolicyFault]:
    if checked.default is None:
        return
    lacking = Policy.of(0, document).codes.get(normal(checked.default))
    if lacking is None:
        yield PolicyFault(("default",), "is the name of no code that can be set")
    elif lacking:
        yield PolicyFault(("default",), "is no code of each queue")


def _of_use(checked: PolicyDocument, document: Mapping[str, Any]) -> Iterator[PolicyFault]:
    """Without a code that can be set, no agent could complete what must have one."""
    if not (checked.enforce and checked.mandatory):
        return
    codes = Policy.of(0, document).codes
    if not codes:
        yield PolicyFault(("codes",), "has no code that can be set, and one is mandatory")
    for queue in checked.queues:
        if all(normal(queue) in lacking for lacking in codes.values()):
            yield PolicyFault(("queues", queue), "has no code that can be set, and one is mandatory")
