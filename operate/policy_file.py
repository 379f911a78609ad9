"""A policy of dispositions in a file, and what is wrong with one, with its line."""

import codecs
import re
from pathlib import Path
from typing import Any, Final

import jiter

from facebook_session import exact_json
from facebook_session.policy import Document
from facebook_session.policy_document import Place, PolicyFault, demand_valid
from operate.json_lines import line_of

MAX_BYTES: Final = 390_000
"""Of the document as it is stored, compact and in ASCII: an item of DynamoDB's has at most 400 KB."""

_AT: Final = re.compile(r"(.*) at line (\d+) column \d+", re.DOTALL)


class BadFile(Exception):
    """Its text names file, line and reason in one sentence."""


def read(path: str) -> Document:
    """The valid policy in a file of JSON; raises BadFile."""
    try:
        content = Path(path).read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise BadFile(f"{path}: {error.strerror}") from None
    document: Document = _parsed(path, content)
    try:
        demand_valid(document)
    except PolicyFault as fault:
        line = line_of(content.decode(), fault.place)
        raise BadFile(f"{path}:{line}: {_subject(fault.place)} {fault.reason}") from None
    if len(exact_json.dumps(document)) > MAX_BYTES:
        raise BadFile(f"{path}: the policy has more than {MAX_BYTES:,} bytes as compact JSON in ASCII")
    return document


def _parsed(path: str, content: bytes) -> Any:
    """By the reader that requests have too."""
    try:
        return jiter.from_json(content, allow_inf_nan=False, catch_duplicate_keys=True, float_mode="decimal")
    except ValueError as error:
        found = _AT.fullmatch(str(error))
        reason, line = (found[1], found[2]) if found else (str(error), "1")
        raise BadFile(f"{path}:{line}: this is no JSON: {_plain(reason)}") from None


def _plain(reason: str) -> str:
    """jiter's words, save where they speak of its own parts."""
    if reason.startswith("Detected duplicate key"):
        return f"the name {reason.removeprefix('Detected duplicate key ')} is given twice"
    return reason


def _subject(place: Place) -> str:
    match place:
        case ("queues", _, *_):
            return "the queue's entry" if len(place) > 2 else "the queue"
        case ("codes", *_, str(member)) if len(place) > 1:
            return f"the code's {member}"
        case ("codes", _, *_):
            return "the code"
        case (member,):
            return f"the policy's {member}"
    return "the policy"
