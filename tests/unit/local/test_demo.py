"""What the demonstration calls the page's, and shows."""

from dataclasses import replace
from typing import Any

import pytest

from local.demo import ANSWER, NOTIFICATION, Exchange, is_the_pages, shown

EVENT = {"channel": "/v2/me/facebooksession", "data": NOTIFICATION}
PAGES = Exchange(ANSWER, '"34"', 0.1, NOTIFICATION, 0.2, EVENT, 0.3)
OTHER = {**NOTIFICATION, "referenceId": 35}


def test_answer_notification_and_the_desktops_event_are_the_pages() -> None:
    assert is_the_pages(PAGES)


@pytest.mark.parametrize(
    "other",
    [
        {"answer": '{"statusCode": 0}'},
        {"notification": OTHER},
        {"event": {**EVENT, "data": OTHER}},
        {"event": {**EVENT, "channel": "/v2/me/facebooksessions"}},
        {"event": {**EVENT, "id": "1"}},
    ],
)
def test_each_of_them_must_be(other: dict[str, Any]) -> None:
    assert not is_the_pages(replace(PAGES, **other))


def test_what_came_to_the_topic_and_to_the_desktop_is_shown_as_it_came() -> None:
    text = shown(replace(PAGES, event={**EVENT, "data": OTHER}))
    assert text.index('"referenceId": 34') < text.index("/v2/me/facebooksession, 300 ms") < text.index(": 35")
    assert "200 in 100 ms" in text
    assert "topic 200 ms" in text
