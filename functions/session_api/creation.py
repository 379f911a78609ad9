"""The creation of a session by the routing system."""

import hashlib
from contextlib import suppress
from typing import Annotated, Any

from pydantic import Field, ValidationError

from facebook_session import exact_json, history, idempotency, session, user_data
from facebook_session.callers import Caller
from facebook_session.changes import now
from facebook_session.errors import InvalidParameter, RefusedByPolicy, SessionNotFound
from facebook_session.listing import Item
from facebook_session.states import State
from facebook_session.store import SessionStore
from facebook_session.transcript import new_transcript_id
from session_api.operations.operation import Name, Parameters, QueueName, UserData, refusal
from session_api.rules import Rules

SessionId = Annotated[str, Field(pattern=session.SESSION_ID, max_length=session.MAX_NAME_LENGTH)]
UserName = Annotated[str, Field(pattern=session.USER_NAME)]


class Customer(Parameters):
    nickname: Name


class InvitedAgent(Parameters):
    user_name: UserName


class NewSession(Parameters):
    """`id` is made here where it is missing. `userData` may hold as many keys as a request can; `queueName` is the
    queue that the session comes from. A disposition is under the same policy as in SetDisposition.
    """

    id: SessionId = ""
    customer: Customer
    agent: InvitedAgent
    user_data: UserData = Field(default_factory=dict)
    queue_name: QueueName = ""


def requested(parameters: dict[str, Any]) -> NewSession:
    """The session that a request asks for; raises MissingParameter, InvalidParameter or ValueOutOfRange."""
    try:
        return NewSession.model_validate(parameters)
    except ValidationError as error:
        raise refusal(error) from None


def create(store: SessionStore, rules: Rules, wanted: NewSession, system: Caller, key: str = "") -> Item:
    """The session that the system asks for, by an `Idempotency-Key` or without one. Where there is one of its id that
    was created from the same content, that one as it is now.

    Raises InvalidParameter where there is one of other content.
    """
    try:
        created = store.create(_item(rules, wanted, system, key))
    except RefusedByPolicy as refusal:
        return _created_before(store, wanted, _id(wanted, system.name, key), refusal)
    if created.get("createdFrom") == _digest(wanted):
        return created
    if key and not wanted.id:
        raise InvalidParameter("The header Idempotency-Key was sent before, with another request.")
    raise InvalidParameter("The parameter id is that of another session.")


def _created_before(store: SessionStore, wanted: NewSession, session_id: str, refusal: RefusedByPolicy) -> Item:
    """The session that the present policy refuses, where it was created under another one."""
    with suppress(SessionNotFound):
        found = store.find(session_id)
        if found.get("createdFrom") == _digest(wanted):
            return found
    raise refusal


def _id(wanted: NewSession, principal: str, key: str) -> str:
    """The same for the same system and key, so that a repeat finds what its first has created."""
    return wanted.id or (session.derived_session_id(f"{principal}\n{key}") if key else session.new_session_id())


def _item(rules: Rules, wanted: NewSession, system: Caller, key: str) -> Item:
    return {
        "id": _id(wanted, system.name, key),
        "state": str(State.INVITED),
        "participants": [_participant(wanted.customer)],
        "agents": {wanted.agent.user_name},
        "owner": wanted.agent.user_name,
        "messageCount": 0,
        "transcript": new_transcript_id(),
        "createdFrom": _digest(wanted),
        **({"queueName": wanted.queue_name} if wanted.queue_name else {}),
        **_data(rules, wanted, system),
        **_first_change(system),
        **idempotency.NO_RECORDS,
    }


def _participant(customer: Customer) -> Item:
    return {
        "nickname": customer.nickname,
        "type": session.CUSTOMER,
        "participantId": session.new_participant_id(),
    }


def _data(rules: Rules, wanted: NewSession, system: Caller) -> Item:
    """The user data, and of a disposition among it the history. Raises RefusedByPolicy."""
    change = rules.created(wanted.user_data, wanted.queue_name)
    return {
        "userData": change.user_data,
        "userDataBytes": user_data.size(change.user_data),
        **history.begun(system, change.disposition),
    }


def _first_change(system: Caller) -> Item:
    created = now()
    return {"referenceId": 1, "createdAt": created, "updatedAt": created, "updatedBy": system.name}


def _digest(wanted: NewSession) -> str:
    """Tells whether two requests ask for the same session. Without a queue it is what it was before there were any."""
    content = wanted.model_dump(exclude={"id"} if wanted.queue_name else {"id", "queue_name"})
    return hashlib.sha256(exact_json.dumps(content, sort_keys=True).encode()).hexdigest()
