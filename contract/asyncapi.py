"""docs/asyncapi.yaml: the notifications on the topic, and the JSON Schemas of them in docs/schemas/."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from contract import samples
from contract.document import Content, PlainSchema, for_generators
from contract.shapes import NOTIFICATIONS, MessageAttributes, Shape
from facebook_session.notifications import PERSONAL, Notification
from facebook_session.version import VERSION

PUBLISHED: Final[tuple[type[Shape], ...]] = (*NOTIFICATIONS, MessageAttributes)

_CHANNEL: Final = "notifications"


def document() -> Content:
    """The AsyncAPI description, version 3.1."""
    messages = {kind.__name__: {"$ref": f"#/components/messages/{kind.__name__}"} for kind in NOTIFICATIONS}
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Facebook Sessions API",
            "version": VERSION,
            "description": "What is published of each change of a session, in this order: StatusChange, "
            "ParticipantsUpdated, PropertiesUpdated, NewMessages, as far as they apply. `userData`, `comment`, "
            "`nickname`, `text` and `url` are missing where the whole is too large for SNS, which the attribute "
            "`reduced` says; and where the stack's parameter PersonalData is omit, with the attributes `agent` and "
            "`changedBy`. Never go back in `referenceId`: a standard topic orders nothing for its subscribers, and "
            "a change that could not be announced at first comes late.",
        },
        "defaultContentType": "application/json",
        "channels": {_CHANNEL: _channel(messages)},
        "operations": {"announce": {"action": "send", "channel": {"$ref": f"#/channels/{_CHANNEL}"}}},
        "components": {"messages": _messages(), "schemas": _schemas()},
    }


def schemas() -> dict[str, Content]:
    """A JSON Schema that needs no other, by the name of what it describes."""
    return {
        model.__name__: {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        | _as_published(for_generators(model.model_json_schema(schema_generator=PlainSchema)))
        for model in PUBLISHED
    }


def _channel(messages: Content) -> Content:
    return {
        "address": "{notificationTopicArn}",
        "parameters": {"notificationTopicArn": {"description": "The stack's output NotificationTopicArn."}},
        "messages": messages,
        "bindings": {
            "sns": {"name": "NotificationTopic", "ordering": {"type": "standard"}, "bindingVersion": "0.1.0"},
        },
    }


def _messages() -> Content:
    examples: dict[str, list[Notification]] = {kind.__name__: [] for kind in NOTIFICATIONS}
    for one in samples.announced():
        examples[one.body["notificationType"]].append(one)
    return {kind.__name__: _message(kind, examples[kind.__name__]) for kind in NOTIFICATIONS}


def _message(kind: type[BaseModel], examples: list[Notification]) -> Mapping[str, Any]:
    return {
        "name": kind.__name__,
        "summary": kind.__doc__,
        "headers": {"$ref": "#/components/schemas/MessageAttributes"},
        "payload": {"$ref": f"#/components/schemas/{kind.__name__}"},
        "examples": [
            {"name": _name(one), "headers": dict(one.attributes), "payload": dict(one.body)} for one in examples
        ],
    }


def _name(one: Notification) -> str:
    return f"{one.attributes['eventId']}{', reduced' if 'reduced' in one.attributes else ''}"


def _schemas() -> Content:
    _, generated = models_json_schema(
        [(model, "validation") for model in PUBLISHED],
        ref_template="#/components/schemas/{model}",
        schema_generator=PlainSchema,
    )
    found: Content = _as_published(for_generators(generated["$defs"]))
    return found


def _as_published(schema: Any) -> Any:
    """The schema without the demand for what tells of persons, which a notification can leave out."""
    if isinstance(schema, dict):
        return {
            name: _as_published(_demanded(inner) if name == "required" else inner) for name, inner in schema.items()
        }
    return [*map(_as_published, schema)] if isinstance(schema, list) else schema


def _demanded(names: list[str]) -> list[str]:
    return [name for name in names if name not in PERSONAL]
