"""The operations of the API, one file each. Importing one makes it part of the API."""

import functools
import operator
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Final, cast

from pydantic import Field, TypeAdapter, ValidationError

from facebook_session.errors import InvalidParameter, MissingParameter
from session_api.operations.accept import Accept as Accept
from session_api.operations.add_comment import AddComment as AddComment
from session_api.operations.attach_user_data import AttachUserData as AttachUserData
from session_api.operations.complete import Complete as Complete
from session_api.operations.delete_user_data import DeleteUserData as DeleteUserData
from session_api.operations.leave import Leave as Leave
from session_api.operations.operation import Operation, refusal
from session_api.operations.reject import Reject as Reject
from session_api.operations.send_message import SendMessage as SendMessage
from session_api.operations.send_start_typing_notification import (
    SendStartTypingNotification as SendStartTypingNotification,
)
from session_api.operations.send_stop_typing_notification import (
    SendStopTypingNotification as SendStopTypingNotification,
)
from session_api.operations.send_url import SendUrl as SendUrl
from session_api.operations.set_disposition import SetDisposition as SetDisposition
from session_api.operations.set_in_focus import SetInFocus as SetInFocus
from session_api.operations.transfer import Transfer as Transfer
from session_api.operations.update_user_data import UpdateUserData as UpdateUserData

OPERATIONS: Final[tuple[type[Operation], ...]] = tuple(Operation.__subclasses__())

_NAMES: Final = frozenset(operation.__name__ for operation in OPERATIONS)
_ANY: Final[TypeAdapter[Operation]] = TypeAdapter(
    cast("Any", Annotated[functools.reduce(operator.or_, OPERATIONS), Field(discriminator="operation_name")])
)


def requested(parameters: Mapping[str, Any]) -> Operation:
    """The operation that a request asks for, its parameters checked.

    Raises MissingParameter, InvalidParameter or ValueOutOfRange, which name the parameter.
    """
    named(parameters, _NAMES)
    try:
        return _ANY.validate_python(parameters)
    except ValidationError as error:
        raise refusal(error, at=1) from None  # behind the operation's name


def named(parameters: Mapping[str, Any], names: Collection[str]) -> str:
    """The `operationName`, which must be one of these; raises MissingParameter or InvalidParameter."""
    name = parameters.get("operationName", "")
    if not isinstance(name, str):
        raise InvalidParameter("The parameter operationName must be a string.")
    if not name:
        raise MissingParameter("The parameter operationName is missing.")
    if name not in names:
        raise InvalidParameter("The parameter operationName names no operation of this API.")
    return name
