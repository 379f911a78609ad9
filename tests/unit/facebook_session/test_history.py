"""The history of a session's dispositions: what an entry has, where it goes, and how much of it there can be."""

import pytest

from facebook_session import history
from facebook_session.callers import Caller, Role
from facebook_session.changes import Disposition
from facebook_session.errors import ValueOutOfRange
from facebook_session.expressions import Write
from tests.unit.builders import spelled

AGENT = Caller("Anna")
SYSTEM = Caller("arn:aws:iam::123456789012:role/channel", Role.SYSTEM)
SET = Disposition("DispositionCode", "DC_Refund")
REMOVED = Disposition("DispositionCode", None, is_removed=True)


@pytest.fixture(autouse=True)
def _time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facebook_session.history.time.time_ns", lambda: 1_389_261_492_035_678_901)


def appended(disposition: Disposition, first_number: int | None = None, *, has_limits: bool = True) -> tuple[str, str]:
    """The write's expressions: what it does, and on which condition."""
    write = Write()
    history.append(write, AGENT, disposition, first_number, has_limits=has_limits)
    arguments = write.arguments("NONE")
    return spelled(arguments, "UpdateExpression"), spelled(arguments, "ConditionExpression")


# ------------------------------------------------------------------ entries
def test_an_entry_says_what_by_whom_and_when() -> None:
    assert history.entry(AGENT, SET) == {
        "key": "DispositionCode",
        "value": "DC_Refund",
        "userName": "Anna",
        "timestamp": 1_389_261_492_035,
    }


def test_of_a_system_the_principal_is_not_told() -> None:
    assert history.entry(SYSTEM, SET)["userName"] == "system"


def test_what_was_removed_is_told_from_a_disposition_that_is_null() -> None:
    assert "value" not in history.entry(AGENT, REMOVED)
    assert history.entry(AGENT, Disposition("k", None))["value"] is None


# ------------------------------------------------------------------ writes
def test_an_entry_goes_behind_the_others_with_the_writes_own_number() -> None:
    done, condition = appended(SET)
    assert "dispositions[1000] = {" in done
    assert "dispositionNumbers[1000] = referenceId + 1" in done
    assert "dispositionBytes = if_not_exists(dispositionBytes, 0) + 24" in done
    assert condition == ("attribute_exists(dispositions) AND size(dispositions) < 100 AND NOT dispositionBytes > 65512")


def test_where_there_is_no_history_it_begins() -> None:
    done, condition = appended(SET, 34)
    assert "dispositions = [{" in done
    assert "dispositionNumbers = [34]" in done
    assert condition == "attribute_not_exists(dispositions)"


def test_a_default_needs_no_room() -> None:
    assert appended(SET, has_limits=False)[1] == "attribute_exists(dispositions)"


@pytest.mark.parametrize(
    ("disposition", "size"),
    [
        (SET, 24),
        (REMOVED, 23),
        (Disposition("k", "\u20ac\U0001f600"), 8),
        (Disposition("\u00e4", "x"), 3),
        (Disposition("k", None), 9),
        (Disposition("k", {"a": [1, True]}), 19),
    ],
    ids=str,
)
def test_text_counts_in_utf_8_and_all_else_as_user_data(disposition: Disposition, size: int) -> None:
    assert f"if_not_exists(dispositionBytes, 0) + {size}" in appended(disposition)[0]


def test_a_new_session_has_a_history_from_the_start() -> None:
    assert history.begun(SYSTEM, None) == {"dispositions": [], "dispositionNumbers": []}
    begun = history.begun(SYSTEM, SET)
    assert begun["dispositions"] == [history.entry(SYSTEM, SET)]
    assert (begun["dispositionNumbers"], begun["dispositionBytes"]) == ([1], 24)


def test_histories_of_new_sessions_are_not_the_same_lists() -> None:
    assert history.begun(SYSTEM, None) is not history.begun(SYSTEM, None)


# ------------------------------------------------------------------ room
@pytest.mark.parametrize(
    ("item", "has_room"),
    [
        ({}, True),
        ({"dispositions": [{}] * 99}, True),
        ({"dispositions": [{}] * 100}, False),
        ({"dispositions": [{}], "dispositionBytes": 65_512}, True),
        ({"dispositions": [{}], "dispositionBytes": 65_513}, False),
    ],
    ids=lambda one: str(one)[-30:],
)
def test_there_is_room_for_so_many_and_so_much(item: dict[str, object], has_room: bool) -> None:
    if has_room:
        history.demand_room(item, SET)
        return
    with pytest.raises(ValueOutOfRange, match="The session has had 100 dispositions, or 65536 bytes of them"):
        history.demand_room(item, SET)


# ------------------------------------------------------------------ what is shown
def test_a_history_is_shown_with_the_numbers_of_its_changes() -> None:
    item = {
        "dispositions": [history.entry(AGENT, SET), history.entry(SYSTEM, REMOVED)],
        "dispositionNumbers": [34, 36],
    }
    first, second = history.shown(item)
    assert first == {
        "dispositionKey": "DispositionCode",
        "disposition": "DC_Refund",
        "userName": "Anna",
        "timestamp": first["timestamp"],
        "timestampSeconds": 1_389_261_492_035,
        "referenceId": 34,
    }
    assert first["timestamp"].startswith("2014-01-09 ")
    assert (second["disposition"], second["userName"], second["referenceId"]) == (None, "system", 36)


def test_a_session_of_an_earlier_version_has_none_to_show() -> None:
    assert history.shown({}) == []
