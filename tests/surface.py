"""Requests to the whole API by chance, right ones here: to all of its routes, with what their models ask for.

What a client chooses has MARK in it, so that one can tell whether an answer repeats it.
"""

import base64
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlencode

from facebook_session.callers import Role
from session_api import app, contact_center
from session_api.creation import NewSession
from session_api.operations import OPERATIONS
from session_api.operations.operation import Parameters
from tests.template import api_events, authorizer

MARK: Final = "Qx7"
FEATURE: Final = "api-multimedia"

Dice = random.Random
Pairs = list[tuple[str, str]]


class Route(NamedTuple):
    """A call of the API, such as `GET` of `/v2/me/facebooksessions/{id}`."""

    method: str
    path: str
    of_systems: bool


def _routes() -> Iterator[Route]:
    for route in app.ROUTES:
        method, path = route.split(" ")
        yield Route(method, path, authorizer(route) == "AWS_IAM")


ROUTES: Final = tuple(_routes())
PATHS: Final = tuple(sorted({event["Path"] for function, event in api_events() if function == "SessionApiFunction"}))
"""All that reach the function, those without a route too."""

OF_SYSTEMS: Final = frozenset(route.path for route in ROUTES if route.of_systems)


class Play(NamedTuple):
    """What requests are about: sessions with the agents who have them, and `pageToken`s that the API gave."""

    sessions: Mapping[str, str]
    pages: Sequence[str]

    @property
    def agents(self) -> Sequence[str]:
        return sorted(set(self.sessions.values()))


@dataclass
class Caller:
    """An agent is a `user` in `groups`, as the claims of a token have them; None: no token. Systems sign."""

    user: Any = None
    groups: Any = FEATURE
    is_system: bool = False

    @property
    def context(self) -> dict[str, Any]:
        """What API Gateway says of the caller."""
        claims = {"cognito:username": self.user, "cognito:groups": self.groups}
        identity = {
            "sourceIp": "127.0.0.1",
            "userArn": "arn:aws:iam::123456789012:role/crm" if self.is_system else None,
        }
        return {"identity": identity} | ({} if self.user is None else {"authorizer": {"claims": claims}})


@dataclass
class Request:
    """`place` stands in the path's braces. `content` is what the body is to say. `handed_over` is the form in which API
    Gateway passes the body on.
    """

    method: str
    resource: str
    place: str
    caller: Caller
    query: Pairs = field(default_factory=list)
    headers: Pairs = field(default_factory=list)
    content: Any = field(default=None, repr=False)
    body: bytes = b""
    handed_over: str = "base64"

    @property
    def path(self) -> str:
        """From the stage on, as it goes over the wire."""
        return re.sub(r"{\w+}", lambda _: quote(self.place, safe=""), self.resource).replace(
            "{proxy+}", quote(self.place)
        )

    @property
    def target(self) -> str:
        """The path with its query."""
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")

    def event(self) -> dict[str, Any]:
        """As API Gateway's REST proxy hands it over."""
        names = re.findall(r"{(\w+)\+?}", self.resource)
        text, encoded = HANDED_OVER[self.handed_over](self.body)
        given = {
            "resource": self.resource,
            "path": self.path,
            "httpMethod": self.method,
            "headers": dict(self.headers) or None,
            "multiValueHeaders": _lists(self.headers) or None,
            "queryStringParameters": dict(self.query) or None,
            "multiValueQueryStringParameters": _lists(self.query) or None,
            "pathParameters": dict.fromkeys(names, self.place) or None,
            "requestContext": {"requestId": "request-1", "stage": "api", "apiId": "api123"} | self.caller.context,
            "body": text,
            "isBase64Encoded": encoded,
        }
        return dict(json.loads(json.dumps(given)))


HANDED_OVER: Final[Mapping[str, Callable[[bytes], tuple[str | None, bool]]]] = {
    "base64": lambda body: (base64.b64encode(body).decode(), True),
    "text": lambda body: (body.decode(errors="replace"), False),
    "text with surrogates": lambda body: (body.decode(errors="surrogateescape"), False),
    "base64 said to be text": lambda body: (base64.b64encode(body).decode(), False),
    "text said to be base64": lambda body: (body.decode(errors="replace"), True),
    "broken base64": lambda body: (base64.b64encode(body).decode()[:-1] + "=*", True),
    "nothing": lambda _: (None, False),
    "nothing in base64": lambda _: (None, True),
}


def _lists(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        found[name].append(value)
    return dict(found)


# ------------------------------------------------------------------ right requests
def right(dice: Dice, play: Play) -> Request:
    route = dice.choices(ROUTES, [1 if route.method == "GET" else 2 for route in ROUTES])[0]
    session_id = dice.choice([*play.sessions])
    caller = Caller(is_system=True) if route.of_systems else Caller(play.sessions[session_id])
    made = Request(route.method, route.path, session_id, caller)
    if route.method == "GET":
        made.query = [(name, _right_query(dice, name, play)) for name in _known_names(dice, route.path)]
        made.headers = [*_seen(dice)]
    elif route.method == "PUT":
        made.content = policy(dice)
        made.headers = [("Content-Type", "application/json"), *_conditions(dice)]
    else:
        made.content = _content(dice, play, route)
        made.headers = [("Content-Type", "application/json"), *_conditions(dice)]
    return made


def _content(dice: Dice, play: Play, route: Route) -> dict[str, Any]:
    if route.path == "/v2/me":
        return {"operationName": dice.choice([*contact_center.STATES]), "channels": [word(dice)]}
    return _operation(dice, play, route) if "{" in route.path else _filled(dice, play, NewSession)


def _operation(dice: Dice, play: Play, route: Route) -> dict[str, Any]:
    role = Role.SYSTEM if route.of_systems else Role.AGENT
    operation = dice.choice([one for one in OPERATIONS if role in one.moves])
    return _filled(dice, play, operation) | {"operationName": operation.__name__}


def _filled(dice: Dice, play: Play, model: type[Parameters]) -> dict[str, Any]:
    """The model's parameters, those that can be left out sometimes left out."""
    fields = {about.alias or name: about for name, about in model.model_fields.items()}
    names = [name for name, about in fields.items() if about.is_required() or dice.random() < 0.6]
    return {name: _VALUES.get(name, _any_word)(dice, play) for name in names}


def policy(dice: Dice) -> dict[str, Any]:
    """With some of the words that dispositions can be; every other one enforces them."""
    names = dice.sample([f"{MARK}{number}" for number in range(20)], k=dice.randrange(2, 12))
    codes = [{"name": name, "displayName": word(dice)} for name in names]
    inside = dice.randrange(len(codes))
    folder = {"name": f"{MARK}-folder", "displayName": word(dice), "children": codes[:inside]}
    return {
        "codes": [folder, *codes[inside:]],
        "queues": {word(dice): [names[0], dice.choice([*names, folder["name"]])] for _ in range(dice.randrange(4))},
        "enforce": dice.random() < 0.5,
        "mandatory": dice.random() < 0.3,
        "default": dice.choice((None, names[0])),
        "lateHours": dice.choice((0, 1, 24)),
    }


def word(dice: Dice) -> str:
    return f"{MARK}{dice.randrange(20)}"


def _any_word(dice: Dice, _play: Play) -> str:
    return word(dice)


def _user_data(dice: Dice, _play: Play) -> dict[str, Any]:
    """With a new value each time: moto takes what is missing for null, and 1 for true, and so for no change."""
    values = {word(dice): dice.choice((word(dice), 7, 2.5, True, None)) for _ in range(dice.randrange(5))}
    governed = {"DispositionCode": dice.choice((word(dice), word(dice), 7))} if dice.random() < 0.3 else {}
    return values | governed | {"Stamp": f"{MARK}{dice.random()}"}


def _new_id(dice: Dice, play: Play) -> str:
    return dice.choice([*play.sessions, f"{MARK}-{dice.randrange(1_000)}", "x" * 128, "..x"])


_VALUES: Final[Mapping[str, Callable[[Dice, Play], Any]]] = {
    "userData": _user_data,
    "keys": lambda dice, _: [dice.choice((word(dice), "DispositionCode")) for _ in range(dice.randrange(4))],
    "inFocus": lambda dice, _: dice.random() < 0.5,
    "targetPath": lambda dice, play: f"/users/{dice.choice(play.agents)}",
    "targetUri": lambda dice, play: f"https://example.com/api/v2/users/{dice.choice(play.agents)}",
    "url": lambda dice, _: f"https://example.com/{word(dice)}",
    "customer": lambda dice, _: {"nickname": word(dice)},
    "agent": lambda dice, play: {"userName": dice.choice([*play.agents, word(dice)])},
    "id": _new_id,
}
"""What parameters can be; others are words."""


def _conditions(dice: Dice) -> Iterator[tuple[str, str]]:
    if dice.random() < 0.3:
        yield "Idempotency-Key", word(dice)
    if dice.random() < 0.2:
        yield "If-Match", dice.choice(['"33"', '"34"', '"35"', "*"])


def _seen(dice: Dice) -> Iterator[tuple[str, str]]:
    if dice.random() < 0.3:
        yield "If-None-Match", dice.choice(['"0"', '"1"', 'W/"2"', '"3", "4"', "*"])


_NAMES: Final = {
    "/v2/me/facebooksessions": ("fields", "pageSize", "pageToken", "id", "state", "uri", "comment", "_"),
    **dict.fromkeys(
        ("/v2/me/facebooksessions/{id}/messages", "/v2/facebooksessions/{id}/messages"), ("startIndex", "count", "_")
    ),
    "/v2/facebooksessions": ("fields", "pageSize", "pageToken", "state", "agent", "_"),
    **dict.fromkeys(("/v2/me/facebooksessions/{id}/dispositions", "/v2/facebooksessions/{id}/dispositions"), ("_",)),
    "/v2/settings/dispositions": ("version", "_"),
    "/v2/groups": ("type", "_"),
    "/v2/me": ("subresources", "_"),
    "/v2/diagnostics/version": ("_",),
}
_DEMANDED: Final[Mapping[str, Sequence[str]]] = {"/v2/facebooksessions": ("state", "agent"), "/v2/groups": ("type",)}
"""Of these names one must be there."""


def _known_names(dice: Dice, path: str) -> list[str]:
    names = {name: None for name in _NAMES.get(path, ("fields", "_")) if dice.random() < 0.3}
    return [*names | ({dice.choice(_DEMANDED[path]): None} if path in _DEMANDED else {})]


def _right_query(dice: Dice, name: str, play: Play) -> str:
    values: Mapping[str, Sequence[str]] = {
        "fields": ("*", "id", "id,state", "userData, comment", "uri,capabilities,participants"),
        "pageSize": ("1", "2", "99", "100"),
        "pageToken": play.pages,
        "id": [*play.sessions],
        "state": ("Invited", "Chatting", "LeftChat"),
        "agent": play.agents,
        "startIndex": ("1", "2", "999999999", "007"),
        "count": ("1", "100"),
        "version": ("1", "2", "999999999"),
        "type": ("dispositions",),
        "subresources": ("*", "facebooksessions"),
    }
    return dice.choice(values.get(name, [word(dice)]))
