"""AWS' transforms of a template, run by the SAM CLI's Python: the project's own has no samtranslator.

Reads cases from stdin, a JSON list of `{"parameters": {…}, "code": {logical id: key in the bucket}}`, and writes the
resources of each.
"""

import json
import sys
from pathlib import Path
from typing import Any

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

Template = dict[str, Any]


def resources(text: str, parameters: dict[str, Any], code: dict[str, str]) -> Any:
    template: Template = yaml_parse(text)
    defaults = {name: one["Default"] for name, one in template["Parameters"].items() if "Default" in one}
    values = defaults | parameters
    _package(template["Resources"], code)
    template["Resources"] = _literal(template["Resources"], values)
    return Translator({}, Parser()).translate(template, values)["Resources"]


def _package(declared: Template, code: dict[str, str]) -> None:
    """As `sam deploy` does: code is in a bucket then, under a key that is its digest."""
    for name, one in declared.items():
        if one["Type"] == "AWS::Serverless::LayerVersion":
            one["Properties"]["ContentUri"] = f"s3://bucket/{code.get(name, 'layer')}"
        if one["Type"] == "AWS::Serverless::Function":
            one["Properties"]["CodeUri"] = f"s3://bucket/{code.get(name, 'code')}"


def _literal(node: Any, values: dict[str, Any]) -> Any:
    """As AWS::LanguageExtensions does, which comes first: it "resolves parameters to literal values"."""
    if isinstance(node, list):
        return [_literal(one, values) for one in node]
    if not isinstance(node, dict):
        return node
    if node.keys() == {"Ref"} and node["Ref"] in values:
        return values[node["Ref"]]
    return {key: _literal(one, values) for key, one in node.items()}


if __name__ == "__main__":
    read = Path(sys.argv[1]).read_text()
    json.dump([resources(read, one["parameters"], one["code"]) for one in json.load(sys.stdin)], sys.stdout)
