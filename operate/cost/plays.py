"""What is played: the page's request, a conversation, its removal, a desktop's connect, and what the clock calls."""

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from facebook_session.attributes import plain
from facebook_session.transcript import transcript_key
from local import seed
from operate.cost.stage import Event, Stage, json_body, message
from operate.cost.units import item_bytes
from operate.cost.usage import Invocation, typical

_EVENTS: Final = Path(__file__).parents[2] / "events"
_API: Final = "SessionApiFunction"
_CHANNEL: Final = "DesktopChannelFunction"
_PAGES: Final = 10  # of a round: one is soon played
_MESSAGES: Final = 10
_TEXT: Final = "Thank you, I have found your order. The parcel left us on Monday, and should be with you tomorrow."

Run = list[Invocation]


def pages_request(stage: Stage) -> Run:
    """The page's SetDisposition, of its session, and what comes of it."""

    def play(session: str) -> None:
        seed.create_session(lambda _: stage.raw, "sessiontable", session)
        stage.deliver()
        stage.meter.seen.clear()
        stage.call(_API, _event("set-disposition", session))
        stage.deliver()

    return typical([*_runs(stage, play, "page", stage.rounds * _PAGES)])


def conversation(stage: Stage, *, followed: bool = False) -> Run:
    """From its creation to Complete, with ten messages each way. `followed`: a desktop hears of each change."""
    listening = _listening(stage) if followed else None  # before it is, no desktop is told of anything

    def play(session: str) -> None:
        for event in _conversation(session):
            stage.call(_API, event)
            stage.deliver()
            if listening:
                stage.call(_CHANNEL, _bayeux("connect", listening, connectionType="long-polling"))

    with stage.hold_time():
        return typical([*_runs(stage, play, f"followed{followed}", stage.rounds)])


def removal(stage: Stage) -> Run:
    """Of a conversation that has expired, which the table does by itself."""

    def play(session: str) -> None:
        for event in _conversation(session):
            stage.call(_API, event)
        stage.deliver()
        stage.meter.seen.clear()
        stage.raw.delete_item(TableName="sessiontable", Key={"id": {"S": session}})
        stage.deliver()
        stage.call("SessionEraserFunction", message(stage.queue_url))

    return typical([*_runs(stage, play, "removed", stage.rounds)])


def held_connect(stage: Stage) -> Run:
    """A desktop's connect that brings nothing."""
    client = _listening(stage)

    def play(_: str) -> None:
        stage.call(_CHANNEL, _bayeux("connect", client, connectionType="long-polling"))

    with stage.hold_time():  # one clock for all of them: set back, each would find the one before it still held
        return typical([*_runs(stage, play, "", stage.rounds)])


def gauge(stage: Stage) -> Run:
    """A run of the function that the clock calls."""
    return typical([*_runs(stage, lambda _: stage.call("UndeliveredGaugeFunction", {}), "", stage.rounds)])


def stored_bytes(stage: Stage) -> int:
    """Of a conversation that has ended: the session's item, its messages, and its entry in the index of states."""
    for event in _conversation("stored"):
        stage.call(_API, event)
    stage.deliver()
    session = stage.raw.get_item(TableName="sessiontable", Key={"id": {"S": "stored"}})["Item"]
    key = transcript_key(plain(session))
    messages = stage.raw.query(
        TableName="messagetable",
        KeyConditionExpression="sessionId = :key",
        ExpressionAttributeValues={":key": {"S": key}},
    )["Items"]
    entry = {name: session[name] for name in ("id", "state", "createdAt")}
    overhead = 100 * (len(messages) + 2)  # that DynamoDB adds to each item and entry
    return sum(map(item_bytes, [session, *messages, entry])) + overhead


def _runs(stage: Stage, play: Callable[[str], None], name: str, rounds: int) -> Iterator[Run]:
    """The first is left out: functions read the policy and make clients in it."""
    for number in range(rounds + 1):
        stage.meter.seen.clear()
        play(f"{name}{number:012}")
        if number:
            yield [*stage.meter.seen]


def _conversation(session: str) -> Iterator[Event]:
    yield _event("create-session", None, id=session)
    yield _event("send-message", session, operationName="Accept", nickname="TestName")
    for _ in range(_MESSAGES):
        yield _event("customer-message", session, text=_TEXT)
        yield _event("send-message", session, text=_TEXT)
    yield _event("set-disposition", session)
    yield _event("send-message", session, operationName="Complete")


def _event(name: str, session: str | None, **content: str) -> Event:
    """One of `events/`, of this session, with other parameters in its body. Its own id makes it no repeat."""
    event: dict[str, Any] = json.loads((_EVENTS / f"session-api-{name}.json").read_text())
    event["requestContext"]["requestId"] = str(uuid.uuid4())
    if "Idempotency-Key" in event["headers"]:
        event["headers"]["Idempotency-Key"] = key = f"m_{uuid.uuid4()}"
        event["multiValueHeaders"]["Idempotency-Key"] = [key]
    if session:
        event["pathParameters"] = {"id": session}
    event["body"] = json.dumps(json.loads(event["body"]) | content)
    return event


def _listening(stage: Stage) -> str:
    """The id of a client of the page's agent that has subscribed, and connected once."""
    client = str(json_body(stage.call(_CHANNEL, _bayeux("handshake")))[0]["clientId"])
    stage.call(_CHANNEL, _bayeux("subscribe", client, subscription="/v2/me/facebooksessions"))
    stage.call(_CHANNEL, _bayeux("connect", client, connectionType="long-polling"))
    return client


def _bayeux(channel: str, client: str | None = None, **content: str) -> Event:
    event: dict[str, Any] = json.loads((_EVENTS / "desktop-channel-handshake.json").read_text())
    message = json.loads(event["body"])[0] | {"channel": f"/meta/{channel}"} | content
    if client:
        message = {"id": "2", "channel": f"/meta/{channel}", "clientId": client} | content
    return event | {"pathParameters": {"meta": channel}, "body": json.dumps([message])}
