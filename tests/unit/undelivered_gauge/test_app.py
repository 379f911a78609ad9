"""What lies undelivered is counted, in quarantine and where the stream put it, with the age of the oldest."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from undelivered_gauge import app

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class FakeS3:
    """A bucket in which objects came to lie so many seconds ago, a page each; it fails where that is to be."""

    def __init__(self, **ages: int) -> None:
        self.ages = ages
        self.failure: Exception | None = None

    def get_paginator(self, name: str) -> "FakeS3":
        assert name == "list_objects_v2"
        return self

    def paginate(self, **call: str) -> Iterator[dict[str, Any]]:
        if self.failure:
            raise self.failure
        assert call["Bucket"] == "undelivered"
        yield {}
        for key, age in self.ages.items():
            if key.replace("_", "/").startswith(call["Prefix"]):
                yield {"Contents": [{"LastModified": NOW - timedelta(seconds=age)}]}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, output: Callable[[], str]) -> Callable[[FakeS3], tuple[list[float], ...]]:
    """Count and age, as the function tells them."""
    monkeypatch.setattr(app, "datetime", SimpleNamespace(now=lambda _zone: NOW))

    def run(s3: FakeS3) -> tuple[list[float], ...]:
        monkeypatch.setattr(app, "s3", s3)
        app.lambda_handler({}, None)
        (line,) = [json.loads(line) for line in output().splitlines()]
        return line["Undelivered"], line["UndeliveredAge"]

    return run


@pytest.mark.parametrize(
    ("s3", "expected"),
    [
        (FakeS3(), ([0.0], [0.0])),
        (FakeS3(quarantine_a=7, quarantine_b=9), ([2.0], [9.0])),
        (FakeS3(aws_a=86_400, quarantine_a=7), ([2.0], [86_400.0])),
        (FakeS3(other_a=9), ([0.0], [0.0])),
        (FakeS3(aws_a=-1), ([1.0], [0.0])),  # another machine's clock
    ],
    ids=["nothing", "quarantine", "both", "other", "clock"],
)
def test_what_lies_there_is_told(
    told: Callable[[FakeS3], tuple[list[float], ...]], s3: FakeS3, expected: tuple[list[float], ...]
) -> None:
    assert told(s3) == expected


def test_where_it_can_not_be_counted_the_function_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = FakeS3()
    s3.failure = ConnectionError()
    monkeypatch.setattr(app, "s3", s3)
    with pytest.raises(ConnectionError), pytest.warns(UserWarning, match="No application metrics"):
        app.lambda_handler({}, None)
