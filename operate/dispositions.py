"""Puts a policy of dispositions as the next version, after a look at what that changes; shows earlier versions."""

from typing import Any

from facebook_session.errors import PreconditionFailed
from facebook_session.policies import Policies
from facebook_session.policy import Document, Policy
from operate.open_sessions import count_refused
from operate.policy_changes import between
from operate.proposal import Proposal


class Overtaken(Exception):
    """Somebody else has put a version meanwhile."""


class Dispositions:
    """The policies in the table `settings`, and the sessions in `sessions` that they govern by the user data's `key`,
    through a client of DynamoDB. Every method raises what the client raises, or Unavailable.
    """

    def __init__(self, client: Any, settings: str, sessions: str, key: str) -> None:
        self._policies = Policies(client, settings)
        self._client = client
        self._sessions = sessions
        self._key = key

    def version(self, number: int) -> Document | None:
        """The document that was put as this version; None where there is none."""
        policy = self._policies.version(number)
        return None if policy is None else policy.document

    def propose(self, document: Document) -> Proposal:
        """What a valid document would change. It reads all open sessions."""
        present = self._policies.newest()
        count = count_refused(self._client, self._sessions, self._key, Policy.of(0, document))
        return Proposal(present.version, document, between(present.document, document), count)

    def put(self, proposal: Proposal, by: str) -> int:
        """Its version; the present one, where that is the same already. Raises Overtaken."""
        try:
            return self._policies.put(proposal.document, by, frozenset({proposal.present}))
        except PreconditionFailed:
            raise Overtaken from None
