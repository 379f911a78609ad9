"""docs/state-machine.md: which operation is allowed in which state, and where it leads."""

from collections.abc import Iterator
from typing import Final

from facebook_session.states import CAPABILITIES, Move, State
from session_api.operations import OPERATIONS

_HEAD: Final = """# The state machine

A session is in one of these states. An operation that its state does not allow is refused with `statusCode` 2, changes
nothing and is not announced."""


def page() -> str:
    """Markdown; all of it follows from each operation's `move`."""
    return "\n".join([_HEAD, "", *_diagram(), "", *_matrix(), "", *_capabilities(), ""])


def _diagram() -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2", f"    [*] --> {State.INVITED}: creation")
    for operation in OPERATIONS:
        if operation.move.to:
            for state in _in_order(operation.move):
                yield f"    {state} --> {operation.move.to}: {operation.__name__}"
    yield from (f"    {state} --> [*]" for state in State if not _leaves(state))
    yield "```"


def _leaves(state: State) -> bool:
    return any(state in operation.move.allowed_in for operation in OPERATIONS)


def _in_order(move: Move) -> list[State]:
    return [state for state in State if state in move.allowed_in]


def _matrix() -> Iterator[str]:
    yield "What an operation leads to in each state; an empty field: it is refused."
    yield ""
    yield f"| operation | {' | '.join(State)} |"
    yield f"|---|{'---|' * len(State)}"
    for operation in OPERATIONS:
        yield f"| `{operation.__name__}` |" + "".join(_field(operation.move, state) for state in State)


def _field(move: Move, state: State) -> str:
    return f" {move.to or state} |" if state in move.allowed_in else " |"


def _capabilities() -> Iterator[str]:
    yield "Each notification and each read lists `capabilities`, as Genesys does. Genesys leaves out operations that"
    yield "its own pages document, so an operation that is not listed may be allowed all the same."
    yield ""
    yield "| state | `capabilities` |"
    yield "|---|---|"
    for state in State:
        yield f"| {state} | {', '.join(f'`{name}`' for name in CAPABILITIES[state]) or 'none'} |"
