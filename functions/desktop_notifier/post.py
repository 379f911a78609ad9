"""From what agents are to hear to letters for their clients: as few as possible, since each is paid for."""

from collections.abc import Iterator, Sequence
from typing import Final

from facebook_session.mailboxes import Letter, letter

MAX_LETTER_BYTES: Final = 300_000  # an item of DynamoDB may have 400 KB

News = tuple[str, str]
"""A notification as JSON, behind the sequence number of its record."""


def letters(client_id: str, news: Sequence[News]) -> Iterator[Letter]:
    """To be put one after the other: a client that polls in between gets them in order."""
    for part, together in enumerate(_together(news)):
        yield letter(client_id, together[0][0], together[-1][0], part, [text for _, text in together])


def _together(news: Sequence[News]) -> Iterator[list[News]]:
    """What has room in one letter, in order."""
    full: list[News] = []
    size = 0
    for one in news:
        bytes_more = len(one[1].encode())
        if full and size + bytes_more > MAX_LETTER_BYTES:
            yield full
            full, size = [], 0
        full.append(one)
        size += bytes_more
    if full:
        yield full
