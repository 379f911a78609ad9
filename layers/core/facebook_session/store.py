"""The sessions in DynamoDB. A change is one conditional UpdateItem: who may, when, and whether anything changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BrokenConnectionError

from facebook_session.errors import InvalidParameter, SessionError, SessionNotFound, Unavailable, ValueOutOfRange
from facebook_session.session import MAX_USER_DATA_KEYS, State

_THROTTLED: Final = frozenset(
    {"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException", "ThrottledException"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """What an operation does to a session: the states it is allowed in, and the user data it sets."""

    allowed_in: frozenset[State]
    user_data: Mapping[str, str]


class SessionStore:
    """Sessions in the table `table`, through a DynamoDB client."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def update(self, session_id: str, user_name: str, change: Change) -> int:
        """Makes the change and returns the session's `referenceId` after it.

        A change that would alter nothing is not written and leaves `referenceId` as it is.

        Raises SessionNotFound, InvalidParameter (state), ValueOutOfRange (size), and Unavailable where
        DynamoDB throttles, fails or does not answer.
        """
        try:
            answer = self._client.update_item(**_update_item(self._table, session_id, user_name, change))
        except (BrokenConnectionError, HTTPClientError) as error:
            raise Unavailable from error
        except ClientError as error:
            if _code(error) == "ConditionalCheckFailedException":
                return _explain(_old_item(error), user_name, change)
            raise _reason(error) from error
        return int(answer["Attributes"]["referenceId"]["N"])


def _update_item(table: str, session_id: str, user_name: str, change: Change) -> dict[str, Any]:
    """The parameters of the write. Client text is only ever a name `#k0` or a value `:v0`."""
    keys = range(len(change.user_data))
    states = [f":s{i}" for i in range(len(change.allowed_in))]
    sets = "".join(f"userData.#k{i} = :v{i}, " for i in keys)
    alters = " OR ".join(f"attribute_not_exists(userData.#k{i}) OR userData.#k{i} <> :v{i}" for i in keys)
    exist = " AND ".join(f"attribute_exists(userData.#k{i})" for i in keys)
    return {
        "TableName": table,
        "Key": {"id": {"S": session_id}},
        "UpdateExpression": f"SET {sets}referenceId = referenceId + :one, updatedAt = :now",
        "ConditionExpression": "attribute_type(agents, :set) AND contains(agents, :user)"
        f" AND #state IN ({', '.join(states)}) AND ({alters}) AND (size(userData) <= :room OR ({exist}))",
        "ExpressionAttributeNames": {"#state": "state"} | {f"#k{i}": key for i, key in enumerate(change.user_data)},
        "ExpressionAttributeValues": {
            ":user": {"S": user_name},
            ":set": {"S": "SS"},  # in a text, `contains` would find the names of others
            ":one": {"N": "1"},
            ":now": {"S": datetime.now(UTC).isoformat(timespec="milliseconds")},
            ":room": {"N": str(MAX_USER_DATA_KEYS - len(change.user_data))},
        }
        | {name: {"S": state} for name, state in zip(states, change.allowed_in, strict=True)}
        | {f":v{i}": {"S": value} for i, value in enumerate(change.user_data.values())},
        "ReturnValues": "UPDATED_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def _explain(item: Mapping[str, Any] | None, user_name: str, change: Change) -> int:
    """Why the write was refused, from the item as it was. A caller who takes no part learns nothing else."""
    if item is None or user_name not in item.get("agents", {}).get("SS", ()):
        raise SessionNotFound
    if item["state"]["S"] not in change.allowed_in:
        raise InvalidParameter("The parameter operationName is not valid in the session's state.")
    user_data = item["userData"]["M"]
    if all(user_data.get(key) == {"S": value} for key, value in change.user_data.items()):
        return int(item["referenceId"]["N"])
    raise ValueOutOfRange(f"The session's user data would have more than {MAX_USER_DATA_KEYS} keys.")


def _reason(error: ClientError) -> SessionError | ClientError:
    """What a refusal by DynamoDB means to the caller; whatever is our own fault stays as it is."""
    if _code(error) in _THROTTLED or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
        return Unavailable()
    if _code(error) == "ValidationException" and "Item size" in error.response["Error"]["Message"]:
        return ValueOutOfRange("The session's user data would be larger than a session can hold.")
    return error


def _old_item(error: ClientError) -> Mapping[str, Any] | None:
    response: Mapping[str, Any] = error.response
    return response.get("Item")


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]
