"""An agent's desktop: it sends requests over HTTP, and looks behind the scenes where a test must."""

import json
from dataclasses import dataclass
from typing import Any

from local import seed
from local.http import Answer
from local.stack import Stack
from tests.e2e import published


@dataclass(frozen=True)
class Desktop:
    """`token` None sends no Authorization header."""

    stack: Stack
    token: str | None

    def send(self, path: str, body: bytes | None, method: str = "POST", **more: str) -> Answer:
        """`path` is behind /api/v2; `more` are headers. Every answer must be one that is published."""
        headers = {"Content-Type": "application/json"} | more
        if self.token is not None:
            headers["Authorization"] = self.token
        return published.send(self.stack, method, path, body, headers)

    def operate(self, name: str, session_id: str = seed.PAGE_SESSION, **parameters: Any) -> Answer:
        """Success must be the contract's, and nothing else."""
        body = {"operationName": name} | parameters
        answer = self.send(f"/me/facebooksessions/{session_id}", json.dumps(body).encode())
        assert answer.status != 200 or answer.text == '{"statusCode":0}'
        return answer

    def set_disposition(self, session_id: str = seed.PAGE_SESSION, **parameters: Any) -> Answer:
        return self.operate("SetDisposition", session_id, **parameters)

    def read(self, path: str) -> Answer:
        """`path` is behind /api/v2/me/facebooksessions."""
        return self.send(f"/me/facebooksessions{path}", None, "GET")

    def item(self, session_id: str = seed.PAGE_SESSION) -> dict[str, Any]:
        """The session as it lies in the table."""
        found: dict[str, Any] = self.stack.client("dynamodb").get_item(
            TableName=self.stack.table, Key={"id": {"S": session_id}}, ConsistentRead=True
        )["Item"]
        return found
