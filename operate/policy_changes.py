"""What becomes of codes and rules where one policy follows another."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from facebook_session.policy import Document, is_folder, normal, tree

_RULES: Final = {"enforce": False, "mandatory": False, "default": None, "lateHours": 0}
"""The members that are no lists, and what each is where it is not there."""


@dataclass(frozen=True, slots=True)
class PolicyChanges:
    """Codes by their names, that of a folder with a `/` behind it. One is retired where a folder around it is.

    `renamed` have another `displayName`, `restored` were retired; `rules` names what else is another.
    """

    new: Sequence[str]
    renamed: Sequence[str]
    retired: Sequence[str]
    restored: Sequence[str]
    removed: Sequence[str]
    rules: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Code:
    display_name: str
    is_retired: bool


def between(old: Document, new: Document) -> PolicyChanges:
    before, after = dict(_codes(old.get("codes", ()))), dict(_codes(new["codes"]))
    retired_before, retired = _retired(before), _retired(after)
    both = [name for name in after if name in before]
    return PolicyChanges(
        new=[name for name in after if name not in before and name not in retired],
        renamed=[
            f"{name} ({before[name].display_name} → {after[name].display_name})"
            for name in both
            if before[name].display_name != after[name].display_name
        ],
        retired=[name for name in after if name in retired and name not in retired_before],
        restored=[name for name in both if name in retired_before and name not in retired],
        removed=[name for name in before if name not in after],
        rules=[*_rules(old, new), *_queues(old.get("queues", {}), new.get("queues", {}))],
    )


def _codes(codes: Sequence[Document]) -> Iterator[tuple[str, _Code]]:
    for code, is_retired in tree(codes):
        yield normal(code["name"]) + "/" * is_folder(code), _Code(code["displayName"], is_retired)


def _retired(codes: Mapping[str, _Code]) -> set[str]:
    return {name for name, code in codes.items() if code.is_retired}


def _rules(old: Document, new: Document) -> Iterator[str]:
    for name, absent in _RULES.items():
        before, after = old.get(name, absent), new.get(name, absent)
        if before != after:
            yield f"{name} ({json.dumps(before)} → {json.dumps(after)})"


def _queues(old: Mapping[str, Sequence[str]], new: Mapping[str, Sequence[str]]) -> Iterator[str]:
    before, after = ({normal(queue): set(map(normal, names)) for queue, names in one.items()} for one in (old, new))
    others = [queue for queue in {**before, **after} if before.get(queue) != after.get(queue)]
    if others:
        yield f"queues ({', '.join(others)})"
