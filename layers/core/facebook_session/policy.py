"""The policy of dispositions: which codes there are, in which queues, and what a session needs when it ends.

Genesys leaves all of this to its desktop.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Document = Mapping[str, Any]
"""As it was put: `codes`, a tree of `name`, `displayName`, `children`, `retired`; `queues`; `enforce`, `mandatory`,
`default`, `lateHours`.
"""


@dataclass(frozen=True, slots=True)
class Policy:
    """`codes` maps the name of each code that can be set to the queues that don't have it, all after NFC. Without
    `enforce` other values can be set too. `version` counts the documents that were put, from 1.
    """

    version: int = 0
    document: Document = field(default_factory=dict)
    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, version: int, document: Document) -> "Policy":
        """`document` must be a valid one."""
        codes = [normal(code["name"]) for code in usable(document["codes"])]
        queues = {queue: frozenset(_named(document["codes"], names)) for queue, names in _queues(document)}
        lacking = {name: [queue for queue, has in queues.items() if name not in has] for name in codes}
        return cls(version, document, lacking)

    @property
    def enforce(self) -> bool:
        return bool(self.document.get("enforce"))

    @property
    def mandatory(self) -> bool:
        """Whether an agent can complete no session without a disposition."""
        return bool(self.document.get("mandatory"))

    @property
    def default(self) -> str | None:
        """What a session gets that ends without a disposition."""
        default = self.document.get("default")
        return None if default is None else normal(default)

    @property
    def late_hours(self) -> int:
        """So long after its end a session's disposition can be set."""
        return int(self.document.get("lateHours", 0))


NO_POLICY: Final = Policy()


def normal(name: str) -> str:
    """The one spelling under which a name is compared, and stored."""
    return unicodedata.normalize("NFC", name)


def _queues(document: Document) -> Iterator[tuple[str, Sequence[str]]]:
    yield from ((normal(queue), names) for queue, names in document.get("queues", {}).items())


def tree(codes: Sequence[Document], *, is_retired: bool = False) -> Iterator[tuple[Document, bool]]:
    """All codes and folders, each before what is in it, and whether it or a folder around it is retired."""
    for code in codes:
        is_so = is_retired or bool(code.get("retired"))
        yield code, is_so
        yield from tree(code.get("children") or (), is_retired=is_so)


def is_folder(code: Document) -> bool:
    """Which is none that can be set, also if it is empty."""
    return code.get("children") is not None


def usable(codes: Sequence[Document]) -> Iterator[Document]:
    """The codes that can be set."""
    return (code for code, is_retired in tree(codes) if not (is_retired or is_folder(code)))


def _named(codes: Sequence[Document], names: Sequence[str]) -> Iterator[str]:
    """The codes and folders that have one of the names, or are in a folder that has."""
    wanted = set(map(normal, names))
    for code in codes:
        if normal(code["name"]) in wanted:
            yield from (normal(inner["name"]) for inner, _ in tree([code]))
        else:
            yield from _named(code.get("children") or (), names)
