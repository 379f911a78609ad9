"""Whether what the code says is what the contract's files describe."""

from collections.abc import Iterator
from typing import Any

from contract import asyncapi, openapi, samples
from contract.document import Document, pointer
from facebook_session.callers import Role


def problems() -> Iterator[str]:
    """One line for each sample, and each thing in it, that its schema does not allow."""
    api = Document(openapi.document())
    yield from _against(api, "NewSession", samples.creation())
    yield from _against(api, "Policy", samples.policy())
    for role in Role:
        for name, body in samples.requests(role).items():
            yield from _against(api, name, body)
        for name, answer in samples.accepted(role).items():
            yield from _against(api, name, samples.body(answer))
    for kind, answer in samples.refused():
        schema = pointer("components", "responses", str(answer["statusCode"]), "content", "application/json", "schema")
        yield from (f"{kind}: {problem}" for problem in api.problems(schema, samples.body(answer)))
    yield from _of_bayeux(api)
    yield from _of_notifications()


def _of_bayeux(api: Document) -> Iterator[str]:
    """An event's data are the topic's, but for the session's path."""
    topic = Document(asyncapi.document())
    for messages in samples.bayeux_messages().values():
        for message in messages:
            yield from _against(api, "BayeuxMessage", message)
    for answers in samples.bayeux_answers().values():
        for answer in answers:
            yield from _against(api, "BayeuxAnswer" if "successful" in answer else "BayeuxEvent", answer)
            data = {name: value for name, value in answer.get("data", {}).items() if name != "facebooksessionPath"}
            yield from _against(topic, data["notificationType"], data) if data else ()


def _of_notifications() -> Iterator[str]:
    topic = Document(asyncapi.document())
    for one in samples.announced():
        yield from _against(topic, one.body["notificationType"], one.body)
        yield from _against(topic, "MessageAttributes", one.attributes)


def _against(document: Document, schema: str, value: Any) -> Iterator[str]:
    for problem in document.problems(pointer("components", "schemas", schema), value):
        yield f"{schema}: {problem}"
