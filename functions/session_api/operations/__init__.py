"""The operations of the API, one file each. `operationName` picks one of them."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from facebook_session.errors import InvalidParameter, MissingParameter
from session_api.operations.operation import Operation, refusal
from session_api.operations.set_disposition import SetDisposition

OPERATIONS: Final[tuple[type[Operation], ...]] = (SetDisposition,)

_BY_NAME: Final[Mapping[str, type[Operation]]] = {operation.__name__: operation for operation in OPERATIONS}


def requested(parameters: Mapping[str, Any]) -> Operation:
    """The operation that a request asks for, its parameters checked.

    Raises MissingParameter, InvalidParameter or ValueOutOfRange, which name the parameter.
    """
    name = parameters.get("operationName", "")
    if not isinstance(name, str):
        raise InvalidParameter("The parameter operationName must be a string.")
    if not name:
        raise MissingParameter("The parameter operationName is missing.")
    if name not in _BY_NAME:
        raise InvalidParameter("The parameter operationName names no operation of this API.")
    try:
        return _BY_NAME[name].model_validate(parameters)
    except ValidationError as error:
        raise refusal(error) from None
