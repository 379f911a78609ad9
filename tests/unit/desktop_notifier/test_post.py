"""News become as few letters as have room for them, in order."""

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from desktop_notifier.post import MAX_LETTER_BYTES, letters

ID: Final = "0123456789abcdef" * 2
TEXTS: Final = st.builds(lambda size, character: character * size, st.integers(1, 100_000), st.sampled_from("aé€"))


def numbered(*texts: str) -> list[tuple[str, str]]:
    return [(str(number), text) for number, text in enumerate(texts, start=8)]


def test_what_has_room_is_one_letter_that_names_all_its_records() -> None:
    (one,) = letters(ID, numbered("{}", "[]", "1"))
    assert one.place == f"mail#{ID}#{'8':>040}#{'10':>040}#000000"
    assert one.notifications == ["{}", "[]", "1"]


def test_bytes_are_counted_and_not_characters() -> None:
    assert len([*letters(ID, numbered("a" * 150_000, "a" * 150_000))]) == 1
    assert len([*letters(ID, numbered("é" * 75_000, "é" * 75_000, "a"))]) == 2


def test_nothing_is_no_letter() -> None:
    assert [*letters(ID, [])] == []


@given(st.lists(TEXTS, max_size=8))
def test_letters_have_all_news_in_order_and_none_is_too_large_or_needless(texts: list[str]) -> None:
    made = [*letters(ID, [("7", text) for text in texts])]
    assert [text for one in made for text in one.notifications] == texts
    places = [one.place for one in made]
    assert places == sorted({*places})
    sizes = [sum(len(text.encode()) for text in one.notifications) for one in made]
    assert all(size <= MAX_LETTER_BYTES for size in sizes)
    firsts = [len(one.notifications[0].encode()) for one in made]
    assert all(size + first > MAX_LETTER_BYTES for size, first in zip(sizes, firsts[1:], strict=False))
