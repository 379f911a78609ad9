"""The notifier of a running stack, and how records are handed to it."""

import json
from collections.abc import Sequence
from typing import Any, Final

from operate.bucket import Record

_LARGEST_BYTES: Final = 6 * 1024 * 1024  # of what Lambda takes in a call


class Notifier:
    """The function `name`, through a client of Lambda."""

    def __init__(self, functions: Any, name: str) -> None:
        self._functions = functions
        self._name = name

    def deliver(self, records: Sequence[Record]) -> bool:
        """Whether the notifier took all of them. It can need several calls, as long as each brings it forward."""
        while records:
            delivered = self._deliver(records)
            if not delivered:
                return False
            records = records[delivered:]
        return True

    def _deliver(self, records: Sequence[Record]) -> int:
        """How many from the front one call brings forward."""
        batch, payload = records, _payload(records)
        while len(payload) > _LARGEST_BYTES and len(batch) > 1:
            batch = batch[: len(batch) // 2]
            payload = _payload(batch)
        answer = self._functions.invoke(FunctionName=self._name, Payload=payload)
        if "FunctionError" in answer:
            return 0
        failures = json.loads(answer["Payload"].read())["batchItemFailures"]
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        return numbers.index(failures[0]["itemIdentifier"]) if failures else len(batch)


def _payload(records: Sequence[Record]) -> bytes:
    return json.dumps({"Records": records}, ensure_ascii=False, separators=(",", ":")).encode()
