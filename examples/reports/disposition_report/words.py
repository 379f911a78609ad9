"""Text of clients as it can be shown: on one line, without what steers a terminal, and not too long."""

import unicodedata

MAX_WIDTH = 44


def shown(text: str, most: int = MAX_WIDTH) -> str:
    """Control characters, which no font has, become `\N{REPLACEMENT CHARACTER}`."""
    clean = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def width(text: str) -> int:
    """How many columns of a terminal it takes."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))
