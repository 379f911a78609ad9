"""Bad requests by the thousand, each with a fault of its own, the same for the same seed."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

from rest_api.requests import MAX_BODY_BYTES

GOOD: Final = {"operationName": "SetDisposition", "dispositionKey": "DispositionCode", "disposition": "IssueResolved"}
_WRONG: Final[tuple[Any, ...]] = (None, 0, 1.5, True, [], {}, ["IssueResolved"], {"a": "b"})
_BAD_KEY: Final = "\t\n\r\x00\x1b\x7f\x80\x85\x9f"

Body = bytes


def bad_bodies(seed: int, count: int) -> Iterator[Body]:
    """Request bodies that no operation can take."""
    dice = random.Random(seed)
    for _ in range(count):
        yield dice.choice(_FAULTS)(dice)


def _truncated(dice: random.Random) -> Body:
    text = json.dumps(GOOD).encode()
    return text[: dice.randrange(len(text) - 1)]


def _not_utf8(dice: random.Random) -> Body:
    text = bytearray(json.dumps(GOOD).encode())
    text.insert(dice.randrange(len(text)), dice.randrange(0x80, 0x100))
    return bytes(text)


def _of_wrong_type(dice: random.Random) -> Body:
    name = dice.choice(sorted(GOOD))
    return json.dumps(GOOD | {name: dice.choice(_WRONG)}).encode()


def _missing(dice: random.Random) -> Body:
    name = dice.choice(["operationName", "disposition"])
    return json.dumps({key: value for key, value in GOOD.items() if key != name}).encode()


def _empty(dice: random.Random) -> Body:
    return json.dumps(GOOD | {dice.choice(sorted(GOOD)): ""}).encode()


def _unknown_operation(dice: random.Random) -> Body:
    letters = list("SetDisposition")
    dice.shuffle(letters)
    return json.dumps(GOOD | {"operationName": "".join(letters) + "s"}).encode()


def _too_long(dice: random.Random) -> Body:
    fault = {"disposition": dice.choice("aä€😀") * dice.randrange(4_097, 5_000)}
    return json.dumps(GOOD | dice.choice([fault, {"dispositionKey": "k" * dice.randrange(129, 2_000)}])).encode()


def _bad_alphabet(dice: random.Random) -> Body:
    key = list("Disposition Code")
    key.insert(dice.randrange(len(key)), dice.choice(_BAD_KEY))
    return json.dumps(GOOD | {"dispositionKey": "".join(key)}).encode()


def _not_an_object(dice: random.Random) -> Body:
    return dice.choice([b"", b"null", b"[]", b"0", b'""', b"true", b"[" + json.dumps(GOOD).encode() + b"]"])


def _named_twice(dice: random.Random) -> Body:
    name = dice.choice(sorted(GOOD))
    return json.dumps(GOOD).encode()[:-1] + f', "{name}": "{dice.random()}"}}'.encode()


def _no_json_number(dice: random.Random) -> Body:
    value = dice.choice(["NaN", "Infinity", "-Infinity", "9" * dice.randrange(4_400, 6_000), "01", "1.", "+1", "0x1"])
    return json.dumps(GOOD).encode()[:-1] + f', "more": {value}}}'.encode()


def _bottomless(dice: random.Random) -> Body:
    bracket, depth = dice.choice(['{"a":', "["]), dice.randrange(300, 10_000)
    return f'{{"operationName": "SetDisposition", "disposition": {bracket * depth}'.encode()


def _lone_surrogate(dice: random.Random) -> Body:
    escape = f"\\ud{dice.choice('89abcdef')}{dice.randrange(256):02x}"
    return json.dumps(GOOD).encode().replace(b"IssueResolved", f"Issue{escape}Resolved".encode())


def _in_single_quotes(_: random.Random) -> Body:
    return str(GOOD).encode()


def _with_more_behind(dice: random.Random) -> Body:
    return json.dumps(GOOD).encode() + dice.choice([b"x", b"{}", b"]", b"\x00", b","])


def _too_large(dice: random.Random) -> Body:
    return json.dumps(GOOD | {"more": "x" * dice.randrange(MAX_BODY_BYTES, 80_000)}).encode()


_FAULTS: Final[tuple[Callable[[random.Random], Body], ...]] = (
    _truncated,
    _not_utf8,
    _of_wrong_type,
    _missing,
    _empty,
    _unknown_operation,
    _too_long,
    _bad_alphabet,
    _not_an_object,
    _named_twice,
    _no_json_number,
    _bottomless,
    _lone_surrogate,
    _in_single_quotes,
    _with_more_behind,
    _too_large,
)
