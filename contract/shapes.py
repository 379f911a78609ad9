"""What leaves the system: the bodies of answers and notifications, and the attributes of the latter's messages.

The code builds them without models, for speed. Here is what they must be; every sample of them is checked against it.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from facebook_session.channels import SESSION_CHANNELS
from facebook_session.notifications import MAX_NOTIFICATIONS_PER_CHANGE
from facebook_session.policy_document import PolicyDocument
from facebook_session.session import MAX_NAME_LENGTH, SESSION_ID
from facebook_session.states import CAPABILITIES, Ending, State
from session_api.operations.operation import NO_OTHER_KEYS, Parameters, UserDataKey, UserDataValue

_CAPABILITIES: Final = sorted({name for names in CAPABILITIES.values() for name in names})
_STATES: Final = [str(state) for state in State]
_ENDINGS: Final = [str(ending) for ending in Ending]
_IS_COMPLETED: Final = {"properties": {"state": {"enum": [str(State.COMPLETED)]}}, "additionalProperties": True}
_ENDED: Final[dict[str, Any]] = {"dependentSchemas": {"endedBy": _IS_COMPLETED}}
"""Without `additionalProperties` Redocly would refuse the other fields."""

SessionId = Annotated[str, Field(pattern=SESSION_ID, max_length=MAX_NAME_LENGTH)]
SessionState = Annotated[str, Field(json_schema_extra={"enum": _STATES})]
EndedBy = Annotated[
    str, Field(json_schema_extra={"enum": _ENDINGS}, description="The operation by which the session ended.")
]
Capability = Annotated[str, Field(json_schema_extra={"enum": _CAPABILITIES})]
Uri = Annotated[str, Field(json_schema_extra={"format": "uri"})]
ReferenceId = Annotated[int, Field(ge=1, description="The number of the change in its session, without gaps.")]
Timestamp = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}[+-]\d{4}$")]


class Shape(BaseModel):
    """Has these fields and no others."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class Participant(Shape):
    """Someone who takes part in a session."""

    nickname: str
    type: Literal["Agent", "Customer"]
    participant_id: str


class Facebooksession(Shape):
    """A session. `comment` and `queueName` are there once they were set; `endedBy` in state Completed alone."""

    model_config = ConfigDict(json_schema_extra=_ENDED)

    participants: list[Participant]
    state: SessionState
    id: SessionId
    capabilities: list[Capability]
    user_data: dict[UserDataKey, UserDataValue] = Field(json_schema_extra=NO_OTHER_KEYS)
    uri: Uri
    comment: str = ""
    queue_name: str = ""
    ended_by: EndedBy = ""


def _not_all(schema: dict[str, Any]) -> None:
    del schema["required"]
    schema.update(_ENDED)


class SomeFields(Facebooksession):
    """A session, or the fields of it that were asked for. `inFocus` is there, and true, if the caller looks at it."""

    model_config = ConfigDict(json_schema_extra=_not_all)

    in_focus: bool = False


class _Message(Shape):
    sender: Participant = Field(alias="from")
    visibility: Literal["All"]
    timestamp: Timestamp
    timestamp_seconds: int = Field(description="Milliseconds since 1970, as at Genesys.")


class _KeptMessage(_Message):
    index: int = Field(ge=1, description="The number of the message in its session, without gaps.")


class Text(_KeptMessage):
    """A text to the other side."""

    type: Literal["Text"]
    text: str


class PushUrl(_KeptMessage):
    """An address for the customer's browser."""

    type: Literal["PushUrl"]
    url: Uri


class ParticipantMoved(_KeptMessage):
    """Someone joined or left the chat."""

    type: Literal["ParticipantJoined", "ParticipantLeft"]


class Typing(_Message):
    """Someone began or ended typing. Such messages are announced and not kept, so they have no index."""

    type: Literal["TypingStarted", "TypingStopped"]


KeptMessage = Text | PushUrl | ParticipantMoved
Message = KeptMessage | Typing


class _StateChange(Shape):
    reference_id: ReferenceId
    facebooksession: Facebooksession
    message_type: Literal["FacebooksessionStateChangeMessage"]


class StatusChange(_StateChange):
    """The session's state changed, the session is new, or the invitation has gone to another agent."""

    notification_type: Literal["StatusChange"]


class ParticipantsUpdated(_StateChange):
    """The session has other participants."""

    notification_type: Literal["ParticipantsUpdated"]


class PropertiesUpdated(_StateChange):
    """The session's user data or comment changed."""

    notification_type: Literal["PropertiesUpdated"]


class NewMessages(Shape):
    """Messages were added to the session."""

    messages: list[Message]
    notification_type: Literal["NewMessages"]
    message_type: Literal["MessageLogUpdated"]
    facebooksession_uri: Uri


NOTIFICATIONS: Final[tuple[type[Shape], ...]] = (StatusChange, ParticipantsUpdated, PropertiesUpdated, NewMessages)


class MessageAttributes(Shape):
    """The attributes of the SNS message, for filter policies."""

    message_type: Literal["FacebooksessionStateChangeMessage", "MessageLogUpdated"]
    notification_type: Literal["StatusChange", "ParticipantsUpdated", "PropertiesUpdated", "NewMessages"]
    session_id: SessionId
    state: SessionState
    reference_id: ReferenceId
    event_id: str = Field(
        pattern=f"{SESSION_ID.rstrip('$')}#[1-9][0-9]*#[1-9][0-9]*$",
        description="`{sessionId}#{referenceId}#{position of the notification in its change}`: the same each time. "
        f"Typing has the number of the change before it, and a position from {MAX_NOTIFICATIONS_PER_CHANGE + 1} on.",
    )
    user_data_keys: list[UserDataKey] = Field(default=[], min_length=1, description="The keys that changed, if any.")
    agent: str = Field(default="", min_length=1, description="Who has the session now: the agent's user name.")
    changed_by: str = Field(
        default="", min_length=1, description="Who made the change: an agent's user name, or a system's IAM principal."
    )
    reduced: str = Field(default="", json_schema_extra={"enum": ["size"]}, description="The whole was too large.")


class Success(Shape):
    """The operation was carried out, or would have changed nothing."""

    status_code: Literal[0]


class Error(Shape):
    """The request was refused and nothing was changed; with the HTTP status 503 the outcome is unknown."""

    status_code: Literal[1, 2, 3, 4, 5, 6, 10, 20]
    status_message: str = Field(min_length=1)


class Created(Shape):
    """The session that was created."""

    status_code: Literal[0]
    facebooksession: Facebooksession


class OneSession(Shape):
    """A session."""

    status_code: Literal[0]
    facebooksession: SomeFields


class _Page(Shape):
    status_code: Literal[0]
    next: Uri = Field(default="", description="The address of the next page, where there is one.")


class Uris(_Page):
    """A page of a list of sessions."""

    uris: list[Uri]


class Sessions(_Page):
    """A page of a list of sessions, with the fields that were asked for."""

    facebooksessions: list[SomeFields]


class Messages(_Page):
    """A page of a session's transcript."""

    messages: list[KeptMessage]


class StartContactCenterSession(Parameters):
    """The desktop begins its work. Which channels and places it is at is of no effect here."""

    operation_name: Literal["StartContactCenterSession"]


class EndContactCenterSession(Parameters):
    """The desktop ends its work. It can do so whether or not it has begun."""

    operation_name: Literal["EndContactCenterSession"]


class ContactCenterSession(Shape):
    """Whether the desktop has said that it is at work."""

    state: Literal["Started", "Ended"]


class WorkspaceSettings(Shape):
    """Options of Genesys' desktop: the key of dispositions, and whether a session must have one to be completed."""

    key_name: UserDataKey = Field(alias="interaction.disposition.key-name")
    is_mandatory: bool = Field(alias="interaction.disposition.is-mandatory")
    business_attribute: Literal["DispositionCode"] = Field(alias="interaction.disposition.value-business-attribute")


class UserSettings(Shape):
    """By the sections that Genesys' desktop has."""

    interaction_workspace: WorkspaceSettings = Field(alias="interaction-workspace")


class User(Shape):
    """An agent. `facebooksessions` is there if it was asked for: the open sessions, newest first."""

    id: str
    user_name: str
    roles: list[Literal["ROLE_AGENT"]]
    features: list[Literal["api-multimedia"]]
    settings: UserSettings
    contact_center_session: ContactCenterSession
    uri: Uri
    path: str = Field(description="To which a session can be transferred.")
    facebooksessions: list[SomeFields] = []


class OneUser(_Page):
    """The caller. `next` is there where not all open sessions have room."""

    user: User


class Version(Shape):
    """The system's own."""

    status_code: Literal[0]
    version: str


REQUESTS_OF_DESKTOPS: Final[tuple[type[Parameters], ...]] = (StartContactCenterSession, EndContactCenterSession)


class Policy(PolicyDocument):
    """The codes of dispositions and what is demanded of them. `queues` has the names of folders or codes of a queue; a
    queue that isn't there has all codes. `enforce`: nothing else can be set. `mandatory`: an agent's Complete is
    refused without a disposition. `default`: what a session gets that ends without one in another way. `lateHours`: so
    long after its end a session's disposition can still be set.
    """


class CodeToSet(Shape):
    """A code that can be set: `name` is what is stored, `displayName` what is shown."""

    name: str
    display_name: str


class Settings(Shape):
    """The codes that can be set, without their folders."""

    status_code: Literal[0]
    key: Literal["name"]
    settings: list[CodeToSet]


class Group(Shape):
    """A folder of codes. Those outside of folders are the default group."""

    id: str
    name: str
    type: Literal["dispositions"]
    contains: list[Literal["dispositions"]]
    default_group: bool
    parent_uri: Uri = ""
    dispositions: list[CodeToSet]
    uri: Uri
    path: str


class Groups(Shape):
    """The codes that can be set, by their folders; those around come first."""

    status_code: Literal[0]
    groups: list[Group]


class PastDisposition(Shape):
    """`disposition` is null where it was removed; `userName` is that of the agent, or `system`."""

    disposition_key: UserDataKey
    disposition: UserDataValue
    user_name: str
    timestamp: Timestamp
    timestamp_seconds: int = Field(description="Milliseconds since 1970, as at Genesys.")
    reference_id: ReferenceId


class DispositionHistory(Shape):
    """Each disposition that the session had, the oldest first."""

    status_code: Literal[0]
    dispositions: list[PastDisposition]


class _Bayeux(BaseModel):
    """Other fields are ignored."""

    model_config = ConfigDict(alias_generator=to_camel)


class BayeuxExtensions(_Bayeux):
    """CometD's `ack`: true in a handshake and its answer; in a connect and its answer the number of the last answer."""

    ack: bool | int = False


class BayeuxAdvice(Shape):
    """How a client goes on, in place of what it was advised before. Times are in milliseconds. A connect that says
    `timeout` 0 itself is answered at once.
    """

    reconnect: Annotated[str, Field(json_schema_extra={"enum": ["retry", "handshake", "none"]})] = ""
    interval: int = 0
    timeout: int = 0


class BayeuxMessage(_Bayeux):
    """A message of a client, on one of the protocol's channels, such as `/meta/connect`."""

    channel: str
    id: str = Field(default="", description="Comes back with the answer.")
    client_id: str = Field(default="", description="From the handshake's answer; on all but the handshake.")
    version: str = ""
    minimum_version: str = ""
    supported_connection_types: list[str] = Field(
        default=[], description="Of the handshake: `long-polling` among them."
    )
    connection_type: str = ""
    subscription: str | list[str] = Field(default="", description="A channel, a pattern of channels, or several.")
    advice: BayeuxAdvice = Field(default_factory=BayeuxAdvice)
    ext: BayeuxExtensions = Field(default_factory=BayeuxExtensions)


class BayeuxAnswer(Shape):
    """The answer to one message, whose `id`, `channel` and `subscription` come back as they were sent. `error` is there
    where it isn't successful, `clientId` where a handshake is.
    """

    successful: bool
    channel: Any = ""
    id: Any = ""
    error: str = ""
    client_id: str = ""
    version: str = ""
    minimum_version: str = ""
    supported_connection_types: list[str] = []
    subscription: Any = ""
    advice: BayeuxAdvice = Field(default_factory=BayeuxAdvice)
    ext: BayeuxExtensions = Field(default_factory=BayeuxExtensions)


class BayeuxEvent(Shape):
    """A notification. `data` is what the topic has, of `NewMessages` with the session's `facebooksessionPath` too."""

    channel: str = Field(json_schema_extra={"enum": [*SESSION_CHANNELS]})
    data: dict[str, Any]


BAYEUX: Final[tuple[type[BaseModel], ...]] = (BayeuxMessage, BayeuxAnswer, BayeuxEvent)

ANSWERS: Final[tuple[type[Shape], ...]] = (
    *(Success, Error, Created, OneSession, Uris, Sessions, Messages),
    *(Settings, Groups, DispositionHistory, OneUser, Version),
)
