"""Each file in events/ is a real event, and the functions answer it as its name says."""

import json

import pytest

from desktop_channel import app as channel
from facebook_session.clients import Clients
from local import seed
from session_api import app as api
from tests.clients import client, of_functions
from tests.system import System
from tests.template import ROOT

EVENTS = {path.stem: json.loads(path.read_text()) for path in (ROOT / "events").glob("*.json")}

ANSWERS = {
    "session-api-set-disposition": (200, 0),
    "session-api-set-disposition-default-key": (200, 0),
    "session-api-send-message": (200, 0),
    "session-api-customer-message": (200, 0),
    "session-api-read-session": (200, 0),
    "session-api-read-sessions": (200, 0),
    "session-api-read-messages": (200, 0),
    "session-api-create-session": (201, 0),
    "session-api-not-authenticated": (403, 20),
    "session-api-no-permission": (403, 5),
    "session-api-not-json": (400, 2),
    "session-api-unknown-operation": (400, 2),
    "session-api-missing-disposition": (400, 1),
    "session-api-value-out-of-range": (400, 10),
    "session-api-not-found": (404, 6),
}
QUARANTINED = {
    "session-notifier-disposition-set": 0,
    "session-notifier-session-created": 0,
    "session-notifier-broken-record": 1,
}
BAYEUX = {"desktop-channel-handshake": True, "desktop-channel-unknown-client": False}
"""Whether the one message in it is answered with success."""


def test_every_event_is_tried_here() -> None:
    assert set(EVENTS) == set(ANSWERS) | set(QUARANTINED) | set(BAYEUX)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_api_answers_as_the_events_name_says(name: str, system: System) -> None:
    seed.create_session(client, system.table)
    answer = api.lambda_handler(EVENTS[name], None)
    assert (answer["statusCode"], json.loads(answer["body"])["statusCode"]) == ANSWERS[name]


def test_the_list_shows_the_pages_session(system: System) -> None:
    seed.create_session(client, system.table)
    answer = json.loads(api.lambda_handler(EVENTS["session-api-read-sessions"], None)["body"])
    assert [one["id"] for one in answer["facebooksessions"]] == [seed.PAGE_SESSION]


def test_the_customers_message_is_the_customers_and_is_written_once(system: System) -> None:
    seed.create_session(client, system.table)
    for _ in range(2):
        assert api.lambda_handler(EVENTS["session-api-customer-message"], None)["headers"]["ETag"] == '"34"'
    read = json.loads(api.lambda_handler(EVENTS["session-api-read-messages"], None)["body"])["messages"]
    assert [(one["from"]["type"], one["text"]) for one in read] == [("Customer", "My gift arrived broken.")]


@pytest.mark.parametrize("name", QUARANTINED)
def test_the_notifier_sets_aside_only_what_cannot_be_announced(name: str, system: System) -> None:
    assert system.deliver(EVENTS[name]["Records"]) == {"batchItemFailures": []}
    assert len(system.quarantined()) == QUARANTINED[name]


@pytest.mark.parametrize("name", BAYEUX)
@pytest.mark.usefixtures("system")
def test_the_desktops_channel_answers_as_the_events_name_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "clients", Clients(of_functions("dynamodb", 2), "desktops"))
    answer = channel.lambda_handler(EVENTS[name], None)
    (answered,) = json.loads(answer["body"])
    assert (answer["statusCode"], answered["successful"]) == (200, BAYEUX[name])
