"""A log says what kind of error happened where, and nothing of what it said."""

from typing import Any

import pytest

from facebook_session.faults import fault
from tests.unit.builders import client_error


def raised(error: Exception, cause: Exception | None = None) -> dict[str, Any]:
    with pytest.raises(type(error)) as caught:
        raise error from cause
    return fault(caught.value)


def test_an_error_is_told_by_its_class_and_the_frames_that_led_to_it() -> None:
    details = raised(KeyError("agent1"))
    file, _, place = details["frames"][-1].partition(":")
    line, _, function = place.partition(" ")
    assert details.keys() == {"error", "frames"}
    assert details["error"] == "KeyError"
    assert (file, line.isdecimal(), function) == ("test_faults.py", True, "raised")


def test_the_innermost_frame_comes_last() -> None:
    def outer() -> None:
        inner()

    def inner() -> None:
        raise LookupError

    with pytest.raises(LookupError) as caught:
        outer()
    assert [frame.split(" ")[1] for frame in fault(caught.value)["frames"]][-2:] == ["outer", "inner"]


def test_an_error_of_aws_is_told_with_its_code_too() -> None:
    details = raised(client_error("AccessDeniedException", message="agent1 may not"))
    assert (details["error"], details["code"]) == ("ClientError", "AccessDeniedException")


def test_neither_its_message_is_told_nor_that_of_its_cause() -> None:
    error = client_error("ValidationException", message="SECRET")
    assert "SECRET" not in str(raised(error, cause=ValueError("SECRET")))


def test_an_error_that_was_never_raised_has_no_frames() -> None:
    assert fault(ValueError()) == {"error": "ValueError", "frames": []}
