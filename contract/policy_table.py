"""docs/dispositions-table.md: what the policy of dispositions makes of each operation.

The functions are held against the same table, field by field, in tests/integration/test_policy_table.py.
"""

import textwrap
import unicodedata
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from facebook_session.callers import Caller, Role
from facebook_session.policy import NO_POLICY, Document, Policy
from facebook_session.states import Ending
from session_api.operations import OPERATIONS
from session_api.operations.operation import Operation
from session_api.rules import Rules

KEY: Final = "DispositionCode"
QUEUE: Final = "Returns"
CREATION: Final = "creation"

_CODES: Final[Document] = {
    "codes": [
        {"name": "DC_Resolved", "displayName": "Resolved"},
        {"name": "Gr\u00f6\u00dfe", "displayName": "Wrong size"},
        {
            "name": "Returns",
            "displayName": "Returned goods",
            "children": [
                {"name": "DC_Refund", "displayName": "Refund"},
                {"name": "DC_Swap", "displayName": "Swap", "retired": True},
            ],
        },
    ],
    "queues": {QUEUE: ["Returns", "Gr\u00f6\u00dfe"]},
}
DEFAULT: Final = "DC_Refund"


def _with(**members: bool | int | str) -> Document:
    return {**_CODES, **members}


POLICIES: Final[Mapping[str, Document | None]] = {
    "no policy": None,
    "`enforce`": _with(enforce=True),
    "`mandatory`": _with(mandatory=True),
    "`default`": _with(default=DEFAULT),
    "`enforce`, late": _with(enforce=True, lateHours=24),
}
LATE: Final = "`enforce`, late"

VALUES: Final[Mapping[str, str]] = {
    "a code of the session's queue": "DC_Refund",
    "one in another Unicode spelling": unicodedata.normalize("NFD", "Gr\u00f6\u00dfe"),
    "any other text": "Spam",
    "a code of another queue": "DC_Resolved",
    "a folder's name": "Returns",
    "a display name": "Refund",
    "a retired code": "DC_Swap",
}


class Outcome(StrEnum):
    """Of a disposition that a request has, or that the session has before it."""

    SET = "set"
    SPELT = "set, as NFC"
    REFUSED = "refused"
    REMOVED = "removed"
    KEPT = "kept"


_FREE: Final = dict.fromkeys(VALUES, Outcome.SET)
_ENFORCED: Final = {
    **dict.fromkeys(VALUES, Outcome.REFUSED),
    "a code of the session's queue": Outcome.SET,
    "one in another Unicode spelling": Outcome.SPELT,
}
_WRITTEN: Final[Mapping[str, Mapping[str, Outcome]]] = {
    **dict.fromkeys(POLICIES, _FREE),
    "`enforce`": _ENFORCED,
    LATE: _ENFORCED,
}
_WRITERS: Final = ("SetDisposition", "AttachUserData", "UpdateUserData", CREATION)
_REMOVER: Final = "DeleteUserData"

COMBINED: Final[Mapping[str, Document | None]] = {
    "no policy": None,
    "`default`": POLICIES["`default`"],
    "`mandatory`": POLICIES["`mandatory`"],
    "both": _with(mandatory=True, default=DEFAULT),
}


class End(StrEnum):
    """Of a session without a disposition."""

    GOES_ON = "does not end it"
    WITHOUT = "ends without one"
    DEFAULT = "ends with the default"
    REFUSED = "refused"


def writes(operation: str) -> bool:
    """Whether a request of this operation has the disposition; otherwise the session has it already."""
    return operation in _WRITERS


def outcome(operation: str, role: Role, policy: str, value: str) -> Outcome:
    """`policy` and `value` are names of the table. What is late meets a session that has ended."""
    is_late = policy == LATE
    if is_late and operation != CREATION and (operation, role) != ("SetDisposition", Role.AGENT):
        return Outcome.REFUSED
    if operation == _REMOVER:
        return Outcome.REMOVED
    return _WRITTEN[policy][value] if writes(operation) else Outcome.KEPT


def ways_to_end() -> Iterator[tuple[type[Operation], Role]]:
    """Every operation that ends a session for some caller, and whoever can call it."""
    for operation in OPERATIONS:
        if operation.__name__ in {str(ending) for ending in Ending}:
            yield from ((operation, role) for role in Role if role in operation.moves)


def end(operation: type[Operation], role: Role, document: Document | None) -> End:
    """As the code has it."""
    if operation.moves[role].ending is None:
        return End.GOES_ON
    policy = NO_POLICY if document is None else Policy.of(1, document)
    rules = Rules(KEY, lambda: policy)
    closing = operation.model_construct().change(Caller("Anna", role), rules).closing
    if closing is None:
        return End.WITHOUT
    return End.REFUSED if closing.mandatory else End.DEFAULT


_HEAD: Final = f"""# What the policy makes of each operation

The sessions of this page are of the queue `{QUEUE}`, to which the policy gives the folder `Returns` and one code. Under
another key than the stack's `DispositionKey` everything is as without a policy.

## A disposition that is written"""

_OTHERS: Final = """So it is for {writers},
by whoever may send them. `{remover}` removes any disposition. All other operations leave it alone, but for a system's
`Transfer` of what an agent has rejected, which takes back a default that the `Reject` set. With `enforce` and
with `mandatory`, text that is blank and what is no text is refused besides. "Late" is after the session's end, within
`lateHours`: an agent's `SetDisposition` is taken as with `enforce`, and so is a creation; all else is refused for the
session's state, but for a system's `Transfer` of what an agent has rejected."""

_ENDS: Final = """
## A session that ends

What has a disposition keeps it, however it ends. What has none:
"""

_TAIL: Final = """
A session that is open has no expiry, so what expires has ended by one of these. A system's `Leave` ends sessions that
nobody has accepted; in the others the agent still has to complete them."""


def page() -> str:
    """Markdown."""
    writers = f"{', '.join(f'`{name}`' for name in _WRITERS[:-1])} and {_WRITERS[-1]}"
    others = textwrap.fill(_OTHERS.format(writers=writers, remover=_REMOVER), 120, break_on_hyphens=False)
    return "\n".join([_HEAD, "", *_written(), "", others, _ENDS, *_ended(), _TAIL, ""])


def _written() -> Iterator[str]:
    yield f"| disposition | such as | {' | '.join(POLICIES)} |"
    yield f"|---|---|{'---|' * len(POLICIES)}"
    for value, text in VALUES.items():
        fields = (_WRITTEN[policy][value] for policy in POLICIES)
        yield f"| {value} | `{text}` | {' | '.join(fields)} |"


def _ended() -> Iterator[str]:
    yield f"| operation | by | {' | '.join(COMBINED)} |"
    yield f"|---|---|{'---|' * len(COMBINED)}"
    for operation, role in ways_to_end():
        fields = (end(operation, role, document) for document in COMBINED.values())
        by = "an agent" if role is Role.AGENT else "a system"
        yield f"| `{operation.__name__}` | {by} | {' | '.join(fields)} |"
    yield f"| expiry | | {' | '.join('as it has ended' for _ in COMBINED)} |"
