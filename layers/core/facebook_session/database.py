"""Calls of DynamoDB, or of what else a request needs, and what their errors mean to a caller.

The SDK's own repeats are switched off: it would make a change again without knowing whether it has been made.
"""

import contextlib
import math
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final

from aws_lambda_powertools.logging import Logger
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BrokenConnectionError

from facebook_session.errors import SessionError, Unavailable, ValueOutOfRange

_THROTTLED: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",  # Cognito's
    }
)

PAUSES_SECONDS: Final = (0.05, 0.2)
"""Between the attempts of one call."""

_BATCH: Final = 25  # the most that one BatchWriteItem takes

_RANDOM: Final = secrets.SystemRandom()
_last_start: ContextVar[float] = ContextVar("last_start", default=math.inf)

logger = Logger(child=True)


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Inside, no call begins later than so many seconds from now, whoever makes it: it raises Unavailable instead."""
    token = _last_start.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _last_start.reset(token)


class Refused(Exception):
    """The write's condition did not hold. `item` is the item as it was, in DynamoDB's JSON; None: there was none."""

    def __init__(self, item: Mapping[str, Any] | None) -> None:
        super().__init__()
        self.item = item


def call(operation: Callable[..., dict[str, Any]], **arguments: Any) -> dict[str, Any]:
    """The answer to a call that may be made twice, and is, where DynamoDB throttles, fails or doesn't answer.

    Raises Refused, Unavailable, and ValueOutOfRange for an item of over 400 KB; our own faults stay.
    """
    for pause in PAUSES_SECONDS:
        try:
            return call_once(operation, **arguments)
        except Unavailable:
            wait(pause)
    return call_once(operation, **arguments)


def wait(seconds: float) -> None:
    """About as long: callers that failed together should not come again together."""
    time.sleep(seconds * _RANDOM.uniform(0.5, 1))


def call_once(operation: Callable[..., dict[str, Any]], **arguments: Any) -> dict[str, Any]:
    """The answer, as `call` gives it, without repeats."""
    if time.monotonic() > _last_start.get():
        raise Unavailable
    try:
        return operation(**arguments)
    except (BrokenConnectionError, HTTPClientError) as error:
        logger.info("No answer", error=type(error).__name__)
        raise Unavailable from error
    except ClientError as error:
        if _code(error) == "ConditionalCheckFailedException":
            response: Mapping[str, Any] = error.response
            raise Refused(response.get("Item")) from None
        logger.info("An error for an answer", code=_code(error))
        raise _reason(error) from error


def write_all(client: Any, table: str, requests: Sequence[Mapping[str, Any]]) -> None:
    """Puts and deletes items of the table, in BatchWriteItem's words, in no order; raises Unavailable."""
    for start in range(0, len(requests), _BATCH):
        _write_batch(client, {table: requests[start : start + _BATCH]})


def _write_batch(client: Any, batch: Mapping[str, Any]) -> None:
    """DynamoDB can leave a part of a batch undone, which is then to be sent again."""
    for pause in (0, *PAUSES_SECONDS):
        wait(pause)
        batch = call(client.batch_write_item, RequestItems=batch).get("UnprocessedItems", {})
        if not batch:
            return
    raise Unavailable


def _reason(error: ClientError) -> SessionError | ClientError:
    if _code(error) in _THROTTLED or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
        return Unavailable()
    if _code(error) == "ValidationException" and "Item size" in error.response["Error"]["Message"]:
        return ValueOutOfRange("The session's user data would be larger than a session can hold.")
    return error


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]
