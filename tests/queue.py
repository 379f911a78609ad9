"""What a queue does between a topic and a subscriber's function: messages come in any order, and some twice.

One that fails comes again later, and after too many failures lies in the dead-letter queue.
"""

import random
from collections.abc import Callable, Iterable
from typing import Any, Final

_REACH: Final = 10  # so far can a message be overtaken, repeats of failures aside
_RECEIVES: Final = 3

Message = dict[str, Any]
Function = Callable[[Message, object], dict[str, Any]]


class Queue:
    """Hands messages to `function`, `doubled` of them twice; `dead` are those that failed too often."""

    def __init__(self, function: Function, chance: random.Random, *, doubled: float = 0.1) -> None:
        self._function = function
        self._chance = chance
        self._doubled = doubled
        self.dead: list[Message] = []

    def drain(self, messages: Iterable[Message]) -> None:
        waiting = [(message, 0) for message in messages]
        while waiting:
            message, failures = waiting.pop(self._chance.randrange(min(_REACH, len(waiting))))
            if self._chance.random() < self._doubled:
                waiting.insert(self._chance.randrange(len(waiting) + 1), (message, failures))
            if not self._function({"Records": [message]}, None)["batchItemFailures"]:
                continue
            if failures + 1 < _RECEIVES:
                waiting.insert(min(_REACH, len(waiting)), (message, failures + 1))
            else:
                self.dead.append(message)

    def redrive(self) -> None:
        dead, self.dead = self.dead, []
        self.drain(dead)


def received(entry: Message) -> Message:
    """What Lambda gets of an entry of PublishBatch that a queue delivered raw."""
    attributes = {name: {"stringValue": one["StringValue"]} for name, one in entry["MessageAttributes"].items()}
    return {"messageId": entry["Id"], "body": entry["Message"], "messageAttributes": attributes}
