"""Settings come from the environment, and a wrong one stops the function before its first request."""

import pytest
from pydantic import ValidationError

from session_api.settings import Settings

ENVIRONMENT = {
    "SESSION_TABLE": "sessions",
    "MESSAGE_TABLE": "messages",
    "SETTING_TABLE": "settings",
    "DESKTOP_TABLE": "desktops",
    "AGENT_POOL": "us-east-1_agents",
    "DISPOSITION_KEY": "Business Result",
    "PUBLIC_URL": "",
    "API_DOMAIN": "execute-api.us-east-1.amazonaws.com",
    "ALLOWED_ORIGINS": "",
    "RETENTION_DAYS": "30",
}


def test_settings_are_read_from_the_environment_and_the_rest_of_it_is_ignored() -> None:
    settings = Settings.read({**ENVIRONMENT, "PATH": "/usr/bin"})
    assert (settings.session_table, settings.disposition_key) == ("sessions", "Business Result")
    assert settings.retention_days == 30


@pytest.mark.parametrize("variable", ENVIRONMENT)
def test_a_missing_setting_is_named(variable: str) -> None:
    with pytest.raises(ValidationError, match=rf"(?m)^{variable}$"):
        Settings.read({name: value for name, value in ENVIRONMENT.items() if name != variable})


@pytest.mark.parametrize(
    "variable", ["SESSION_TABLE", "MESSAGE_TABLE", "SETTING_TABLE", "DESKTOP_TABLE", "AGENT_POOL", "DISPOSITION_KEY"]
)
def test_an_empty_setting_is_as_good_as_none(variable: str) -> None:
    with pytest.raises(ValidationError, match=rf"(?m)^{variable}$"):
        Settings.read(ENVIRONMENT | {variable: ""})


@pytest.mark.parametrize("key", ["Disposition\tCode", "Disposition\n", "\x85", "x" * 129])
def test_a_disposition_key_that_no_client_could_name_is_refused(key: str) -> None:
    with pytest.raises(ValidationError, match=r"(?m)^DISPOSITION_KEY$"):
        Settings.read(ENVIRONMENT | {"DISPOSITION_KEY": key})


@pytest.mark.parametrize("days", ["-1", "a few", ""])
def test_a_retention_that_is_no_number_of_days_is_refused(days: str) -> None:
    with pytest.raises(ValidationError, match=r"(?m)^RETENTION_DAYS$"):
        Settings.read(ENVIRONMENT | {"RETENTION_DAYS": days})


def test_settings_stay_as_they_were_read() -> None:
    settings = Settings.read(ENVIRONMENT)
    with pytest.raises(ValidationError, match="frozen"):
        settings.session_table = "others"


def test_the_apis_address_is_its_own_unless_another_is_given() -> None:
    assert Settings.read(ENVIRONMENT).base_url("abc") == "https://abc.execute-api.us-east-1.amazonaws.com/api/v2"
    given = Settings.read(ENVIRONMENT | {"PUBLIC_URL": "https://chat.example.com/api/v2/"})
    assert given.base_url("abc") == "https://chat.example.com/api/v2"
