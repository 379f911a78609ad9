"""Who calls is what Cognito vouches for, and what is asked for is one JSON object that has one reading."""

import base64
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facebook_session.callers import Caller, Role
from facebook_session.errors import (
    BodyTooLarge,
    InvalidParameter,
    NoPermission,
    NotAuthenticated,
    UnreadableBody,
    ValueOutOfRange,
)
from facebook_session.idempotency import Request
from rest_api import requests
from tests.unit.builders import CLAIMS, SAMPLE, request

PAGE_SAMPLE = """
{
 'operationName': 'SetDisposition',
 'dispositionKey': 'DispositionCode',
 'disposition': 'IssueResolved'
}"""


def parameters(body: str | None) -> dict[str, Any]:
    return requests.parameters(request(body))


def encoded(body: bytes) -> dict[str, Any]:
    return requests.parameters(request(base64.b64encode(body).decode(), encoded=True))


# ------------------------------------------------------------------ who calls
@pytest.mark.parametrize(
    "claims",
    [
        {"cognito:username": "agent1", "token_use": "id"},
        {"username": "agent1", "token_use": "access"},
        {"cognito:username": "agent1", "username": "someone else"},
        {"cognito:username": "", "username": "agent1"},
    ],
    ids=["ID token", "access token", "both", "empty name"],
)
def test_either_token_names_the_caller(claims: dict[str, str]) -> None:
    event = request(claims=claims | {"cognito:groups": "api-multimedia"})
    assert requests.caller(event).name == "agent1"


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"authorizer": None},
        {"authorizer": {}},
        {"authorizer": {"claims": None}},
        {"authorizer": {"claims": {}}},
        {"authorizer": {"claims": {"cognito:groups": "api-multimedia", "sub": "agent1"}}},
        {"authorizer": {"claims": {"cognito:groups": "api-multimedia", "cognito:username": "", "username": ""}}},
        {"authorizer": {"principalId": "agent1"}},
    ],
    ids=str,
)
def test_a_request_without_a_name_is_nobodys(context: dict[str, Any]) -> None:
    with pytest.raises(NotAuthenticated):
        requests.caller({"requestContext": context})


def test_no_user_of_the_pool_has_a_longer_name() -> None:
    assert requests.caller(request(claims=CLAIMS | {"cognito:username": "x" * 128})).name == "x" * 128
    with pytest.raises(NotAuthenticated):
        requests.caller(request(claims=CLAIMS | {"cognito:username": "x" * 129}))


@pytest.mark.parametrize(
    "groups",
    [
        "api-multimedia",
        "a,api-multimedia",
        "api-multimedia,b",
        "a, api-multimedia ,b",
        "[a api-multimedia]",
        "[api-multimedia]",
        "[api-multimedia, b]",
    ],
)
def test_the_feature_is_one_of_the_callers_groups(groups: str) -> None:
    assert requests.caller(request(claims=CLAIMS | {"cognito:groups": groups})).name == "agent1"


@pytest.mark.parametrize(
    "groups",
    [
        "",
        "[]",
        "api",
        "multimedia",
        "api-multimedia2",
        "no-api-multimedia",
        "api-multimedia/x",
        "api_multimedia",
        "API-Multimedia",
        "api- multimedia",
        "api-multimedia\n",
        "a,b",
    ],
)
def test_a_near_miss_is_not_the_feature(groups: str) -> None:
    with pytest.raises(NoPermission, match=r"^The user lacks the feature api-multimedia\.$"):
        requests.caller(request(claims=CLAIMS | {"cognito:groups": groups}))


def test_a_caller_without_groups_lacks_the_feature() -> None:
    with pytest.raises(NoPermission):
        requests.caller(request(claims={"username": "agent1"}))


def by(arn: str | None) -> dict[str, Any]:
    return {"requestContext": {"identity": {"userArn": arn}}}


@pytest.mark.parametrize(
    ("arn", "principal"),
    [
        ("arn:aws:iam::123456789012:user/crm", "arn:aws:iam::123456789012:user/crm"),
        ("arn:aws:iam::123456789012:user/teams/crm", "arn:aws:iam::123456789012:user/teams/crm"),
        ("arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:root"),
        ("arn:aws:sts::123456789012:assumed-role/channel/i-1", "arn:aws:sts::123456789012:assumed-role/channel"),
        ("arn:aws:sts::123456789012:assumed-role/channel/i-2", "arn:aws:sts::123456789012:assumed-role/channel"),
    ],
)
def test_a_system_is_its_principal_in_whichever_session_of_its_role(arn: str, principal: str) -> None:
    assert requests.system(by(arn)) == Caller(principal, Role.SYSTEM)


@pytest.mark.parametrize(
    "context", [{}, {"identity": None}, {"identity": {}}, by(None)["requestContext"], by("")["requestContext"]], ids=str
)
def test_without_a_signature_a_request_is_no_systems(context: dict[str, Any]) -> None:
    token = {"authorizer": {"claims": {"cognito:username": "agent1", "cognito:groups": "api-multimedia"}}}
    with pytest.raises(NotAuthenticated):
        requests.system({"requestContext": context | token})


# ------------------------------------------------------------------ what the body says
def test_the_body_is_read_as_a_json_object() -> None:
    assert parameters(json.dumps(SAMPLE)) == SAMPLE


def test_a_body_that_api_gateway_took_for_binary_is_read_just_the_same() -> None:
    assert encoded(json.dumps(SAMPLE).encode()) == SAMPLE


def test_an_object_may_stand_between_blanks() -> None:
    assert parameters(' \r\n\t{"a" : [ ] }\n ') == {"a": []}


def test_any_character_can_be_sent_as_itself_or_escaped() -> None:
    assert parameters('{"a":"Grüße 👋","b":"\\ud83d\\udc4b\\u0000\\"\\/"}') == {"a": "Grüße 👋", "b": '👋\0"/'}


def test_the_same_name_may_stand_in_different_objects() -> None:
    assert parameters('{"a":{"a":1},"b":[{"a":2},{"a":3}]}') == {"a": {"a": 1}, "b": [{"a": 2}, {"a": 3}]}


def test_a_fraction_keeps_its_digits() -> None:
    assert parameters('{"a":0.1234567890123456789012345}') == {"a": Decimal("0.1234567890123456789012345")}


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text(), max_size=5))
def test_every_object_that_json_can_say_is_read_as_it_was_meant(value: dict[str, Any]) -> None:
    assert parameters(json.dumps(value)) == parameters(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        pytest.param(PAGE_SAMPLE, "key must be a string at line 3 column 2", id="single quotes, as on the page"),
        pytest.param(None, "EOF while parsing a value at line 1 column 0", id="no body"),
        pytest.param("", "EOF while parsing a value at line 1 column 0", id="empty"),
        pytest.param(" ", "EOF while parsing a value at line 1 column 1", id="blank"),
        pytest.param('\ufeff\ufeff{"a":1}', "expected value at line 1 column 1", id="two byte order marks"),
        pytest.param('{"a":1,\n"a":2}', "a name is given twice at line 2 column 5", id="twice"),
        pytest.param('{"a":1,"b":1,"\\u0061":1}', "a name is given twice at line 1 column 23", id="twice, escaped"),
        pytest.param('{"a":[{"b":1,"b":1}]}', "a name is given twice at line 1 column 18", id="twice, nested"),
        pytest.param('{"SECRET at noon":1,"SECRET at noon":1}', "a name is given twice at line 1 column 38", id="at"),
        pytest.param('{"a":NaN}', "expected value at line 1 column 6", id="NaN"),
        pytest.param('{"a":Infinity}', "expected value at line 1 column 6", id="Infinity"),
        pytest.param('{"a":-Infinity}', "invalid number at line 1 column 7", id="-Infinity"),
        pytest.param('{"a":-NaN}', "invalid number at line 1 column 7", id="-NaN"),
        pytest.param('{"a":"\\ud800"}', "unexpected end of hex escape at line 1 column 13", id="lone surrogate"),
        pytest.param('{"a":"\\udc00"}', "lone leading surrogate in hex escape at line 1 column 12", id="lone trailer"),
        pytest.param('{"\\ud800x":1}', "unexpected end of hex escape at line 1 column 9", id="lone, in a name"),
        pytest.param('{"a":' * 400, "recursion limit exceeded at line 1 column 1006", id="400 objects deep"),
        pytest.param("[" * 65_536, "recursion limit exceeded at line 1 column 202", id="65,536 lists deep"),
        pytest.param('{"a":' + "1" * 5_000 + "}", "number out of range at line 1 column 4307", id="5,000 digits"),
        pytest.param('{"a":1e99999999999999999999}', "number out of range at line 1 column 28", id="beyond all bounds"),
        pytest.param('{"a":1} x', "trailing characters at line 1 column 9", id="text behind"),
        pytest.param('{"a":1}{"a":1}', "trailing characters at line 1 column 8", id="two objects"),
        pytest.param('{"a":1,}', "trailing comma at line 1 column 8", id="comma too many"),
        pytest.param('{"a":SECRET}', "expected value at line 1 column 6", id="a bare word"),
        pytest.param('{"a":"b', "EOF while parsing a string at line 1 column 7", id="cut off"),
        pytest.param('{"a":"\t"}', None, id="control character"),
        pytest.param("{'a':1}", "key must be a string at line 1 column 2", id="single quotes"),
        pytest.param('{"a":01}', "invalid number at line 1 column 7", id="leading zero"),
    ],
)
def test_what_is_not_json_is_refused_with_the_place_of_the_fault(body: str | None, fault: str | None) -> None:
    with pytest.raises(InvalidParameter, match=r" at line \d+ column \d+\.$") as raised:
        parameters(body)
    assert fault is None or str(raised.value) == f"The request body is not valid JSON: {fault}."
    assert "SECRET" not in str(raised.value)


def test_a_byte_order_mark_is_skipped() -> None:
    assert parameters('\ufeff{"a":1}') == encoded(b'\xef\xbb\xbf{"a":1}') == {"a": 1}


@pytest.mark.parametrize(
    "headers", [{"Content-Type": "application/json; charset=utf-16"}, {"Content-Encoding": "gzip"}]
)
def test_a_body_that_is_said_to_be_something_else_is_not_even_read(headers: dict[str, str]) -> None:
    with pytest.raises(UnreadableBody):
        requests.parameters(request("{") | {"headers": headers})


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("null", None),
        (" [1.10, {}] ", [Decimal("1.10"), {}]),
        ('"text"', "text"),
        ("{}", {}),
        ("\ufeff[]", []),
        ("12345678901234567890123", 12345678901234567890123),
    ],
)
def test_where_any_json_will_do_each_kind_of_it_is_read(body: str, value: object) -> None:
    read = requests.json_value(request(body))
    assert (read, type(read)) == (value, type(value))


def test_any_json_is_held_to_the_same_rules_as_an_object() -> None:
    for body in ("", "[1,]", "[NaN]", '[{"a":1,"a":2}]'):
        with pytest.raises(InvalidParameter, match="not valid JSON"):
            requests.json_value(request(body))
    with pytest.raises(BodyTooLarge):
        requests.json_value(request(f'"{"x" * 65_535}"'))


@pytest.mark.parametrize("body", ["null", "true", "[]", '[{"a":1}]', "1", "1.5", '"text"', '"{}"'])
def test_json_that_is_no_object_is_refused(body: str) -> None:
    with pytest.raises(InvalidParameter, match=r"^The request body must be a JSON object\.$"):
        parameters(body)


@pytest.mark.parametrize(
    "body",
    [b'{"a":"\xe9"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\xc0\xaf"}', b'{"a":"\xf5\x80\x80\x80"}', b'{"\xe9":1}'],
    ids=["Latin-1", "surrogate", "overlong", "beyond Unicode", "in a name"],
)
def test_bytes_that_are_not_utf_8_are_refused_with_their_place(body: bytes) -> None:
    with pytest.raises(InvalidParameter, match=r"not valid JSON: .+ at line 1 column \d+\.$"):
        encoded(body)


@pytest.mark.parametrize(
    "body", ["{}".encode("utf-16"), b"\xef\xbb{}", b"\xff", b"\x00"], ids=["UTF-16", "half a BOM", "FF", "NUL"]
)
def test_bytes_that_begin_no_value_are_refused(body: bytes) -> None:
    with pytest.raises(InvalidParameter, match="expected value at line 1 column 1"):
        encoded(body)


@pytest.mark.parametrize(
    "body",
    [
        "e30",
        "e30==",
        "e3 0=",
        "e30=\n",
        "e30=!",
        "{}",
        "e-_0",
        "é",
        "\ud800",
    ],
)
def test_what_is_called_base64_and_is_not_is_refused(body: str) -> None:
    with pytest.raises(InvalidParameter, match=r"^The request body is not UTF-8 text\.$"):
        requests.parameters(request(body, encoded=True))


@pytest.mark.parametrize("body", ['{"a":"\ud800"}', '{"\udfff":1}', "\ud83d"])
def test_a_lone_surrogate_among_the_bodys_characters_is_refused(body: str) -> None:
    with pytest.raises(InvalidParameter, match=r"^The request body is not UTF-8 text\.$"):
        parameters(body)


# ------------------------------------------------------------------ how much it may say
def of_size(size: int, character: str = "x") -> str:
    """An object of `size` bytes."""
    return '{"a":"' + character * ((size - 8) // len(character.encode())) + '"}'


@pytest.mark.parametrize("character", ["x", "é", "👋"])
def test_a_body_of_65_536_bytes_is_read(character: str) -> None:
    body = of_size(65_536, character)
    assert len(body.encode()) == 65_536
    assert parameters(body).keys() == encoded(body.encode()).keys() == {"a"}


@pytest.mark.parametrize("character", ["x", "é"])
def test_one_byte_more_is_too_large(character: str) -> None:
    body = of_size(65_536, character) + " "
    with pytest.raises(BodyTooLarge, match=r"^The request body is larger than 65536 bytes\.$"):
        parameters(body)
    with pytest.raises(BodyTooLarge):
        encoded(body.encode())


def test_what_is_too_large_is_not_even_read() -> None:
    with pytest.raises(BodyTooLarge):
        parameters("[" * 100_000)


# ------------------------------------------------------------------ which request it is
def identity(headers: dict[str, str], parameters: dict[str, Any] | None = None, user_name: str = "agent1") -> Request:
    return requests.identity({"headers": headers}, Caller(user_name), parameters or {"a": 1, "b": 2})


def test_the_same_key_is_the_same_request_in_whatever_order_its_parameters_come() -> None:
    first = identity({"Idempotency-Key": "key"})
    assert first == identity({"idempotency-key": "key"}, {"b": 2, "a": 1})
    assert first.id != identity({"Idempotency-Key": "KEY"}).id
    assert first.id != identity({"Idempotency-Key": "key"}, user_name="agent2").id
    assert first.content != identity({"Idempotency-Key": "key"}, {"a": 1, "b": 3}).content


def of_system(key: str, principal: str, parameters: Mapping[str, Any]) -> Request:
    return requests.identity({"headers": {"Idempotency-Key": key}}, Caller(principal, Role.SYSTEM), parameters)


def test_a_webhook_that_delivers_twice_sends_the_same_request() -> None:
    said = {"operationName": "SendMessage", "text": "Hello?"}
    first = of_system("m_1", "arn:aws:iam::1:role/channel", said)
    assert first == of_system("m_1", "arn:aws:iam::1:role/channel", said)
    assert first.id != of_system("m_2", "arn:aws:iam::1:role/channel", said).id
    assert first.content != of_system("m_1", "arn:aws:iam::1:role/channel", said | {"text": "Hello!"}).content


def test_a_systems_key_is_none_of_another_systems_or_of_an_agents() -> None:
    by_system = [of_system("m_1", principal, {"a": 1}).id for principal in ("agent1", "arn:aws:iam::1:role/b")]
    assert len({*by_system, identity({"Idempotency-Key": "m_1"}, {"a": 1}).id}) == 3


def test_without_a_key_each_request_is_another() -> None:
    assert identity({}).id != identity({}).id


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "key"}], ids=["without a key", "with a key"])
@pytest.mark.parametrize(("tag", "numbers"), [('"34", "35"', {34, 35}), ('W/"34"', set()), ("*", None)])
def test_a_request_demands_the_numbers_that_if_match_names(
    key: dict[str, str], tag: str, numbers: set[int] | None
) -> None:
    assert identity(key | {"If-Match": tag}).if_match == numbers


def test_what_headers_ask_for_in_vain_is_refused() -> None:
    with pytest.raises(ValueOutOfRange, match="Idempotency-Key"):
        identity({"Idempotency-Key": ""})
    with pytest.raises(InvalidParameter, match="If-Match"):
        identity({"If-Match": ""})
