"""The eraser of a running stack, and how removals are handed to it."""

import json
from collections.abc import Sequence
from typing import Any

from facebook_session.removal import Removal


class Eraser:
    """The function `name`, through a client of Lambda."""

    def __init__(self, functions: Any, name: str) -> None:
        self._functions = functions
        self._name = name

    def erase(self, removals: Sequence[Removal]) -> bool:
        """Whether all of them are carried out. They reach the function as from its queue."""
        messages = [{"messageId": str(place), "body": one.to_json()} for place, one in enumerate(removals)]
        answer = self._functions.invoke(FunctionName=self._name, Payload=json.dumps({"Records": messages}).encode())
        return "FunctionError" not in answer and not json.loads(answer["Payload"].read())["batchItemFailures"]
