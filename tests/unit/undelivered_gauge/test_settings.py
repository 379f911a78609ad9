"""Settings come from the environment, and a missing one stops the function before its first run."""

import pytest

from undelivered_gauge.settings import Settings

ENVIRONMENT = {"UNDELIVERED_BUCKET": "bucket"}


def test_settings_are_read_from_the_environment_and_the_rest_of_it_is_ignored() -> None:
    assert Settings.read({**ENVIRONMENT, "PATH": "/usr/bin"}) == Settings("bucket")


@pytest.mark.parametrize("variable", ENVIRONMENT)
def test_a_missing_setting_is_named(variable: str) -> None:
    with pytest.raises(KeyError, match=variable):
        Settings.read({name: value for name, value in ENVIRONMENT.items() if name != variable})
