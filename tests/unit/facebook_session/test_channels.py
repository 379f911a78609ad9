"""Channels have names, subscriptions are names or patterns, and desktops hear of sessions on one channel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facebook_session.channels import (
    SESSION_CHANNELS,
    Client,
    can_be_subscribed,
    is_client_id,
    is_name,
    matches,
    new_client_id,
    session_channel,
)

SINGULAR, PLURAL = SESSION_CHANNELS
SEGMENTS = st.text("ab", min_size=1, max_size=2)
NAMES = st.lists(SEGMENTS, min_size=1, max_size=4).map(lambda segments: f"/{'/'.join(segments)}")


@pytest.mark.parametrize("name", ["/a", SINGULAR, "/meta/connect", "/a-b/c.d", "/é", f"/{'x' * 255}"])
def test_a_channel_is_named_by_its_path(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "/", "a", "/a/", "//a", "/*", "/a/**", "/a b", "/a\x7f", "/a\n", f"/{'x' * 256}"])
def test_what_is_no_path_is_no_name(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize("other", [None, 7, True, ["/a"], {"/a": 1}, b"/a"], ids=str)
def test_what_is_no_text_is_neither_a_name_nor_a_pattern(other: object) -> None:
    assert not is_name(other)
    assert not can_be_subscribed(other)


@given(NAMES)
def test_all_names_but_the_protocols_own_can_be_subscribed(name: str) -> None:
    assert is_name(name)
    assert can_be_subscribed(name)
    assert not can_be_subscribed(f"/meta{name}")


@pytest.mark.parametrize(
    ("subscription", "channel", "is_under"),
    [
        (SINGULAR, SINGULAR, True),
        (SINGULAR, PLURAL, False),
        (PLURAL, SINGULAR, False),
        ("/v2/me/*", SINGULAR, True),
        ("/v2/*", SINGULAR, False),
        ("/*", SINGULAR, False),
        ("/v2/me/**", SINGULAR, True),
        ("/v2/**", SINGULAR, True),
        ("/**", SINGULAR, True),
        ("/v2/me/facebooksession/*", SINGULAR, False),
        ("/v2/me/facebooksession/**", SINGULAR, False),
        ("/v2/m/*", SINGULAR, False),
        ("/v2/m/**", SINGULAR, False),
        ("/v1/**", SINGULAR, False),
        ("/*", "/a", True),
        ("/**", "/a", True),
    ],
)
def test_one_star_is_one_more_segment_and_two_are_all_below(subscription: str, channel: str, is_under: bool) -> None:
    assert matches(subscription, channel) is is_under


@given(NAMES, NAMES)
def test_a_name_and_its_patterns_match_what_they_say(folder: str, rest: str) -> None:
    assert matches(folder + rest, folder + rest)
    assert matches(f"{folder}/**", folder + rest)
    assert matches(f"{folder}/*", folder + rest) == (rest.count("/") == 1)
    assert not matches(f"{folder}/**", folder)
    assert not matches(f"{folder}/*", folder)


@pytest.mark.parametrize(
    ("subscriptions", "channel"),
    [
        ([], None),
        (["/other", "/*"], None),
        ([SINGULAR], SINGULAR),
        ([PLURAL], PLURAL),
        ([PLURAL, SINGULAR], SINGULAR),
        (["/**"], SINGULAR),
        (["/other", "/v2/me/*", PLURAL], SINGULAR),
    ],
    ids=str,
)
def test_a_client_hears_of_sessions_on_one_channel_however_many_it_listens_to(
    subscriptions: list[str], channel: str | None
) -> None:
    assert session_channel(subscriptions) == channel
    assert Client("id", frozenset(subscriptions)).channel == channel


def test_client_ids_are_told_from_other_text_and_never_the_same() -> None:
    ids = {new_client_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(map(is_client_id, ids))
    for other in ("", "0" * 31, "0" * 33, "G" * 32, "A" * 32, f"{'0' * 31}#", f"{'0' * 32}\n"):
        assert not is_client_id(other)
