"""docs/state-machine.md: who may call which operation in which state, and where it leads."""

from collections.abc import Iterator
from typing import Final

from facebook_session.callers import Role
from facebook_session.states import CAPABILITIES, Move, State
from session_api.operations import OPERATIONS

_HEAD: Final = """# The state machine

A session is in one of these states. The arrows are what agents can do, and what only systems can; the table below has
both. Creation is the routing system's. In state Completed `endedBy` names the operation that ended the session; one
that ended under version 0.1 has none."""

_TABLE: Final = """
The table has the state that an operation leads to from each. Where a field is empty, the operation is refused with
`statusCode` 2, changes nothing and is not announced. Agents call at `/me/facebooksessions/{id}`; systems, such as the
customer's channel and the routing, at `/facebooksessions/{id}`. What is "late" is allowed where the policy of
dispositions has `lateHours`, so long after the session's end, and also to agents who took part in it before. What the
policy makes of each operation is in [dispositions-table.md](dispositions-table.md)."""


def page() -> str:
    """Markdown; all of it follows from each operation's `moves`."""
    return "\n".join([_HEAD, "", *_diagram(), _TABLE, "", *_table(), "", *_capabilities(), ""])


def _diagram() -> Iterator[str]:
    yield from ("```mermaid", "stateDiagram-v2", f"    [*] --> {State.INVITED}: creation")
    arrows: dict[tuple[State, State], dict[str, Role]] = {}
    for operation, role, state, to in _changes_of_state():
        arrows.setdefault((state, to), {}).setdefault(operation, role)
    for (start, to), first in arrows.items():
        yield f"    {start} --> {to}: {', '.join(_label(*one) for one in first.items())}"
    yield f"    {State.COMPLETED} --> [*]"
    yield "```"


def _changes_of_state() -> Iterator[tuple[str, Role, State, State]]:
    for operation in OPERATIONS:
        for role, move in operation.moves.items():
            for state, to in move.leads.items():
                if to not in (None, state):
                    yield operation.__name__, role, state, to


def _label(operation: str, role: Role) -> str:
    return operation if role is Role.AGENT else f"{operation} by {_by(role)}"


def _table() -> Iterator[str]:
    yield f"| operation | by | {' | '.join(State)} |"
    yield f"|---|---|{'---|' * len(State)}"
    for operation in OPERATIONS:
        for role in Role:
            move = operation.moves.get(role, Move({}))
            yield f"| `{operation.__name__}` | {_by(role)} |" + "".join(_field(move, state) for state in State)


def _by(role: Role) -> str:
    return "an agent" if role is Role.AGENT else f"a {role}"


def _field(move: Move, state: State) -> str:
    if state not in move.leads:
        return f" {state}, late |" if move.is_late and state is State.COMPLETED else " |"
    condition = f" where it ended by {move.reopens}" if move.reopens and state is State.COMPLETED else ""
    return f" {move.leads[state] or state}{condition} |"


def _capabilities() -> Iterator[str]:
    yield "Each notification and each read lists `capabilities`, as Genesys does. Genesys leaves out operations that"
    yield "its own pages document, so an operation that is not listed may be allowed all the same."
    yield ""
    yield "| state | `capabilities` |"
    yield "|---|---|"
    for state in State:
        yield f"| {state} | {', '.join(f'`{name}`' for name in CAPABILITIES[state]) or 'none'} |"
