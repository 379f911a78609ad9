"""What the seed says again, since it runs without the functions' packages."""

from facebook_session.attributes import plain
from facebook_session.history import NO_HISTORY
from facebook_session.idempotency import NO_RECORDS
from local import seed
from rest_api.requests import FEATURE


def test_the_seeded_session_is_one_that_nothing_has_changed_yet() -> None:
    item = plain(seed.item("session-1", "agent1"))
    for attributes in (NO_RECORDS, NO_HISTORY):
        assert {name: item[name] for name in attributes} == attributes


def test_a_seeded_agent_has_the_feature_that_the_api_asks_for() -> None:
    assert seed.FEATURE == FEATURE
