"""An agent's desktop: it sends requests over HTTP, and looks behind the scenes where a test must."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local import seed
from local.stack import Stack


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]

    @property
    def code(self) -> int:
        return int(self.body["statusCode"])


@dataclass(frozen=True)
class Desktop:
    """`token` None sends no Authorization header."""

    stack: Stack
    token: str | None

    def send(self, path: str, body: bytes | None, method: str = "POST") -> Answer:
        """`path` is behind /api/v2. Every answer must be JSON, and an error must have the contract's shape."""
        headers = {"Content-Type": "application/json"}
        if self.token is not None:
            headers["Authorization"] = self.token
        request = urllib.request.Request(self.stack.api_url + path, data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                answer = Answer(response.status, json.load(response), dict(response.headers))
        except urllib.error.HTTPError as error:
            with error:
                answer = Answer(error.code, json.load(error), dict(error.headers))
        assert set(answer.body) == ({"statusCode"} if answer.status == 200 else {"statusCode", "statusMessage"})
        assert answer.headers["Content-Type"] == "application/json"
        return answer

    def set_disposition(self, session_id: str = seed.PAGE_SESSION, **parameters: Any) -> Answer:
        body = {"operationName": "SetDisposition"} | parameters
        return self.send(f"/me/facebooksessions/{session_id}", json.dumps(body).encode())

    def item(self, session_id: str = seed.PAGE_SESSION) -> dict[str, Any]:
        """The session as it lies in the table."""
        found: dict[str, Any] = self.stack.client("dynamodb").get_item(
            TableName=self.stack.table, Key={"id": {"S": session_id}}, ConsistentRead=True
        )["Item"]
        return found
