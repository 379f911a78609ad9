"""A removal tells which of the sessions of an id was removed, and nothing else of it."""

import pytest

from facebook_session.removal import Removal
from tests.unit.builders import record, session


def test_a_removal_is_read_as_it_was_written() -> None:
    for one in (Removal("a", "a/abcd", "9"), Removal("a", "a")):
        assert Removal.from_json(one.to_json()) == one


def test_it_holds_ids_alone() -> None:
    removed = Removal.from_record(record(session(id="a", transcript="abcd", comment="SECRET"), None, 9))
    assert removed.to_json() == '{"sessionId":"a","transcript":"a/abcd","number":"9"}'


def test_a_record_that_names_no_session_is_no_removal() -> None:
    with pytest.raises(KeyError):
        Removal.from_record({"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "9"}})
