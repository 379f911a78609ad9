"""Whether docs/openapi.yaml is OpenAPI, and whether generators can use its schemas."""

from collections.abc import Iterator
from typing import Any, Final

from openapi_spec_validator import OpenAPIV31SpecValidator

from contract.document import Content

_COMBINED: Final = {"allOf", "anyOf", "oneOf"}


def problems(api: Content) -> Iterator[str]:
    """One line for each fault of the OpenAPI description."""
    for error in OpenAPIV31SpecValidator(api).iter_errors():
        yield f"docs/openapi.yaml: {error.json_path}: {error.message.splitlines()[0]}"
    yield from _lost("$", api)


def _lost(path: str, schema: Any) -> Iterator[str]:
    """What generators leave out of a client, or take for anything at all."""
    inner = schema if isinstance(schema, dict) else dict(enumerate(schema)) if isinstance(schema, list) else {}
    if "patternProperties" in inner or ("properties" in inner and inner.keys() & _COMBINED):
        yield f"docs/openapi.yaml: {path} is a schema of which generators lose a part."
    for name, value in inner.items():
        yield from _lost(f"{path}.{name}", value)
