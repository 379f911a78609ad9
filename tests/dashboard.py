"""The dashboard and the saved queries, as the template has them."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from tests.template import TEMPLATE, of_type

_RESOURCES: Final = TEMPLATE["Resources"]
QUERIES: Final[Mapping[str, Mapping[str, Any]]] = of_type("AWS::Logs::QueryDefinition")


class Shown(NamedTuple):
    """A metric in the widget `title`; `options` are those of its line."""

    title: str
    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]
    period: int
    options: Mapping[str, Any]


def widgets(kind: str) -> list[Mapping[str, Any]]:
    """The properties of each. A name stands in the place of what `Fn::Sub` would put there."""
    body = re.sub(r"\$\{([^}]+)\}", r"\1", _RESOURCES["SessionDashboard"]["Properties"]["DashboardBody"])
    return [one["properties"] for one in json.loads(body)["widgets"] if one["type"] == kind]


def shown() -> Iterator[Shown]:
    for widget in widgets("metric"):
        for line in widget["metrics"]:
            if isinstance(line[0], str):
                namespace, name, *dimensions, options = line
                pairs = frozenset(zip(dimensions[::2], dimensions[1::2], strict=True))
                yield Shown(widget["title"], namespace, name, pairs, widget["period"], options)


def expressions() -> dict[str, str]:
    """Those of metric math, by their labels."""
    lines = [line[0] for widget in widgets("metric") for line in widget["metrics"] if isinstance(line[0], dict)]
    return {one["label"]: one["expression"] for one in lines}
