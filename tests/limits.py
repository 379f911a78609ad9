"""What DynamoDB refuses and moto takes: keys, numbers, text, sizes, depth and expressions beyond its limits."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from botocore.exceptions import ClientError
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

_KEY_BYTES: Final = {"HASH": 2_048, "RANGE": 1_024}
_ITEM_BYTES: Final = 409_600
_EXPRESSION_BYTES: Final = 4_096
_DEPTH: Final = 32
_DIGITS: Final = 38
_EXPONENTS: Final = range(-130, 126)
_ASSIGNED: Final = re.compile(r"(?<![.#\w])([#\w]+)\s*[<>=]+\s*(:\w+)")
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_VERB: Final = re.compile(r"\b(?:SET|REMOVE|ADD|DELETE)\b")
_CALLS: Final = "provide-client-params.dynamodb"
_BETWEEN_ACTIONS: Final = re.compile(r",(?![^(]*\))")

Call = Mapping[str, Any]


def table(name: str) -> Table:
    """A table as moto has it."""
    return dynamodb_backends["123456789012"]["us-east-1"].get_table(name)


class Limits:
    """Holds a client of moto's DynamoDB to them: a call beyond them fails as on AWS, and `refused` has the reasons.

    An item that gets too large is no fault of the call, so that is none of the reasons.
    """

    def __init__(self, client: Any) -> None:
        self.refused: list[str] = []
        names = client.list_tables()["TableNames"]
        self._keys = {name: _keys(client.describe_table(TableName=name)["Table"]) for name in names}
        self._events = client.meta.events
        self._events.register(_CALLS, self._hold)

    def lift(self) -> None:
        self._events.unregister(_CALLS, self._hold)

    def _hold(self, params: Call, model: Any, **_: Any) -> None:
        reason = next(self._reasons(params), "")
        if reason:
            self.refused.append(reason)
        elif _item_bytes(params) > _ITEM_BYTES:
            reason = "Item size has exceeded the maximum allowed size"
        if reason:
            error: Any = {"Error": {"Code": "ValidationException", "Message": reason}}
            raise ClientError(error | {"ResponseMetadata": {"HTTPStatusCode": 400}}, model.name)

    def _reasons(self, params: Call) -> Iterator[str]:
        yield from _of_values(params, 2 if "UpdateExpression" in params else 1)
        yield from _of_expressions(params)
        for name, calls in _by_table(params):
            for key, value in _key_values(calls):
                if key in self._keys[name]:
                    yield from _of_key(key, value, *self._keys[name][key])


def _keys(description: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    """Of the attributes that are keys of the table or an index the type, and how many bytes they can have."""
    types = {one["AttributeName"]: one["AttributeType"] for one in description["AttributeDefinitions"]}
    schemas = [description["KeySchema"], *(one["KeySchema"] for one in description.get("GlobalSecondaryIndexes", ()))]
    return {
        one["AttributeName"]: (types[one["AttributeName"]], _KEY_BYTES[one["KeyType"]])
        for schema in schemas
        for one in schema
    }


def _by_table(params: Call) -> Iterator[tuple[str, Call]]:
    if "TableName" in params:
        yield params["TableName"], params
    for name, calls in params.get("RequestItems", {}).items():
        for call in calls if isinstance(calls, list) else [calls]:
            yield name, {**call, **call.get("PutRequest", {}), **call.get("DeleteRequest", {})}
    for one in params.get("TransactItems", ()):
        for call in one.values():
            yield call["TableName"], call


def _key_values(call: Call) -> Iterator[tuple[str, Any]]:
    """What a call says of attributes that can be keys."""
    for place in (*(call.get(name, {}) for name in ("Key", "Item", "ExclusiveStartKey")), *call.get("Keys", ())):
        yield from place.items()
    names, values = call.get("ExpressionAttributeNames", {}), call.get("ExpressionAttributeValues", {})
    for expression in ("KeyConditionExpression", "UpdateExpression"):
        for name, value in _ASSIGNED.findall(call.get(expression, "")):
            yield names.get(name, name), values[value]


def _of_key(name: str, value: Mapping[str, Any], kind: str, most: int) -> Iterator[str]:
    text = value.get(kind)
    if not isinstance(text, str):
        yield f"a key {name} of another type"
    elif not 1 <= len(text.encode()) <= most:
        yield f"an empty or too long key {name}"


def _of_values(value: Any, depth: int) -> Iterator[str]:
    """`depth` is that of the maps and lists around the value, the item included."""
    if isinstance(value, str) and _LONE_SURROGATE.search(value):
        yield "text that is not Unicode"
    if isinstance(value, Mapping):
        yield from _of_attribute(value)
        for name, one in value.items():
            yield from _of_values(name, depth)
            yield from _of_values(one, depth + (name in ("M", "L")))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for one in value:
            yield from _of_values(one, depth)
    if depth > _DEPTH:
        yield "an item that is too deep"


def _of_attribute(value: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value.get("N"), str) and not _is_number(value["N"]):
        yield "a number beyond its limits"
    if [*value.values()] == [[]] and value.keys() & {"SS", "NS", "BS"}:
        yield "an empty set"


def _is_number(text: str) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return number.is_finite() and len(digits) <= _DIGITS and number.adjusted() in _EXPONENTS


def _of_expressions(params: Call) -> Iterator[str]:
    for name, expression in params.items():
        if name.endswith("Expression") and not 0 < len(expression.encode()) <= _EXPRESSION_BYTES:
            yield f"an empty or too long {name}"
    if "" in params.get("ExpressionAttributeNames", {}).values():
        yield "an empty name"
    paths = [*_paths(params.get("UpdateExpression", ""), params.get("ExpressionAttributeNames", {}))]
    if any(one == other[: len(one)] for place, one in enumerate(paths) for other in paths[:place] + paths[place + 1 :]):
        yield "paths that overlap"


def _paths(expression: str, names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The places that an update alters, each as the steps that lead to it."""
    for clause in filter(None, _VERB.split(expression)):
        for action in _BETWEEN_ACTIONS.split(clause):
            place = re.split(r"[\s=]", action.strip())[0]
            yield tuple(names.get(step, step) for step in re.findall(r"[#\w]+|\[\d+\]", place))


def _item_bytes(params: Call) -> int:
    """At most so many will an item have after the call: of an update, what is overwritten counts twice."""
    if "Item" in params:
        return _bytes(params["Item"])
    if "UpdateExpression" not in params:
        return 0
    (key,) = params["Key"].values()
    old = table(params["TableName"]).get_item(DynamoType(key))
    return (old.size() if old else 0) + _bytes(params["ExpressionAttributeValues"])


def _bytes(value: Any) -> int:
    if isinstance(value, str | bytes):
        return len(value.encode()) if isinstance(value, str) else len(value)
    if isinstance(value, Mapping):
        return sum(_bytes(name) + _bytes(one) for name, one in value.items())
    return sum(map(_bytes, value)) if isinstance(value, Sequence) else 1
