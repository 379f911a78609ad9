"""Settings come from the environment, and a missing one stops the function before its first record."""

import pytest

from desktop_notifier.settings import Settings

ENVIRONMENT = {"DESKTOP_TABLE": "desktops", "PUBLIC_URL": "https://example.com/api/v2"}


def test_settings_are_read_from_the_environment_and_the_rest_of_it_is_ignored() -> None:
    settings = Settings.read({**ENVIRONMENT, "PERSONAL_DATA": "omit"})
    assert settings == Settings("desktops", "https://example.com/api/v2")


def test_the_address_may_end_in_a_slash() -> None:
    assert Settings.read(ENVIRONMENT | {"PUBLIC_URL": "https://example.com/api/v2/"}) == Settings.read(ENVIRONMENT)


@pytest.mark.parametrize("variable", ENVIRONMENT)
def test_a_missing_setting_is_named(variable: str) -> None:
    with pytest.raises(KeyError, match=variable):
        Settings.read({name: value for name, value in ENVIRONMENT.items() if name != variable})
