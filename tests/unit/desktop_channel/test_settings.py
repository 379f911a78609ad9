"""Settings come from the environment, and a missing one stops the function before its first request."""

import pytest

from desktop_channel.settings import Settings

ENVIRONMENT = {
    "DESKTOP_TABLE": "desktops",
    "HOLD_SECONDS": "25",
    "HELD_CONNECTS": "100",
    "ALLOWED_ORIGINS": "https://desk.example.com",
}


def test_settings_are_read_from_the_environment_and_the_rest_of_it_is_ignored() -> None:
    settings = Settings.read({**ENVIRONMENT, "PATH": "/usr/bin"})
    assert (settings.table, settings.hold_seconds, settings.held_connects) == ("desktops", 25, 100)
    assert settings.origins.allow("https://desk.example.com")


def test_pages_may_send_credentials_since_cometd_always_asks_for_it() -> None:
    assert Settings.read(ENVIRONMENT).origins.credentials


@pytest.mark.parametrize("variable", ENVIRONMENT)
def test_a_missing_setting_is_named(variable: str) -> None:
    with pytest.raises(KeyError, match=variable):
        Settings.read({name: value for name, value in ENVIRONMENT.items() if name != variable})


@pytest.mark.parametrize("variable", ["HOLD_SECONDS", "HELD_CONNECTS"])
def test_what_is_no_number_stops_the_function(variable: str) -> None:
    with pytest.raises(ValueError, match="SECRET"):
        Settings.read(ENVIRONMENT | {variable: "SECRET"})
