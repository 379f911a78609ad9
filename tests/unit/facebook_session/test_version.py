"""The version is said once in the code, and the project's own files say the same."""

import tomllib

from contract import asyncapi, openapi
from facebook_session.version import VERSION
from tests.template import ROOT


def test_it_is_the_projects_and_the_contracts() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {description.document()["info"]["version"] for description in (asyncapi, openapi)} == {VERSION}
    assert project["version"] == VERSION
