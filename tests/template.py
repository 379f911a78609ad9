"""Templates as plain values: `!Ref Name` and `!Sub text` become their text, `!GetAtt A.B` becomes "A.B"."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).parent.parent


class _Loader(yaml.SafeLoader):
    pass


def _short_form(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    raise TypeError(node)


_Loader.add_multi_constructor("!", _short_form)


def read(path: Path) -> dict[str, Any]:
    template: dict[str, Any] = _Loader(path.read_text()).get_single_data()
    return template


TEMPLATE: Final = read(ROOT / "template.yaml")


def of_type(kind: str, template: Mapping[str, Any] = TEMPLATE) -> dict[str, Any]:
    """The properties of the resources of a type, such as `AWS::DynamoDB::Table`, by their names."""
    return {name: one["Properties"] for name, one in template["Resources"].items() if one["Type"] == kind}


def api_events() -> Iterator[tuple[str, dict[str, Any]]]:
    """What API Gateway hands over: for each event of that type its function and its properties."""
    for name, resource in TEMPLATE["Resources"].items():
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] == "Api":
                yield name, event["Properties"]


_AUTHORIZERS: Final[dict[str, str]] = {
    f"{event['Method']} {event['Path']}": event.get("Auth", {}).get("Authorizer", "") for _, event in api_events()
}


def authorizer(route: str) -> str:
    """Of a request such as `GET /v2/facebooksessions/{id}`: what its method has, or else the path's other methods.

    Empty for the API's own; raises KeyError where no request of this method reaches a function.
    """
    return _AUTHORIZERS[route if route in _AUTHORIZERS else f"ANY {route.split(' ')[1]}"]


_SCHEMA: Final = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes", "StreamSpecification")


def table_schema(table: str, template: Mapping[str, Any] = TEMPLATE) -> dict[str, Any]:
    """The table for CreateTable as the template has it, without what only matters on AWS."""
    properties = template["Resources"][table]["Properties"]
    schema = {name: properties[name] for name in _SCHEMA if name in properties}
    if "StreamSpecification" in schema:
        schema["StreamSpecification"] = {"StreamEnabled": True, **schema["StreamSpecification"]}
    return schema
