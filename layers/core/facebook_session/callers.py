"""Who changes a session: an agent, or a system, such as the channel to the customer or the routing."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Caller:
    """`name` is an agent's user name in the pool, or a system's IAM principal. A system speaks for the customer."""

    name: str
    role: Role = Role.AGENT

    @property
    def is_agent(self) -> bool:
        return self.role is Role.AGENT

    @property
    def sender(self) -> str | None:
        """The `userName` of messages from this caller; the customer's have none."""
        return self.name if self.is_agent else None

    @property
    def key_space(self) -> str:
        """In which its `Idempotency-Key`s are told apart. No user name has a line break."""
        return self.name if self.is_agent else f"{self.role}\n{self.name}"
