"""The parts of an UpdateItem as they come together.

Client text is only ever a name `#n0` or a value `:v0`, never part of an expression. A request of 50 keys stays below
DynamoDB's limits of 4 KB and 300 operators for an expression.
"""

from typing import Any, Final

from facebook_session.attributes import attribute

Arguments = dict[str, Any]

APPEND_INDEX: Final = 1_000
"""Of no list's element: DynamoDB appends what is set far behind a list's end."""


class Write:
    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: Arguments = {}
        self._clauses: dict[str, list[str]] = {"SET": [], "REMOVE": [], "ADD": [], "DELETE": []}
        self._conditions: list[str] = []
        self._unchanged: list[str] = []

    def name(self, text: str) -> str:
        token = f"#n{len(self._names)}"
        self._names[token] = text
        return token

    def value(self, plain: Any) -> str:
        token = f":v{len(self._values)}"
        self._values[token] = attribute(plain)
        return token

    def do(self, clause: str, what: str) -> None:
        self._clauses[clause].append(what)

    def only_if(self, condition: str) -> None:
        self._conditions.append(condition)

    def sets(self, place: str, value: str) -> None:
        """As `do`, where the session may have the value already."""
        self.do("SET", f"{place} = {value}")
        self._unchanged.append(f"{place} = {value}")

    def removes(self, place: str) -> None:
        self.do("REMOVE", place)
        self._unchanged.append(f"attribute_not_exists({place})")

    def only_if_it_alters(self) -> None:
        """Not where the session has all of it already."""
        self.only_if(f"NOT ({' AND '.join(['attribute_exists(id)', *self._unchanged])})")

    def arguments(self, returned: str) -> Arguments:
        names = {"ExpressionAttributeNames": self._names} if self._names else {}
        return names | {
            "UpdateExpression": " ".join(f"{verb} {', '.join(done)}" for verb, done in self._clauses.items() if done),
            "ConditionExpression": " AND ".join(self._conditions),
            "ExpressionAttributeValues": self._values,
            "ReturnValues": returned,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
