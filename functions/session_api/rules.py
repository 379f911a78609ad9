"""What the policy of dispositions makes of a request: which changes it allows, and what an end needs."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from facebook_session.changes import Change, Closing, Disposition, formatted
from facebook_session.errors import RefusedByPolicy
from facebook_session.policy import Policy, normal
from facebook_session.policy_document import MEMBERS, Place, PolicyFault, demand_valid

_MUST_BE_TEXT: Final = "The disposition in the parameter {} must be text that is not blank."
_MUST_BE_A_CODE: Final = "The disposition in the parameter {} must be the name of a code that can be set."
_MUST_BE_OF_THE_QUEUE: Final = "The disposition in the parameter {} must be a code of the session's queue."


def demand_valid_policy(document: Mapping[str, Any]) -> None:
    """Raises MissingParameter, InvalidParameter or ValueOutOfRange, which name the member, and nothing that the client
    has named.
    """
    try:
        demand_valid(document)
    except PolicyFault as fault:
        raise fault.error(f"{_subject(fault.place)} {fault.reason}.") from None


def _subject(place: Place) -> str:
    path = ".".join(str(step) for step in place if isinstance(step, int) or step in MEMBERS)
    if isinstance(place[-1], int) or place[-1] in MEMBERS:
        return f"The parameter {path}"
    return f"A member of the parameter {path}" if path else "A member of the request body"


@dataclass(frozen=True, slots=True)
class Rules:
    """`key` is the user data's that the policy governs; `policy` gives the present one, or raises Unavailable.

    The methods raise RefusedByPolicy for what the policy refuses whatever the session is.
    """

    key: str
    policy: Callable[[], Policy]

    def set_disposition(self, key: str, value: str, *, is_late: bool) -> Change:
        """Under another key than the policy's it can be any text. `is_late` says whether it can come after the end."""
        if key != self.key:
            return Change({key: value}, disposition=Disposition(key, value))
        policy = self.policy()
        disposition = self._governed(policy, value, "disposition")
        late_since = _hours_ago(policy.late_hours) if is_late and policy.late_hours else None
        return Change({key: disposition.value}, disposition=disposition, late_since=late_since)

    def set_data(self, user_data: Mapping[str, Any]) -> Change:
        if self.key not in user_data:
            return Change(user_data)
        disposition = self._governed(self.policy(), user_data[self.key], "userData")
        return Change({**user_data, self.key: disposition.value}, disposition=disposition)

    def remove_data(self, keys: Collection[str]) -> Change:
        removed = Disposition(self.key, None, is_removed=True) if self.key in keys else None
        return Change(removed_keys=keys, disposition=removed)

    def closing(self, *, can_be_refused: bool) -> Closing | None:
        """Of whoever and however a session ends; only an agent's Complete can be refused for it."""
        policy = self.policy()
        if policy.mandatory and can_be_refused:
            return Closing(self.key, mandatory=True)
        return None if policy.default is None else Closing(self.key, default=policy.default)

    def created(self, user_data: Mapping[str, Any], queue_name: str) -> Change:
        """That makes the user data of a new session in this queue."""
        change = self.set_data(user_data)
        if change.disposition and queue_name in change.disposition.refused_in:
            raise RefusedByPolicy(_MUST_BE_OF_THE_QUEUE.format("userData"))
        return change

    def _governed(self, policy: Policy, value: Any, parameter: str) -> Disposition:
        if not (policy.enforce or policy.mandatory):
            return Disposition(self.key, value)
        is_text = isinstance(value, str) and bool(value.strip())
        if not policy.enforce and is_text:
            return Disposition(self.key, value)
        if not policy.enforce:
            raise RefusedByPolicy(_MUST_BE_TEXT.format(parameter))
        if not is_text or normal(value) not in policy.codes:
            raise RefusedByPolicy(_MUST_BE_A_CODE.format(parameter))
        return Disposition(self.key, normal(value), policy.codes[normal(value)])


def _hours_ago(hours: int) -> str:
    return formatted(datetime.now(UTC) - timedelta(hours=hours))
