"""AWS' transforms of a template. Run by the SAM CLI's Python with -I: the project's own has no samtranslator, and this
folder a module `queue`.

Reads cases from stdin, a JSON list of `{"parameters": {name: value}, "code": {logical id: key in the bucket}}`, and
writes the resources of each.
"""

import json
import sys
from pathlib import Path
from typing import Any

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

Template = dict[str, Any]

_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


def resources(text: str, parameters: dict[str, Any], code: dict[str, str]) -> Any:
    template: Template = yaml_parse(text)
    chosen = {name: one["Default"] for name, one in template["Parameters"].items()} | parameters
    values = {name: str(value) for name, value in chosen.items()}  # CloudFormation knows them as text
    for name, one in template["Resources"].items():
        if one["Type"] in _CODE:  # `sam deploy` has put it into a bucket, by its digest
            one["Properties"][_CODE[one["Type"]]] = f"s3://bucket/{code.get(name, 'code')}"
    template = {key: _literal(one, values) for key, one in template.items()}
    return Translator({}, Parser()).translate(template, values)["Resources"]


def _literal(node: Any, values: Template) -> Any:
    """AWS::LanguageExtensions comes first, and "resolves parameters to literal values during processing"."""
    if isinstance(node, list):
        return [_literal(one, values) for one in node]
    if not isinstance(node, dict):
        return node
    if node.keys() == {"Ref"}:
        return values.get(node["Ref"], node)
    return {key: _literal(one, values) for key, one in node.items()}


if __name__ == "__main__":
    read = Path(sys.argv[1]).read_text()
    json.dump([resources(read, **case) for case in json.load(sys.stdin)], sys.stdout)
