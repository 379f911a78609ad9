"""The notifier of a running stack, and how records are handed to it."""

import json
from collections.abc import Sequence
from typing import Any

from operate.bucket import Record


class Notifier:
    """The function `name`, through a client of Lambda."""

    def __init__(self, functions: Any, name: str) -> None:
        self._functions = functions
        self._name = name

    def take(self, records: Sequence[Record]) -> bool:
        """Whether the notifier took all of them. It can need several calls, as long as each brings it forward."""
        while records:
            payload = json.dumps({"Records": records}).encode()
            answer = self._functions.invoke(FunctionName=self._name, Payload=payload)
            if "FunctionError" in answer:
                return False
            failures = json.loads(answer["Payload"].read())["batchItemFailures"]
            rest = _rest(records, failures[0]["itemIdentifier"]) if failures else []
            if len(rest) == len(records):
                return False
            records = rest
        return True


def _rest(records: Sequence[Record], number: str) -> Sequence[Record]:
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    return records[numbers.index(number) :]
