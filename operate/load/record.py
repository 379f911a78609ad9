"""What was sent and what was heard, put down by the threads that do it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that changed a session, the change's number, and when it was sent and answered, in seconds."""

    session: str
    number: int
    sent: float
    answered: float


@dataclass(frozen=True, slots=True)
class Heard:
    """A notification, when SNS has it as published, in its own text, and when it came in, in seconds. `message` is SNS'
    id: a queue that delivers twice gives the same.
    """

    session: str
    number: int
    event: str
    message: str
    published: str
    at: float


@dataclass(slots=True)
class Record:
    """`failed` are the answers that were not as they should be, `unsure` the sessions in which one was unknown."""

    answered: list[Answered] = field(default_factory=list)
    heard: dict[str, Heard] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)
    finished: int = 0

    def hear(self, envelope: dict[str, Any], at: float) -> None:
        """A notification of one of its sessions; of what comes twice from the queue the first."""
        about = {name: one["Value"] for name, one in envelope.get("MessageAttributes", {}).items()}
        if about.get("sessionId") in self.sessions and "eventId" in about:
            session, number, event = about["sessionId"], int(about["referenceId"]), about["eventId"]
            message = envelope["MessageId"]
            self.heard.setdefault(message, Heard(session, number, event, message, envelope["Timestamp"], at))
