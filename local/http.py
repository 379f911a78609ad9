"""Requests to the API: an agent's with a token, a system's signed with SigV4."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.engine import REGION

# MiniStack starts instances of a function one after another: the last of 32 answers half a minute later.
_TIMEOUT_SECONDS: Final = 120
_JSON: Final = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """`text` is the body as it came; `headers` know no upper and lower case."""

    status: int
    headers: "Message[str, str]"
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> int:
        """The `statusCode` in the body."""
        return int(self.body["statusCode"])

    @property
    def number(self) -> int:
        """The session's `referenceId`, as the ETag has it."""
        return int(self.headers["ETag"].strip('"'))


def send(method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    """Any answer is one, errors too."""
    request = urllib.request.Request(url, data=body, headers=dict(headers), method=method)
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
            return Answer(response.status, response.headers, response.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read().decode())


def bearer(token: str) -> dict[str, str]:
    """What an agent's request carries."""
    return _JSON | {"Authorization": f"Bearer {token}"}


def signed(method: str, url: str, body: bytes, credentials: Credentials) -> dict[str, str]:
    """What a system's request carries: a signature over method, address and body."""
    request = AWSRequest(method, url, data=body, headers=_JSON)
    SigV4Auth(credentials, "execute-api", REGION).add_auth(request)
    return dict(request.headers.items())
