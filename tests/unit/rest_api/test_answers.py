"""Every answer has the contract's shape, and the HTTP status that its reason gets."""

import json

import pytest

from facebook_session.errors import (
    BodyTooLarge,
    InvalidParameter,
    MethodNotAllowed,
    MissingParameter,
    NoPermission,
    NotAuthenticated,
    PreconditionFailed,
    RefusedByPolicy,
    RouteNotFound,
    SessionError,
    SessionNotFound,
    Unavailable,
    UnreadableBody,
    ValueOutOfRange,
)
from rest_api import answers

HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-store"}


def test_success_says_so_and_no_more_and_gives_the_sessions_number_as_etag() -> None:
    assert answers.success(34) == {
        "statusCode": 200,
        "headers": HEADERS | {"ETag": '"34"'},
        "body": '{"statusCode":0}',
    }


@pytest.mark.parametrize(
    ("error", "status", "status_code"),
    [
        (MissingParameter("What?"), 400, 1),
        (InvalidParameter("What?"), 400, 2),
        (NoPermission("api-multimedia"), 403, 5),
        (SessionNotFound(), 404, 6),
        (RouteNotFound(), 404, 6),
        (ValueOutOfRange("What?"), 400, 10),
        (BodyTooLarge(12), 413, 10),
        (UnreadableBody(), 415, 2),
        (NotAuthenticated(), 403, 20),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, SessionError) else "",
)
def test_a_refusal_is_a_number_and_a_sentence(error: SessionError, status: int, status_code: int) -> None:
    answer = answers.refused(error)
    assert (answer["statusCode"], answer["headers"]) == (status, HEADERS)
    assert json.loads(answer["body"]) == {"statusCode": status_code, "statusMessage": str(error)}


@pytest.mark.parametrize(
    ("error", "status", "more"),
    [(MethodNotAllowed("GET, HEAD"), 405, {"Allow": "GET, HEAD"}), (PreconditionFailed(34), 412, {"ETag": '"34"'})],
    ids=["405", "412"],
)
def test_a_refusal_says_in_its_headers_what_would_do(error: SessionError, status: int, more: dict[str, str]) -> None:
    answer = answers.refused(error)
    assert (answer["statusCode"], answer["headers"]) == (status, HEADERS | more)
    assert json.loads(answer["body"]) == {"statusCode": 2, "statusMessage": str(error)}


def test_who_meets_a_busy_service_is_told_when_to_try_again() -> None:
    answer = answers.refused(Unavailable())
    assert (answer["statusCode"], answer["headers"]) == (503, HEADERS | {"Retry-After": "1"})
    assert json.loads(answer["body"]) == {"statusCode": 4, "statusMessage": str(Unavailable())}


def test_where_the_code_is_at_fault_the_caller_learns_nothing_else() -> None:
    assert answers.failed() == {
        "statusCode": 500,
        "headers": HEADERS,
        "body": '{"statusCode":4,"statusMessage":"Internal error"}',
    }


@pytest.mark.parametrize("message", ['He said "no".', "Grüße\n", "\ud800"])
def test_an_answer_is_ascii_json_whatever_its_sentence(message: str) -> None:
    body = answers.refused(InvalidParameter(message))["body"]
    assert body.isascii()
    assert json.loads(body)["statusMessage"] == message


def test_every_kind_of_error_has_its_answer() -> None:
    """Adding a reason without a status is found here, not by a client."""
    kinds = [*SessionError.__subclasses__()]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        error = kind.__new__(kind)
        assert 400 <= answers.refused(error)["statusCode"] < 600


def test_what_has_been_seen_is_neither_made_nor_sent_again() -> None:
    def fail() -> str:
        raise AssertionError

    assert answers.versioned(3, True, fail) == {
        "statusCode": 304,
        "headers": HEADERS | {"ETag": '"3"'},
        "body": "",
    }


def test_what_is_new_is_sent_with_its_version() -> None:
    given = answers.versioned(3, False, lambda: "{}")
    assert (given["statusCode"], given["body"], given["headers"]["ETag"]) == (200, "{}", '"3"')


def test_what_the_policy_refuses_says_where_the_codes_are() -> None:
    answer = answers.refused(RefusedByPolicy("What?"))
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"]) == {
        "statusCode": 2,
        "statusMessage": "What? GET /settings/dispositions lists the codes.",
    }
