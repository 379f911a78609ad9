"""The policy of dispositions of the stack, which is that of all tests here: who puts one lifts it."""

import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.credentials import Credentials

from local import http
from local.stack import Stack
from tests.e2e import functions

_NOTHING: Final[Mapping[str, Any]] = {"codes": []}


def put(stack: Stack, document: Mapping[str, Any]) -> None:
    """As a system. Behind it no instance of the function holds another: they are all new."""
    url, payload = f"{stack.api_url}/settings/dispositions", json.dumps(document).encode()
    answer = http.send("PUT", url, payload, http.signed("PUT", url, payload, Credentials("test", "test")))
    assert answer.status == 200
    functions.renew(stack, "SessionApiFunction")


def lift(stack: Stack) -> None:
    """Puts one that demands nothing."""
    put(stack, _NOTHING)
