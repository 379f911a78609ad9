"""What Lambda does between a table's stream and a function: no emulator does it.

A shard is read in batches, from a checkpoint on. A batch that fails comes again: from the lowest number that the
function reports, or halved where the function itself fails. A batch can come again though it went well. Records of one
session stay in one lane, in their order; lanes are the shards, and within a shard the parallel readers. A shard that
is split goes on in two, which begin once it is finished. A batch that gets nowhere for too long is given up whole.
"""

import random
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]
Function = Callable[[list[Record]], dict[str, Any]]
Destination = Callable[[list[Record]], None]


@dataclass
class Lane:
    """Records that one reader hands over, and those that follow once it is done."""

    records: Sequence[Record]
    children: list["Lane"] = field(default_factory=list)
    checkpoint: int = 0
    batch_size: int = 0
    failures: int = 0


class Mapping:
    """The event source mapping of `function`. `crashes` is how often an invocation ends before its answer counts, and
    `repeats` how often a batch comes again though it went well. After `patience` invocations that got nowhere a batch
    goes to `on_failure`; without one it comes again for ever.
    """

    def __init__(
        self,
        function: Function,
        chance: random.Random,
        *,
        batch: int = 25,
        crashes: float = 0,
        repeats: float = 0,
        patience: int = 8,
        on_failure: Destination | None = None,
    ) -> None:
        self._function = function
        self._chance = chance
        self._batch = batch
        self._crashes = crashes
        self._repeats = repeats
        self._patience = patience
        self._on_failure = on_failure

    def drain(self, records: Iterable[Record], shards: int = 2, readers: int = 2) -> None:
        """Hands all records over, in lanes that take turns by chance; halfway, each shard is split in two."""
        lanes = list(self._lanes([*records], shards, readers))
        while lanes:
            lane = self._chance.choice(lanes)
            self._invoke(lane)
            if lane.checkpoint == len(lane.records):
                lanes.remove(lane)
                lanes += lane.children

    def _lanes(self, records: list[Record], shards: int, readers: int) -> Iterable[Lane]:
        half = len(records) // 2
        for number in range(shards * readers):
            first = [one for one in records[:half] if _lane(one) % (shards * readers) == number]
            rest = [one for one in records[half:] if _lane(one) % (shards * readers) == number]
            children = [Lane([one for one in rest if _lane(one) // 97 % 2 == side]) for side in (0, 1)]
            yield Lane(first, children)

    def _invoke(self, lane: Lane) -> None:
        size = lane.batch_size or self._batch
        batch = list(lane.records[lane.checkpoint : lane.checkpoint + size])
        if not batch:
            return
        done = self._done(lane, batch)
        lane.checkpoint += done
        lane.failures = 0 if done else lane.failures + 1
        if self._on_failure and lane.failures > self._patience:
            self._on_failure(batch)
            lane.checkpoint += len(batch)
            lane.failures = 0

    def _done(self, lane: Lane, batch: list[Record]) -> int:
        """By how many records the checkpoint moves."""
        try:
            answer = self._function(batch)
            if self._chance.random() < self._crashes:
                raise ConnectionError("the function ended before its answer was heard")
        except (ConnectionError, TimeoutError):
            lane.batch_size = max(1, len(batch) // 2)
            return 0
        lane.batch_size = 0
        return 0 if self._chance.random() < self._repeats else _unfailed(batch, answer)


def _unfailed(batch: Sequence[Record], answer: dict[str, Any]) -> int:
    numbers = [one["dynamodb"]["SequenceNumber"] for one in batch]
    failed = [numbers.index(one["itemIdentifier"]) for one in answer["batchItemFailures"]]
    return min(failed, default=len(batch))


def _lane(record: Record) -> int:
    return zlib.crc32(record["dynamodb"]["Keys"]["id"]["S"].encode())
