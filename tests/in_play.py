"""The sessions that the requests of tests/surface.py meet: of three agents, in all states, two near their limits."""

from typing import Any, Final

from local import seed
from tests.surface import MARK

AGENTS: Final = ("Anna", "Ben")
STATES: Final = ("Invited", "Chatting", "Chatting", "LeftChat", "Completed")

Item = dict[str, Any]

_ENDINGS: Final = {"Anna": "Reject", "Ben": "Complete"}
_AGENT_OF_FULL: Final = "Dora"
_USER_DATA: Final = {"Dora-1": (198, "x"), "Ben-2": (28, "x" * 4_096)}
"""Where it is near its limits: how many keys, and what each holds."""


def sessions(prefix: str) -> dict[str, str]:
    """Their ids, with the agent who has them."""
    names = {f"{prefix}{agent}-{number}": agent for agent in AGENTS for number, _ in enumerate(STATES)}
    return names | {f"{prefix}{_AGENT_OF_FULL}-1": _AGENT_OF_FULL}


def item(session_id: str, agent: str) -> Item:
    """A session as it lies in the table; its id's last digit tells the state."""
    number = int(session_id[-1])
    made = seed.item(session_id, agent) | {"state": {"S": STATES[number]}, "messageCount": {"N": "0"}}
    made["createdAt"] = {"S": f"2014-01-09T09:58:1{number}.035+00:00"}
    if STATES[number] == "Completed":
        del made["owner"]
        made["endedBy"] = {"S": _ENDINGS[agent]}
    if STATES[number] == "Invited":
        del made["participants"]["L"][0]
    keys, text = _USER_DATA.get(f"{agent}-{number}", (2, "x"))
    return made | {"userData": {"M": {f"{MARK}{key}": {"S": text} for key in range(keys)}}}
