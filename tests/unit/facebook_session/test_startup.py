"""Nothing is collected while a function starts, and everything as usual from then on."""

import gc
from collections.abc import Iterator

import pytest

from facebook_session.startup import without_collecting


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.enable()


def test_nothing_is_collected_inside() -> None:
    with without_collecting():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_is_there_by_then_is_left_alone() -> None:
    with without_collecting():
        assert gc.get_freeze_count() == 0
    assert gc.get_freeze_count() > 0


def test_a_start_that_fails_leaves_the_collector_on() -> None:
    with pytest.raises(ImportError), without_collecting():
        raise ImportError
    assert gc.isenabled()
