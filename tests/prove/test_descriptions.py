"""The descriptions in docs/, in the eyes of AsyncAPI's own parser and of Redocly."""

import json
from pathlib import Path

import pytest

from local.deploy import ROOT
from tests.e2e.published import API_FILE
from tests.prove.tools import HERE, node

EVENTS = ROOT / "docs/asyncapi.yaml"


def test_asyncapis_parser_has_nothing_against_the_notifications() -> None:
    assert node("asyncapi.cjs", EVENTS) == ""


def test_a_version_of_the_binding_that_there_is_not_is_noticed(tmp_path: Path) -> None:
    changed = tmp_path / "asyncapi.yaml"
    changed.write_text(EVENTS.read_text().replace("bindingVersion: 0.1.0", "bindingVersion: 1.0.0"))
    with pytest.raises(AssertionError, match='"bindingVersion" property must be equal to one of the allowed values'):
        node("asyncapi.cjs", changed)


def test_redocly_has_nothing_against_the_api() -> None:
    found = node("redocly", "lint", "--format=json", f"--config={HERE / 'redocly.yaml'}", API_FILE)
    assert json.loads(found)["problems"] == []
