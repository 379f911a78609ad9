"""A log says what kind of error happened where, and nothing of what it said."""

from typing import Any

from facebook_session.faults import fault
from tests.unit.builders import client_error


def raised(error: Exception) -> dict[str, Any]:
    try:
        raise error
    except type(error) as caught:
        return fault(caught)


def test_an_error_is_told_by_its_class_and_the_frames_that_led_to_it() -> None:
    told = raised(KeyError("agent1"))
    file, _, place = told["frames"][-1].partition(":")
    line, _, function = place.partition(" ")
    assert told.keys() == {"error", "frames"}
    assert told["error"] == "KeyError"
    assert (file, line.isdecimal(), function) == ("test_faults.py", True, "raised")


def test_the_innermost_frame_comes_last() -> None:
    def innermost() -> None:
        raise LookupError

    try:
        innermost()
    except LookupError as error:
        assert [frame.split(" ")[1] for frame in fault(error)["frames"]][-1] == "innermost"


def test_an_error_of_aws_is_told_with_its_code_too() -> None:
    told = raised(client_error("AccessDeniedException", message="agent1 may not"))
    assert (told["error"], told["code"]) == ("ClientError", "AccessDeniedException")


def test_the_message_is_never_told_nor_that_of_the_cause() -> None:
    try:
        try:
            raise ValueError("SECRET")
        except ValueError as cause:
            raise client_error("ValidationException", message="SECRET") from cause
    except Exception as error:  # noqa: BLE001
        assert "SECRET" not in str(fault(error))


def test_an_error_that_was_never_raised_has_no_frames() -> None:
    assert fault(ValueError()) == {"error": "ValueError", "frames": []}
