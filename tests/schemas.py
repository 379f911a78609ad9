"""What CloudFormation can change in place, by the schemas of the resource types that cfn-lint brings along."""

from typing import Any, Final

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

_REGION: Final = "us-east-1"


def known(kind: str) -> set[str]:
    """The properties of a resource type."""
    return {*_schema(kind)["properties"]}


def replacing(kind: str) -> set[str]:
    """Those whose change makes a resource of this type anew, or may."""
    schema = _schema(kind)
    paths = [*schema.get("createOnlyProperties", ()), *schema.get("conditionalCreateOnlyProperties", ())]
    return {path.split("/")[2] for path in paths}


def _schema(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema(_REGION, kind).schema
    return found
