"""`python -m contract` writes the contract's files into docs/; with `--check` it says which the code is not."""

import json
import sys
from pathlib import Path
from typing import Final

from contract import asyncapi, evidence, openapi, policy_table, standards, state_machine
from contract.document import as_yaml

_DOCS: Final = Path(__file__).parent.parent / "docs"


def files() -> dict[Path, str]:
    """The files and what is to be in them."""
    schemas = {
        f"schemas/{name}.json": json.dumps(schema, indent=2) + "\n" for name, schema in asyncapi.schemas().items()
    }
    written = {
        "openapi.yaml": as_yaml(openapi.document()),
        "asyncapi.yaml": as_yaml(asyncapi.document()),
        "state-machine.md": state_machine.page(),
        "dispositions-table.md": policy_table.page(),
    }
    return {_DOCS / name: text for name, text in (written | schemas).items()}


def drifted() -> list[str]:
    """What is wrong with the contract's files, a line each."""
    return [
        f"docs/{path.relative_to(_DOCS)} is not what the code is; `make contract` writes it."
        for path, text in files().items()
        if not path.exists() or path.read_text() != text
    ]


def main(arguments: list[str]) -> int:
    """The exit status."""
    wrong = [*evidence.problems(), *standards.problems(openapi.document())]
    if arguments == ["--check"]:
        wrong += drifted()
    else:
        for path, text in files().items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
