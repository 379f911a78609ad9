"""Every reason has the number that Genesys gives it, and a sentence of its own."""

import pytest

from facebook_session.errors import (
    BodyTooLarge,
    InvalidParameter,
    MissingParameter,
    NoPermission,
    NotAuthenticated,
    RouteNotFound,
    SessionError,
    SessionNotFound,
    Unavailable,
    ValueOutOfRange,
)


@pytest.mark.parametrize(
    ("error", "status_code", "message"),
    [
        (MissingParameter("Say what."), 1, "Say what."),
        (InvalidParameter("Say it right."), 2, "Say it right."),
        (Unavailable(), 4, "The service is busy, and the request may or may not have been carried out. Try again."),
        (NoPermission("api-voice"), 5, "The user lacks the feature api-voice."),
        (SessionNotFound(), 6, "There is no such session, or the user takes no part in it."),
        (RouteNotFound(), 6, "There is no such resource."),
        (ValueOutOfRange("Say less."), 10, "Say less."),
        (BodyTooLarge(12), 10, "The request body is larger than 12 bytes."),
        (NotAuthenticated(), 20, "Access denied"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, SessionError) else "",
)
def test_each_reason_has_its_number_and_its_sentence(error: SessionError, status_code: int, message: str) -> None:
    assert (error.status_code, str(error)) == (status_code, message)
