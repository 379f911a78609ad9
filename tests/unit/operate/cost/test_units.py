"""Request units as DynamoDB counts them."""

from typing import Any

import pytest

from operate.cost import units


@pytest.mark.parametrize(
    ("item", "size"),
    [
        (None, 0),
        ({"id": {"S": "abc"}}, 5),
        ({"é": {"S": "é"}}, 4),
        ({"n": {"N": "1234"}}, 4),
        ({"n": {"N": "-100"}}, 3),
        ({"b": {"B": b"1234"}}, 5),
        ({"b": {"B": "MTIzNA=="}}, 5),  # as it stands in a request
        ({"t": {"BOOL": True}}, 2),
        ({"z": {"NULL": True}}, 2),
        ({"m": {"M": {"k": {"S": "v"}}}}, 7),
        ({"l": {"L": [{"S": "ab"}, {"N": "1"}]}}, 10),
        ({"s": {"SS": ["a", "bc"]}}, 4),
    ],
)
def test_sizes(item: Any, size: int) -> None:
    assert units.item_bytes(item) == size


def of(size: int) -> Any:
    return {"x": {"S": "a" * (size - 1)}}


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [(None, of(1024), 1), (None, of(1025), 2), (of(3000), of(10), 3), (of(10), None, 1), (None, None, 1)],
)
def test_a_write_counts_the_larger_of_before_and_after(before: Any, after: Any, count: int) -> None:
    assert units.written(before, after) == count


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [(None, "a", 1), ("a", "b", 2), ("a", "a", 0), ("a", None, 1), (None, None, 0)],
)
def test_an_index_counts_what_goes_and_what_comes(before: str | None, after: str | None, count: int) -> None:
    old, new = ({"state": {"S": one}} if one else {} for one in (before, after))
    assert units.indexed(old, new, "state") == count


@pytest.mark.parametrize(
    ("size", "consistent", "count"), [(0, False, 0.5), (4096, True, 1), (4097, True, 2), (4097, False, 1)]
)
def test_a_read(size: int, consistent: bool, count: float) -> None:
    assert units.read(size, consistent=consistent) == count
