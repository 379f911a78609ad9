"""Which of AWS' operations a function's code can come to call, read off the code.

Names stand for functions: whatever a function mentions by name it may call. So what is found is rather too much than
too little, and a right that nothing mentions is one too many.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from botocore import xform_name
from botocore.session import get_session

from tests.template import ROOT

_LAYER: Final = ROOT / "layers/core"
_CLIENTS: Final = ("client", "_client")

ACTIONS: Final = {
    "s3:DeleteObject": "s3:DeleteObjectVersion",  # always of one version
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjectsV2": "s3:ListBucket",
    "sns:PublishBatch": "sns:Publish",
    "sqs:SendMessageBatch": "sqs:SendMessage",
}
"""Where IAM has another name for an operation."""


def called(service: str, package: str, modules: Sequence[str]) -> set[str]:
    """IAM's actions on `service` that functions/`package` reaches by way of these modules, such as
    `facebook_session.store`; what the others of the layer do is no concern of theirs.
    """
    bodies = dict(_bodies([_file(one) for one in modules]))
    entries = [tree for tree in map(_tree, _package(package)) if _imports(tree, modules)]
    reached, waiting = set[str](), [name for tree in entries for name in _names(tree)]
    while waiting:
        name = waiting.pop()
        if name in bodies and name not in reached:
            reached.add(name)
            waiting += [one for body in bodies[name] for one in _names(body)]
    mentioned = {one for name in reached for body in bodies[name] for one in _of_clients(body)}
    named = {f"{service}:{operation}" for method, operation in _operations(service).items() if method in mentioned}
    return {ACTIONS.get(action, action) for action in named}


def _package(name: str) -> Iterator[Path]:
    yield from sorted((ROOT / "functions" / name).glob("**/*.py"))


def _imports(tree: ast.AST, modules: Sequence[str]) -> bool:
    """What imports none of them has none of their objects: its `add` is that of a set."""
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return not found.isdisjoint(modules)


def _file(module: str) -> Path:
    path = Path(*module.split(".")).with_suffix(".py")
    return next(folder / path for folder in (_LAYER, ROOT / "functions") if (folder / path).exists())


def _tree(path: Path) -> ast.AST:
    return ast.parse(path.read_text())


def _bodies(paths: Sequence[Path]) -> Mapping[str, list[ast.AST]]:
    """Functions and methods by their names; those of one name together."""
    found: dict[str, list[ast.AST]] = {}
    for path in paths:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, []).append(node)
    return found


def _names(body: ast.AST) -> Iterator[str]:
    for node in ast.walk(body):
        if isinstance(node, ast.Attribute) and not _is_class(node.value):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id


def _is_class(node: ast.AST) -> bool:
    """Such as in `Settings.read`, which is no `read` of an object's."""
    return isinstance(node, ast.Name) and node.id[0].isupper()


def _of_clients(body: ast.AST) -> Iterator[str]:
    """Methods of what is called a client, be it one of AWS or not, and what is paged through."""
    for node in ast.walk(body):
        if isinstance(node, ast.Attribute) and _is_client(node.value) and node.attr != "get_paginator":
            yield node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get_paginator":
            yield str(ast.literal_eval(node.args[0]))


def _is_client(node: ast.AST) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in _CLIENTS


def _operations(service: str) -> Mapping[str, str]:
    """By the names that their methods have."""
    return {xform_name(one): one for one in get_session().get_service_model(service).operation_names}
