"""The policy of dispositions that the other tests of the stack don't have."""

import json
import time
from collections.abc import Mapping
from typing import Any, Final

from botocore.credentials import Credentials

from facebook_session.policies import MAX_AGE_SECONDS
from local import http
from local.stack import Stack

_NOTHING: Final[Mapping[str, Any]] = {"codes": []}


def put(stack: Stack, document: Mapping[str, Any]) -> None:
    """As a system."""
    url, payload = f"{stack.api_url}/settings/dispositions", json.dumps(document).encode()
    answer = http.send("PUT", url, payload, http.signed("PUT", url, payload, Credentials("test", "test")))
    assert answer.status == 200


def lift(stack: Stack) -> None:
    """Puts one that demands nothing, and waits until no function holds another."""
    put(stack, _NOTHING)
    time.sleep(MAX_AGE_SECONDS + 1)
