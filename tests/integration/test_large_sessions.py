"""However large a session is, its changes are announced in order, and nothing is set aside for its size."""

import json
from typing import Any

import pytest

from local import seed
from tests.clients import client
from tests.e2e.published import attributes
from tests.integration.requests import operation
from tests.system import System, body


def fill(system: System, text: str, keys: int) -> None:
    """User data of so many keys, each with 4,096 of these characters, announced already."""
    data = {f"key {number}": {"S": text * 4_096} for number in range(keys)}
    seed.create_session(client, system.table, userData={"M": data})
    system.deliver(system.records())
    system.notifications()


def announced(system: System) -> list[Any]:
    assert system.deliver(system.records()[1:]) == {"batchItemFailures": []}
    assert system.quarantined() == []
    return system.notifications()


@pytest.mark.parametrize(("text", "keys"), [("x", 60), ("é", 30), ("語", 20), ("😀", 15)])
def test_a_quarter_of_a_megabyte_in_utf_8_is_announced_whole(system: System, text: str, keys: int) -> None:
    fill(system, text, keys)
    operation("SetDisposition", disposition=text)
    (message,) = announced(system)
    shown = body(message)["facebooksession"]["userData"]
    assert (len(shown), shown["DispositionCode"], shown["key 0"]) == (keys + 1, text, text * 4_096)
    assert "reduced" not in attributes(message)


def test_what_is_larger_is_announced_reduced_and_in_order(system: System) -> None:
    fill(system, "語", 30)
    operation("SetDisposition", disposition="A")
    operation("SendMessage", text="Hello")
    operation("DeleteUserData", keys=[f"key {number}" for number in range(30)])
    large, said, small = announced(system)
    assert attributes(large) | {"reduced": "size", "userDataKeys": ["DispositionCode"], "referenceId": 34} == (
        attributes(large)
    )
    assert body(large)["facebooksession"].keys() == {"participants", "state", "id", "capabilities", "uri"}
    assert body(said)["messages"][0]["text"] == "Hello"
    assert body(small)["facebooksession"]["userData"] == {"DispositionCode": "A"}
    assert [attributes(one)["referenceId"] for one in (large, said, small)] == [34, 35, 36]
    assert "FirstL" not in json.dumps(body(large))
