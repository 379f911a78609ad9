"""Requests to the whole API by chance, as tests/surface.py makes them, but for a fault or two at once: in what the body
says, and around it in bytes, headers, query, page, path, method and caller.
"""

import base64
import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import simplejson
from simplejson import RawJSON

from rest_api.requests import MAX_BODY_BYTES
from tests.surface import FEATURE, HANDED_OVER, MARK, OF_SYSTEMS, PATHS, Caller, Dice, Play, Request, right, word

_HOW_MANY: Final = ((0, 1, 2), (6, 3, 1))
"""Faults of each of the two kinds, and how often: one in three requests has none."""

_METHODS: Final = ("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS")


def request(dice: Dice, play: Play) -> Request:
    """The same for the same dice."""
    made = right(dice, play)
    for fault in dice.choices(_IN_CONTENT, k=dice.choices(*_HOW_MANY)[0]):
        if isinstance(made.content, dict):
            fault(dice, made)
    if made.content is not None:
        made.body = simplejson.dumps(made.content).encode()
    for around in dice.choices(_AROUND, k=dice.choices(*_HOW_MANY)[0]):
        around(dice, made, play)
    return made


# ------------------------------------------------------------------ faults in what the body says
def _odd_value(dice: Dice) -> Any:
    return dice.choice(_ODD_VALUES)(dice)


def _odd_number(dice: Dice) -> Any:
    return RawJSON(dice.choice(_ODD_NUMBERS))


def _odd_text(dice: Dice) -> str:
    text = [*word(dice)]
    text.insert(dice.randrange(len(text)), dice.choice(_ODD_CHARACTERS))
    return MARK + "".join(text)


def _long_text(dice: Dice) -> str:
    limit = dice.choice((128, 255, 4_096, 16_384))
    return (MARK + dice.choice("ak \u20ac\U0001f600") * limit)[: limit + dice.randrange(-1, 2)]


def _nested(dice: Dice) -> Any:
    value: Any = dice.choice((_odd_text, _long_text, _odd_number, word))(dice)
    for _ in range(dice.choice((1, 2, 7, 8, 9, 31, 33, 200))):
        value = [value, None] if dice.random() < 0.3 else {word(dice): value, MARK: 1}
    return value


_ODD_CHARACTERS: Final = (
    "#:/\\$%&?>[]{}\"' \t\n\r\x00\x1f\x7f\x85\x9f"
    "\u00e4\u0301\u200b\u202e\u2028\ufeff\ufffe\uffff\U0001f600\U0010ffff\ud800\udfff"
)
_ODD_NUMBERS: Final = (
    *("0E+200", "0e-400", "0E+99999", "0.0e126", "-0.0", "-0", "1e126", "9.9e125", "1e125", "-1E-130", "1e-131"),
    *("9" * 38, "9" * 39, "9" * 5_000, "1" + "0" * 125, "1" + "0" * 126, "0." + "0" * 140 + "1", "1." + "0" * 60),
    *("1e99999", "NaN", "01", "1.", "1" + "0" * 400),
)
_ODD_VALUES: Final[tuple[Callable[[Dice], Any], ...]] = (
    lambda dice: dice.choice((None, True, False, 0, 1.5, "", " ", [], {}, [[]], [None], {"": ""})),
    lambda dice: [_odd_text(dice), word(dice)],
    lambda dice: {_odd_text(dice): word(dice)},
    _odd_text,
    _long_text,
    _odd_number,
    _nested,
)


def _member(dice: Dice, made: Request) -> str:
    return dice.choice([*made.content]) if made.content else MARK


def _other_value(dice: Dice, made: Request) -> None:
    made.content[_member(dice, made)] = _odd_value(dice)


def _missing(dice: Dice, made: Request) -> None:
    made.content.pop(_member(dice, made), None)


def _stranger_member(dice: Dice, made: Request) -> None:
    made.content[dice.choice((_odd_text(dice), "visibility", "__class__"))] = _odd_value(dice)


def _unknown_operation(dice: Dice, made: Request) -> None:
    made.content["operationName"] = dice.choice((word(dice), "setDisposition", "Consult", _odd_text(dice)))


def _aim(dice: Dice, made: Request, *operations: str) -> None:
    """Has an operation's request be for one that looks at the fault."""
    if "operationName" in made.content:
        made.content["operationName"] = dice.choice(operations)


def _into_user_data(dice: Dice, made: Request) -> None:
    _aim(dice, made, "AttachUserData", "UpdateUserData")
    data = made.content.setdefault("userData", {})
    if isinstance(data, dict):
        key = dice.choice((word, word, _odd_text, _long_text))(dice)
        data[key] = dice.choice((_odd_value, _odd_number, _odd_number, _nested))(dice)


def _many_keys(dice: Dice, made: Request) -> None:
    _aim(dice, made, "AttachUserData", "UpdateUserData", "DeleteUserData")
    names = [f"{MARK}-{dice.randrange(300)}" for _ in range(dice.choice((49, 50, 51, 60, 201)))]
    made.content |= {"userData": dict.fromkeys(names, f"{MARK}{dice.random()}"), "keys": names}


def _heavy(dice: Dice, made: Request) -> None:
    """As much user data as a request has room for."""
    _aim(dice, made, "AttachUserData", "UpdateUserData")
    made.content["userData"] = {f"{MARK}-{dice.randrange(40)}": "x" * 4_096 for _ in range(dice.randrange(10, 17))}


def _odd_key(dice: Dice, made: Request) -> None:
    _aim(dice, made, "SetDisposition", "DeleteUserData")
    key = dice.choice((_odd_text, _long_text))(dice)
    keys = dice.choice(([key], [key, key], [word(dice), key, 7]))
    made.content |= {"dispositionKey": key, "disposition": word(dice), "keys": keys}


def _other_target(dice: Dice, made: Request) -> None:
    _aim(dice, made, "Transfer")
    text = dice.choice((_odd_text, _long_text, word))(dice)
    made.content["targetPath"] = dice.choice((f"/users/{text}", f"/users/{quote(text, errors='replace')}", text, ""))


def _inside(dice: Dice, made: Request) -> None:
    made.content["customer"] = dice.choice(({}, {"nickname": _odd_value(dice)}, {word(dice): word(dice)}))
    if dice.random() < 0.5:
        made.content["agent"] = {"userName": _odd_value(dice)}


def _in_policy(dice: Dice, made: Request) -> None:
    if "codes" in made.content:
        dice.choice(_IN_POLICY)(dice, made.content)


def _in_code(dice: Dice, document: Any) -> None:
    if isinstance(document["codes"], list) and document["codes"]:
        code = dice.choice(document["codes"])
        if isinstance(code, dict):
            code[dice.choice(("name", "displayName", "children", "retired", MARK))] = _odd_value(dice)


def _same_code(_: Dice, document: Any) -> None:
    if isinstance(document["codes"], list):
        document["codes"] = document["codes"] * 2


def _deep_codes(dice: Dice, document: Any) -> None:
    for level in range(dice.choice((6, 7, 8, 90))):
        document["codes"] = [{"name": f"{MARK}-{level}", "displayName": MARK, "children": document["codes"]}]


def _many_codes(dice: Dice, document: Any) -> None:
    document["codes"] = [
        {"name": f"{MARK}{number}", "displayName": MARK} for number in range(dice.choice((500, 1_500)))
    ]


def _many_queues(dice: Dice, document: Any) -> None:
    document["queues"] = {f"{MARK}{number}": [] for number in range(dice.choice((99, 100, 101)))}
    document["default"] = None


_IN_POLICY: Final[tuple[Callable[[Dice, Any], None], ...]] = (
    *[_in_code] * 3,
    _same_code,
    _deep_codes,
    _many_codes,
    _many_queues,
    lambda dice, document: document.update(queues={_odd_text(dice): _odd_value(dice)}),
    lambda dice, document: document.update(queues={_odd_text(dice): [_odd_text(dice)]}),
    lambda dice, document: document.update(default=dice.choice((_odd_value, word))(dice)),
    lambda dice, document: document.update(lateHours=dice.choice((_odd_number, _odd_value))(dice)),
    lambda dice, document: document.update({dice.choice(("enforce", "mandatory", "retired")): _odd_value(dice)}),
)

_IN_CONTENT: Final[tuple[Callable[[Dice, Request], None], ...]] = (
    _other_value,
    _missing,
    _stranger_member,
    _unknown_operation,
    *[_into_user_data] * 5,
    _many_keys,
    _heavy,
    _odd_key,
    _other_target,
    _inside,
    *[_in_policy] * 4,
)


# ------------------------------------------------------------------ faults around it
def _other_bytes(dice: Dice, made: Request, _play: Play) -> None:
    made.body = dice.choice(_SPOILS)(dice, made.body)


def _cut(dice: Dice, body: bytes) -> bytes:
    return body[: dice.randrange(len(body) + 1)]


def _not_utf8(dice: Dice, body: bytes) -> bytes:
    place = dice.randrange(len(body) + 1)
    return body[:place] + dice.choice((b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\x00", b"\xe4")) + body[place:]


def _filled_up(dice: Dice, body: bytes) -> bytes:
    return body + b" " * (MAX_BODY_BYTES - len(body) + dice.randrange(-1, 3))


_SPOILS: Final[tuple[Callable[[Dice, bytes], bytes], ...]] = (
    _cut,
    _not_utf8,
    _filled_up,
    lambda _, body: b"\xef\xbb\xbf" + body,
    lambda _, body: gzip.compress(body, mtime=0),
    lambda dice, body: body.decode(errors="replace").encode(dice.choice(("utf-16", "utf-32"))),
    lambda dice, body: body + dice.choice((b"x", b"{}", b"\x00", b",", b" \n")),
    lambda _, body: body[:-1] + f',"{MARK}":1,"{MARK}":2}}'.encode(),
    lambda dice, _: dice.choice((b"", b"null", b"[]", b'""', b"0", MARK.encode(), b"{", b"{}")),
    lambda dice, _: dice.choice((b"[", b'{"a":')) * dice.randrange(150, 9_000),
    lambda dice, _: dice.randbytes(dice.randrange(1, 200)),
    lambda _, body: body.replace(b'"', b"'"),
)


def _other_form(dice: Dice, made: Request, _play: Play) -> None:
    made.handed_over = dice.choice([*HANDED_OVER])


def _other_headers(dice: Dice, made: Request, _play: Play) -> None:
    name, values = dice.choice([*_HEADERS.items()])
    name = dice.choice((name, name.lower(), name.upper()))
    made.headers += [(name, dice.choice(values)) for _ in range(dice.choice((1, 1, 2)))]


_HEADERS: Final[Mapping[str, Sequence[str]]] = {
    "Idempotency-Key": (MARK, "", " ", "\t", f"{MARK} {MARK}", MARK * 85, MARK * 86, f"{MARK}\u00e4", "\u00a0", '""'),
    "If-Match": (
        *('"33"', '"34"', "*", "", " ", f'"{MARK}"', MARK, 'W/"33"', '"33", "34"', '"33","34",', ",", '"', '"33'),
        *('"033"', '"-1"', '""', f'"{"9" * 15}"', f'"{"9" * 400}"', '"3\u00b3"', '*, "33"', '"a,b", "33"'),
    ),
    "If-None-Match": ('"0"', "*", "", MARK, 'W/"1"', f'"{"9" * 400}"', '"1", "2"', '"', f'"{MARK}"'),
    "Content-Type": ("text/plain", "application/json; charset=latin-1", "application/json;charset=UTF-8", "", ";;="),
    "Content-Encoding": ("gzip", "identity", "", MARK, "gzip, br"),
    "Origin": ("https://desk.example.com", f"https://{MARK}.example.com", "null", "*", "", f"{MARK}\u00e4"),
    "Accept": ("text/html", "*/*", ""),
    f"X-{MARK}": ("x" * 6_000, "\u00e9\u00ff", ""),
}


def _other_query(dice: Dice, made: Request, _play: Play) -> None:
    name = dice.choice([*_ODD_QUERY, dice.choice([*_ODD_QUERY]), word(dice), ""])
    made.query += [(name, dice.choice(_ODD_QUERY.get(name, (MARK,)))) for _ in range(dice.choice((1, 1, 2)))]


_NO_NUMBERS: Final = ("0", "101", "-1", "1.0", "1e2", "", " 1", "\u0663", "9" * 9, "9" * 30, MARK, "+1", "1\n")
_ODD_QUERY: Final[Mapping[str, Sequence[str]]] = {
    "fields": ("", ",", "*,id", f"id,{MARK}", "id,id", " * ", "owner", "referenceId", "\x00", "x" * 5_000),
    **dict.fromkeys(("pageSize", "count", "startIndex", "version"), _NO_NUMBERS),
    "type": ("", "skills", MARK, "Dispositions"),
    "subresources": ("", "*,facebooksessions", MARK, "interactions"),
    **dict.fromkeys(
        ("id", "state", "uri", "comment", "agent"), ("", MARK, "\U0001f600", "\x00\uffff", "%00", "x" * 3_000)
    ),
}


def _forged_page(dice: Dice, made: Request, play: Play) -> None:
    made.method, made.resource = "GET", dice.choice([*_LISTS] * 3 + [made.resource])
    made.query = [*_LISTS.get(made.resource, ()), ("pageToken", dice.choice(_FORGERIES)(dice, dice.choice(play.pages)))]
    if made.caller.is_system is not (made.resource in OF_SYSTEMS):
        made.caller = Caller(dice.choice(play.agents)) if made.caller.is_system else Caller(is_system=True)


_LISTS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "/v2/me/facebooksessions": (),
    "/v2/facebooksessions": (("state", "Invited"),),
}
"""What has pages of sessions, with what a request for them must have."""


def _token(content: str) -> str:
    return base64.urlsafe_b64encode(content.encode()).decode()


def _place(created_at: Any, session_id: Any) -> str:
    return _token(json.dumps([created_at, session_id]))


_TIME: Final = "2014-01-09T09:58:12.035+00:00"
_NO_IDS: Final = ("\ud800", f"{MARK}\udfff", "x" * 129, "a/b", "\x00", "\uffff", "\u00e4", "x" * 2_049, "\u20ac" * 683)
_NO_TIMES: Final = ("\ud800", f"{_TIME}\udc00", "0", MARK, "9999", " ", "\U0001f600", "2" * 1_025, "\u20ac" * 342)
_NO_TOKENS: Final = ("9" * 5_000, "[NaN,1]", '["a","b","c"]', "", "\x00", f'["{_TIME}","{MARK}"]x', MARK)
_FORGERIES: Final[tuple[Callable[[Dice, str], str], ...]] = (
    lambda dice, _: _token(dice.choice(("[" * 3_000, '{"a":' * 900, "[" * 3_000 + "]" * 3_000))),
    lambda dice, _: _place(_TIME, dice.choice(_NO_IDS)),
    lambda dice, _: _place(dice.choice(_NO_TIMES), MARK),
    lambda dice, _: _place(_odd_json(dice), _odd_json(dice)),
    lambda dice, _: _token(json.dumps(_odd_json(dice))),
    lambda dice, _: _token(dice.choice(_NO_TOKENS)),
    lambda dice, token: token[: dice.randrange(len(token))],
    lambda dice, token: token + dice.choice(("=", "A", "AAAA", "*", " ", MARK, "\u00e4", "====", "\n")),
    lambda _, token: token.swapcase(),
    lambda dice, _: base64.urlsafe_b64encode(dice.randbytes(dice.randrange(1, 60))).decode(),
)


def _odd_json(dice: Dice) -> Any:
    return dice.choice((None, 0, -1.5, True, "", MARK, [], {}, [MARK], {"createdAt": _TIME, "id": MARK}, [[], []]))


def _other_place(dice: Dice, made: Request, _play: Play) -> None:
    made.place = dice.choice(_PLACES)


_PLACES: Final = (
    *(f"{MARK}-unknown", f"{MARK} ", f"{MARK}%20", f"a/{MARK}", f"{MARK}\n", ".", "..", "...", "%2e%2e", "%", "%ff"),
    *("x" * 128, "x" * 129, "x" * 3_000, "\u00e4", "\u0663", "\uffff", "\U0001f600", "\x00", "{id}", "messages", "-"),
)


def _other_method(dice: Dice, made: Request, _play: Play) -> None:
    made.method = dice.choice(_METHODS)


def _other_route(dice: Dice, made: Request, _play: Play) -> None:
    made.resource = dice.choice(PATHS)
    made.place = dice.choice((made.place, f"v2/{MARK}", f"v2/me/facebooksessions/{made.place}/", "favicon.ico"))


def _other_caller(dice: Dice, made: Request, play: Play) -> None:
    agent = dice.choice(play.agents)
    others = (Caller(), Caller(is_system=True), Caller(agent), Caller("Stranger"))
    made.caller = dice.choice((*others, Caller(agent, dice.choice(_GROUPS)), Caller(dice.choice(_USERS))))


_GROUPS: Final[tuple[Any, ...]] = (
    *("", "other", f"{FEATURE}s", f"x{FEATURE}", f"a,{FEATURE}", f"[{FEATURE} a]"),
    *(None, 7, True, [FEATURE], {FEATURE: True}, [[]]),
)
_USERS: Final[tuple[Any, ...]] = ("", "\u00e4", "x" * 2_049, f"{MARK} {MARK}", "a/b", 7, True, [MARK], {"S": MARK}, [])


_AROUND: Final[tuple[Callable[[Dice, Request, Play], None], ...]] = (
    _other_bytes,
    _other_form,
    *[_other_headers] * 3,
    *[_other_query] * 2,
    _forged_page,
    _other_place,
    _other_method,
    _other_route,
    *[_other_caller] * 2,
)
