"""On which line of a JSON text each of its values is."""

import json
import re
from typing import Final

from facebook_session.policy_document import Place

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[][{},:]|[^][{},:"\s]+')


def line_of(text: str, place: Place) -> int:
    """Of the value at a place of a valid JSON text, from 1; where there is none, that of what it is missing in."""
    starts = _starts(text)
    while place not in starts:
        place = place[:-1]
    return text.count("\n", 0, starts[place]) + 1


def _starts(text: str) -> dict[Place, int]:
    """Where in the text each value begins; of an object's members, where their names do."""
    starts: dict[Place, int] = {}
    steps: list[str | int | None] = []  # None: the name of the next member is to come
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in "]}":
            steps.pop()
        elif sign == ",":
            steps[-1] = steps[-1] + 1 if isinstance(steps[-1], int) else None
        elif sign != ":":
            if steps and steps[-1] is None:
                steps[-1] = json.loads(sign)
            starts.setdefault(tuple(step for step in steps if step is not None), token.start())
        if sign in "[{":
            steps.append(0 if sign == "[" else None)
    return starts
