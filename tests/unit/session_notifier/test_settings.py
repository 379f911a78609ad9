"""Settings come from the environment, and a missing one stops the function before its first record."""

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from session_notifier.settings import Settings

ENVIRONMENT = {
    "NOTIFICATION_TOPIC_ARN": "arn:aws:sns:::topic",
    "MESSAGE_TABLE": "messages",
    "UNDELIVERED_BUCKET": "bucket",
    "REMOVAL_QUEUE_URL": "https://sqs/removals",
    "PUBLIC_URL": "https://example.com/api/v2",
    "PERSONAL_DATA": "include",
}


def test_settings_are_read_from_the_environment_and_the_rest_of_it_is_ignored() -> None:
    settings = Settings.read({**ENVIRONMENT, "PATH": "/usr/bin"})
    assert (settings.topic_arn, settings.public_url) == ("arn:aws:sns:::topic", "https://example.com/api/v2")
    assert (settings.message_table, settings.bucket) == ("messages", "bucket")
    assert settings.removal_queue == "https://sqs/removals"


def test_the_address_may_end_in_a_slash() -> None:
    assert Settings.read(ENVIRONMENT | {"PUBLIC_URL": "https://example.com/api/v2/"}) == Settings.read(ENVIRONMENT)


@pytest.mark.parametrize(("written", "included"), [("include", True), ("omit", False)])
def test_notifications_hold_personal_data_only_where_they_are_to(written: str, included: bool) -> None:
    assert Settings.read(ENVIRONMENT | {"PERSONAL_DATA": written}).personal_data is included


@pytest.mark.parametrize("variable", ENVIRONMENT)
def test_a_missing_setting_is_named(variable: str) -> None:
    with pytest.raises(KeyError, match=variable):
        Settings.read({name: value for name, value in ENVIRONMENT.items() if name != variable})


def test_settings_stay_as_they_were_read() -> None:
    settings: Any = Settings.read(ENVIRONMENT)
    with pytest.raises(FrozenInstanceError):
        settings.topic_arn = "other"
