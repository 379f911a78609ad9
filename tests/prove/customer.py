"""The customer's message with the generated client. Arguments: the API's address, the session.

Prints the request instead of sending it: method, address, Idempotency-Key, body. What it still lacks is a signature.
"""

import json
import sys

from httpx import Client, MockTransport, Request, Response
from sessions_client import AuthenticatedClient
from sessions_client.api.default import operate_on_any_session
from sessions_client.models import SendMessage, Success


def show(request: Request) -> Response:
    written = [request.method, str(request.url), request.headers["Idempotency-Key"], request.content.decode()]
    sys.stdout.write(json.dumps(written))
    return Response(200, json={"statusCode": 0})


url, session_id = sys.argv[1:]
client = AuthenticatedClient(url, token="").set_httpx_client(Client(base_url=url, transport=MockTransport(show)))
said = SendMessage("SendMessage", text="Hello, is anybody there?")
answer = operate_on_any_session.sync(session_id, client=client, body=said, idempotency_key="m_1")
assert isinstance(answer, Success)
