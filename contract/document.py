"""JSON Schemas in a document, and what they say of values."""

from collections.abc import Mapping
from typing import Any, Final

import yaml
from jsonschema import Draft202012Validator
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema
from referencing import Registry
from referencing.jsonschema import DRAFT202012

Content = Mapping[str, Any]
_ADDRESS: Final = "urn:document"


class PlainSchema(GenerateJsonSchema):
    """Without titles of fields, which repeat their names, and without empty defaults, which no client may send."""

    def field_title_should_be_set(self, _schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        return inner | {"default": schema["default"]} if schema.get("default") else inner


def for_generators(schema: Any) -> Any:
    """The same schema with `additionalProperties` for `patternProperties`, of which generators make an empty class."""
    if isinstance(schema, dict):
        inner = {name: for_generators(value) for name, value in schema.items()}
        patterns = inner.pop("patternProperties", None)
        return inner | _alike(patterns) if patterns else inner
    return [*map(for_generators, schema)] if isinstance(schema, list) else schema


def _alike(patterns: Content) -> dict[str, Any]:
    """Properties that are alike, whose names all fit the one pattern."""
    ((pattern, values),) = patterns.items()
    return {"additionalProperties": values, "propertyNames": {"pattern": pattern}}


class Document:
    """Validates values against the JSON Schemas in it, which may refer to each other."""

    def __init__(self, content: Content) -> None:
        resource = DRAFT202012.create_resource(content)
        self._registry: Registry[Any] = Registry().with_resource(_ADDRESS, resource)

    def problems(self, pointer: str, value: Any) -> list[str]:
        """What the schema at the JSON pointer has against the value; nothing, where it is valid."""
        validator = Draft202012Validator({"$ref": f"{_ADDRESS}#{pointer}"}, registry=self._registry)
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


def as_yaml(content: Content) -> str:
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def pointer(*steps: str) -> str:
    """The JSON pointer along these names."""
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)
