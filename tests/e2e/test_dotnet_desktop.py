"""A desktop that listens as Genesys' .NET client does, message by message."""

import http.client
import itertools
import json
import select
import uuid
from typing import Any, Final
from urllib.parse import urlsplit

from local import seed
from local.stack import Stack
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import everything

_CONTINUE_SECONDS: Final = 0.35  # .NET then sends the body unasked
_TIMEOUT_SECONDS: Final = 60

Message = dict[str, Any]


class Client:
    """A meta message goes alone to the folder of its name, several messages as an array to the plain address."""

    def __init__(self, up: Stack, token: str) -> None:
        self._url = urlsplit(f"{up.api_url}/notifications")
        self._token = token
        self._ids = map(str, itertools.count(1))
        self.client_id = ""

    def send(self, kind: str, **more: Any) -> list[Message]:
        message = self.message(kind, **more)
        answers = self._post(f"/{kind}", message)
        assert answers[-1]["id"] == message["id"]
        return answers

    def send_all(self, *messages: Message) -> list[Message]:
        return self._post("", [*messages])

    def message(self, kind: str, **more: Any) -> Message:
        message = {"id": next(self._ids), "channel": f"/meta/{kind}", **more}
        return message | ({"clientId": self.client_id} if self.client_id else {})

    def _post(self, path: str, sent: Message | list[Message]) -> list[Message]:
        """It hangs where the answer is no array, or where these are not what they are taken for."""
        answers = json.loads(self._answer(path, json.dumps(sent).encode()))
        assert isinstance(answers, list)
        assert answers
        for one in answers:
            assert all(isinstance(one[name], str) for name in ("id", "channel", "clientId") if name in one)
            assert isinstance(one.get("advice", {}), dict)
            assert ("successful" in one) is one["channel"].startswith("/meta/")
        return answers

    def _answer(self, path: str, body: bytes) -> str:
        connection = http.client.HTTPConnection(str(self._url.hostname), self._url.port, timeout=_TIMEOUT_SECONDS)
        connection.putrequest("POST", self._url.path + path)
        connection.putheader("Content-Type", "application/json;charset=UTF-8")
        connection.putheader("Content-Length", str(len(body)))
        connection.putheader("Expect", "100-continue")
        connection.putheader("Authorization", f"Bearer {self._token}")
        connection.endheaders()
        select.select([connection.sock], [], [], _CONTINUE_SECONDS)
        connection.send(body)
        answer = connection.getresponse()
        assert (answer.status, answer.headers.get_content_type()) == (200, "application/json")
        text = answer.read().decode()
        connection.close()
        return text


def test_it_is_served_as_it_expects(up: Stack) -> None:
    name = f"dotnet-{uuid.uuid4()}"
    client, desktop = _begun(up, name), Desktop(up, seed.log_in(up.client, up.outputs, name))
    assert seed.create_session(up.client, up.table, f"of-{name}", name)
    assert desktop.set_disposition(f"of-{name}", disposition="IssueResolved").status == 200
    events: list[Message] = []
    while len(events) < 2:
        *came, answer = client.send("connect", connectionType="long-polling")
        assert answer["successful"]
        events += came
    kinds = [(one["data"]["messageType"], one["data"]["notificationType"]) for one in events]
    about = "FacebooksessionStateChangeMessage"
    assert kinds == [(about, "StatusChange"), (about, "PropertiesUpdated")]
    assert "capabilities" in events[0]["data"]["facebooksession"]
    _end(client)
    everything(up)


def _begun(up: Stack, name: str) -> Client:
    """Logged in, introduced, subscribed to everything, connected."""
    client = Client(up, seed.log_in(up.client, up.outputs, name))
    (shaken,) = client.send("handshake", version="1.0", minimumVersion="1.0", supportedConnectionTypes=["long-polling"])
    client.client_id = shaken["clientId"]
    (subscribed,) = client.send("subscribe", subscription="/**")
    (connected,) = client.send("connect", connectionType="long-polling")
    assert [one["successful"] for one in (shaken, subscribed, connected)] == [True] * 3
    return client


def _end(client: Client) -> None:
    """With a batch, in which the order of the answers is that of the messages."""
    (unsubscribed,) = client.send("unsubscribe", subscription="/**")
    messages = [
        client.message("subscribe", subscription="/v2/me/*"),
        client.message("unsubscribe", subscription="/v2/me/*"),
        client.message("disconnect"),
    ]
    answers = client.send_all(*messages)
    assert [one["id"] for one in answers] == [one["id"] for one in messages]
    assert [one["successful"] for one in (unsubscribed, *answers)] == [True] * 4
    (refused,) = client.send("connect", connectionType="long-polling")
    assert (refused["error"], refused["advice"]["reconnect"]) == ("402::session_unknown", "handshake")
