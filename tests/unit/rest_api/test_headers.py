"""Headers mean what HTTP says they do, in whatever case and on however many lines they come."""

import contextlib
import time
from collections.abc import Sequence
from typing import Any

import pytest

from facebook_session.errors import InvalidParameter, UnreadableBody, ValueOutOfRange
from rest_api import headers


def event(name: str, *lines: str) -> dict[str, Any]:
    """As API Gateway hands them over: of several lines, `headers` has the last."""
    if not lines:
        return {"headers": {"Host": "x"}, "multiValueHeaders": {"Host": ["x"]}}
    return {"headers": {name: lines[-1]}, "multiValueHeaders": {name: [*lines]}}


def numbers(given: dict[str, Any]) -> set[int] | None:
    """Those that If-Match names."""
    named = headers.if_match(given)
    return None if named is None else {*named}


@pytest.mark.parametrize("without", [{}, {"headers": None, "multiValueHeaders": None}, event("Host")], ids=str)
def test_a_request_without_headers_asks_for_nothing(without: dict[str, Any]) -> None:
    assert (headers.origin(without), headers.idempotency_key(without), headers.if_match(without)) == ("", "", None)
    headers.demand_plain_utf_8(without)


@pytest.mark.parametrize("name", ["If-Match", "if-match", "IF-MATCH"])
def test_a_headers_name_has_no_case(name: str) -> None:
    assert numbers(event(name, '"34"')) == {34}
    assert numbers({"headers": {name: '"34"'}}) == {34}


def test_lines_that_are_sent_in_different_cases_are_lines_of_one_header() -> None:
    given = {"multiValueHeaders": {"If-Match": ['"34"'], "if-match": ['"35"']}}
    assert numbers(given) == {34, 35}


# ------------------------------------------------------------------ If-Match
@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (['"34"'], {34}),
        (['"34", "35"'], {34, 35}),
        (['"34","35"'], {34, 35}),
        ([',"34", ,\t"35",'], {34, 35}),
        (['"34"', '"35"'], {34, 35}),
        (['"34", W/"35"'], {34}),
        (['W/"34","35"'], {35}),
        (['"a,b", "34"'], {34}),
        (['"W/","34"'], {34}),
        (['"0"'], {0}),
    ],
    ids=str,
)
def test_if_match_is_a_list_of_etags(lines: Sequence[str], named: set[int]) -> None:
    assert numbers(event("If-Match", *lines)) == named


@pytest.mark.parametrize(
    "tag", ['W/"34"', '"075"', '"+75"', '"7.5"', '"00"', '"-1"', '"x"', '""', '"٣"', '"W/34"', f'"{"9" * 400}"']
)
def test_a_tag_that_is_weak_or_that_no_session_has_is_a_tag_and_matches_nothing(tag: str) -> None:
    assert numbers(event("If-Match", tag)) == set()


def test_an_asterisk_matches_whatever_there_is() -> None:
    assert headers.if_match(event("If-Match", "*")) is None


@pytest.mark.parametrize(
    "lines",
    [
        *(["34"], [""], [" "], [","], ['"'], ['"34'], ['34"'], ['"34""35"'], ['"34" "35"'], ['"34";"35"'], ["W/34"]),
        *(['w/"34"'], ['W/ "34"'], ['"3 4"'], ['"3\x7f"'], ['"34", x'], ["*, *"], ['*, "34"'], ["*", '"34"'], ["**"]),
    ],
    ids=str,
)
def test_what_is_no_tag_is_refused(lines: Sequence[str]) -> None:
    with pytest.raises(InvalidParameter, match=r'If-Match must be ETags, such as "34", or \*'):
        headers.if_match(event("If-Match", *lines))


@pytest.mark.parametrize("piece", ['"34",', " ,", ' \t"', "W/", '"a,b" ', '"1""'])
def test_no_list_takes_long_to_read(piece: str) -> None:
    began = time.perf_counter()
    for end in ("", "x", '"'):
        with contextlib.suppress(InvalidParameter):
            headers.if_match(event("If-Match", piece * (10_240 // len(piece)) + end))
    assert time.perf_counter() - began < 0.5


# ------------------------------------------------------------------ Idempotency-Key
@pytest.mark.parametrize("key", ["k", "x" * 255, '"a,b"', "!~"])
def test_a_key_is_up_to_255_visible_ascii_characters(key: str) -> None:
    assert headers.idempotency_key(event("Idempotency-Key", key)) == key


@pytest.mark.parametrize(
    "lines",
    [[""], [" "], ["\t"], ["x" * 256], ["a b"], ["ä"], ["a\n"], ["a", "a"], ["a", "b"], ["", "a"], ["a, b"]],
    ids=str,
)
def test_a_blank_a_repeated_or_any_other_key_is_refused(lines: Sequence[str]) -> None:
    with pytest.raises(ValueOutOfRange, match="Idempotency-Key must be sent once, with 1 to 255 visible"):
        headers.idempotency_key(event("Idempotency-Key", *lines))


# ------------------------------------------------------------------ the body's form
JSON_TYPES = [
    *("application/json", "application/json; charset=utf-8", "application/json;charset=UTF-8", ""),
    *('application/json; charset="utf-8"', "application/json; charset=utf8", "application/json ; charset = us-ascii"),
    *("text/plain", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded", "application/json; v=1", ";;="),
]


@pytest.mark.parametrize("sent", JSON_TYPES)
def test_a_body_is_read_whatever_its_type_if_it_is_utf_8(sent: str) -> None:
    headers.demand_plain_utf_8(event("Content-Type", sent))


@pytest.mark.parametrize("charset", ["utf-16", "UTF-16LE", "latin-1", "ISO-8859-1", '"utf-16"', "utf-8x", "", '""'])
@pytest.mark.parametrize("sent", ["application/json; charset={}", "text/plain;v=1; CHARSET={}; x=y"])
def test_a_body_in_another_charset_is_refused(sent: str, charset: str) -> None:
    with pytest.raises(UnreadableBody, match="must be JSON in UTF-8"):
        headers.demand_plain_utf_8(event("Content-Type", sent.format(charset)))


def test_of_two_content_types_both_must_be_utf_8() -> None:
    with pytest.raises(UnreadableBody):
        headers.demand_plain_utf_8(event("Content-Type", "text/plain; charset=utf-16", "application/json"))


@pytest.mark.parametrize("lines", [["identity"], ["Identity"], [""], ["identity, identity"], ["identity", "identity"]])
def test_a_body_that_is_said_to_be_as_it_is_is_read(lines: Sequence[str]) -> None:
    headers.demand_plain_utf_8(event("Content-Encoding", *lines))


@pytest.mark.parametrize("lines", [["gzip"], ["br"], ["identity, gzip"], ["gzip", "identity"], ["aws-chunked"], ["x"]])
def test_a_body_that_is_compressed_is_refused(lines: Sequence[str]) -> None:
    with pytest.raises(UnreadableBody, match="without a Content-Encoding"):
        headers.demand_plain_utf_8(event("Content-Encoding", *lines))


# ------------------------------------------------------------------ Origin
def test_a_page_has_one_origin() -> None:
    assert headers.origin(event("Origin", "https://a.example.com")) == "https://a.example.com"
    assert headers.origin(event("Origin", "https://a.example.com", "https://b.example.com")) == ""


# ------------------------------------------------------------------ what the client has seen
@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        ([], set()),
        (['"34"'], {34}),
        (['W/"34"'], {34}),
        (['"0"'], {0}),
        (['"3", W/"4"', '"5"'], {3, 4, 5}),
        (["*"], {*range(40)}),
        (["*", '"34"'], {34}),
        (['"*"'], set()),
        ([""], set()),
        (["34"], set()),
        (['"034", "-1", "x", "3.5", ""'], set()),
        ([f'"{"9" * 400}"'], set()),
    ],
    ids=str,
)
def test_if_none_match_names_what_was_seen_and_nothing_else(lines: Sequence[str], seen: set[int]) -> None:
    sent = event("If-None-Match", *lines)
    assert {version for version in range(40) if headers.has_seen(sent, version)} == seen
