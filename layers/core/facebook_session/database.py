"""Calls of DynamoDB, and what its errors mean to a caller.

The SDK's own repeats are switched off: it would make a change again without knowing whether it has been made.
"""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BrokenConnectionError

from facebook_session.errors import SessionError, Unavailable, ValueOutOfRange

_THROTTLED: Final = frozenset(
    {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException", "ThrottledException"}
)


PAUSES_SECONDS: Final = (0.05, 0.2)
"""Between the attempts of one call."""

_RANDOM: Final = secrets.SystemRandom()


class Refused(Exception):
    """The write's condition did not hold. `item` is the item as it was, in DynamoDB's JSON; None: there was none."""

    def __init__(self, item: Mapping[str, Any] | None) -> None:
        super().__init__()
        self.item = item


def called(operation: Callable[..., dict[str, Any]], **parameters: Any) -> dict[str, Any]:
    """The answer to a call that may be made twice, and is, where DynamoDB throttles, fails or doesn't answer.

    Raises Refused, Unavailable, and ValueOutOfRange for an item of over 400 KB; our own faults stay.
    """
    for pause in PAUSES_SECONDS:
        try:
            return once(operation, **parameters)
        except Unavailable:
            wait(pause)
    return once(operation, **parameters)


def wait(seconds: float) -> None:
    """About as long: callers that failed together should not come again together."""
    time.sleep(seconds * _RANDOM.uniform(0.5, 1))


def once(operation: Callable[..., dict[str, Any]], **parameters: Any) -> dict[str, Any]:
    """The answer, as `called` gives it, without repeats."""
    try:
        return operation(**parameters)
    except (BrokenConnectionError, HTTPClientError) as error:
        raise Unavailable from error
    except ClientError as error:
        if _code(error) == "ConditionalCheckFailedException":
            response: Mapping[str, Any] = error.response
            raise Refused(response.get("Item")) from None
        raise _reason(error) from error


def _reason(error: ClientError) -> SessionError | ClientError:
    if _code(error) in _THROTTLED or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
        return Unavailable()
    if _code(error) == "ValidationException" and "Item size" in error.response["Error"]["Message"]:
        return ValueOutOfRange("The session's user data would be larger than a session can hold.")
    return error


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]
