"""The creation of a session by the routing system."""

import hashlib
from typing import Annotated, Any

from pydantic import Field, ValidationError

from facebook_session import exact_json, memory, session
from facebook_session.changes import now
from facebook_session.errors import InvalidParameter
from facebook_session.states import State
from facebook_session.store import Item, SessionStore
from facebook_session.transcript import new_name
from session_api.operations.operation import Name, Parameters, UserData, refusal

SessionId = Annotated[str, Field(pattern=session.SESSION_ID)]
UserName = Annotated[str, Field(pattern=session.USER_NAME)]


class Customer(Parameters):
    nickname: Name


class InvitedAgent(Parameters):
    user_name: UserName


class NewSession(Parameters):
    """`id` is made here where it is missing. `userData` may hold as many keys as a request can."""

    id: SessionId = ""
    customer: Customer
    agent: InvitedAgent
    user_data: UserData = Field(default_factory=dict)


def requested(parameters: dict[str, Any]) -> NewSession:
    """The session that a request asks for; raises MissingParameter, InvalidParameter or ValueOutOfRange."""
    try:
        return NewSession.model_validate(parameters)
    except ValidationError as error:
        raise refusal(error) from None


def create(store: SessionStore, wanted: NewSession) -> Item:
    """The session; where there is one of its id that was created from the same content, that one as it is now.

    Raises InvalidParameter where there is one of other content.
    """
    item = _item(wanted)
    created = store.create(item)
    if created.get("createdFrom") != item["createdFrom"]:
        raise InvalidParameter("The parameter id is that of another session.")
    return created


def _item(wanted: NewSession) -> Item:
    created = now()
    customer = {
        "nickname": wanted.customer.nickname,
        "type": "Customer",
        "participantId": session.new_participant_id(),
    }
    return {
        "id": wanted.id or session.new_session_id(),
        "state": str(State.INVITED),
        "participants": [customer],
        "agents": {wanted.agent.user_name},
        "owner": wanted.agent.user_name,
        "userData": wanted.user_data,
        "referenceId": 1,
        "messageCount": 0,
        "transcript": new_name(),
        "createdAt": created,
        "updatedAt": created,
        "createdFrom": _digest(wanted),
        **memory.EMPTY,
    }


def _digest(wanted: NewSession) -> str:
    """Tells whether two requests ask for the same session."""
    content = wanted.model_dump(exclude={"id"})
    return hashlib.sha256(exact_json.dumps(content, sort_keys=True).encode()).hexdigest()
