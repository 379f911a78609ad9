"""The contract's files are what the field's tools ask for, as far as Python can tell; `make prove` asks the others."""

from typing import Any

import pytest

from contract import openapi, standards


def test_the_description_of_the_api_has_no_faults() -> None:
    assert list(standards.problems(openapi.document())) == []


def _api(schema: dict[str, Any]) -> dict[str, Any]:
    about = {"title": "One schema", "version": "1"}
    return {"openapi": "3.1.0", "info": about, "components": {"schemas": {"One": schema}}}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {}, "b": {}}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"type": "object", "patternProperties": {"^a": {}}, "additionalProperties": False},
        {"oneOf": [{"type": "string"}, {"type": "object", "patternProperties": {"^a": {}}}]},
    ],
)
def test_a_schema_that_generators_lose_a_part_of_is_noticed(schema: dict[str, Any]) -> None:
    (line,) = standards.problems(_api(schema))
    assert line.endswith("is a schema of which generators lose a part.")


def test_what_is_not_openapi_is_noticed() -> None:
    (line,) = standards.problems(_api({}) | {"paths": {"sessions": {}}})
    assert line.startswith("docs/openapi.yaml: $.paths: ")
    assert "'sessions'" in line
