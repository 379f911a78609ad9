"""Templates as plain values: `!Ref Name` and `!Sub text` become their text, `!GetAtt A.B` becomes "A.B"."""

from collections.abc import Mapping
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

_SCHEMA: Final = ("AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes", "StreamSpecification")


def table_schema(table: str, template: Mapping[str, Any] = TEMPLATE) -> dict[str, Any]:
    """The table for CreateTable as the template has it, without what only matters on AWS."""
    properties = template["Resources"][table]["Properties"]
    schema = {name: properties[name] for name in _SCHEMA if name in properties}
    if "StreamSpecification" in schema:
        schema["StreamSpecification"] = {"StreamEnabled": True, **schema["StreamSpecification"]}
    return schema
