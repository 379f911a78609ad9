"""What a change is announced as follows from the session before and after it, and from nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facebook_session.notifications import (
    ANNOUNCED,
    Notification,
    end_of_part,
    images,
    impersonal,
    notifications,
    reduced,
    without_personal_data,
)
from tests.unit.builders import SESSION_ID, record, session

BASE_URL = "http://localhost:8080/api/v2"
DISPOSITION = {"DispositionCode": "IssueResolved"}
CUSTOMER_ALONE = session()["participants"][1:]

Changes = dict[str, Any]


def announced(before: Changes, after: Changes) -> list[Notification]:
    """The notifications of a change from the page's session with `before` to the same with `after`."""
    return notifications(session(**before), session(referenceId=34, **after), BASE_URL)


def kinds(before: Changes, after: Changes) -> list[object]:
    return [one.body["notificationType"] for one in announced(before, after)]


# ------------------------------------------------------------------ the message
def test_setting_a_disposition_is_announced_as_on_the_page() -> None:
    (notification,) = announced({}, {"userData": DISPOSITION})
    assert notification.body == {
        "referenceId": 34,
        "facebooksession": {
            "participants": [
                {"nickname": "TestName", "type": "Agent", "participantId": "009052C73228006D"},
                {"nickname": "FirstL", "type": "Customer", "participantId": "009052C73223006B"},
            ],
            "state": "Chatting",
            "id": "0000Na9B26EF003M",
            "capabilities": [
                "Transfer",
                "Complete",
                "Leave",
                "InFocus",
                "SendMessage",
                "SendStartTypingNotification",
                "SendStopTypingNotification",
            ],
            "userData": {"DispositionCode": "IssueResolved"},
            "uri": "http://localhost:8080/api/v2/facebooksessions/0000Na9B26EF003M",
        },
        "notificationType": "PropertiesUpdated",
        "messageType": "FacebooksessionStateChangeMessage",
    }


def test_filter_policies_can_match_ids_and_enumerations_alone() -> None:
    (notification,) = announced({}, {"userData": DISPOSITION})
    assert notification.session_id == SESSION_ID
    assert notification.attributes == {
        "messageType": "FacebooksessionStateChangeMessage",
        "notificationType": "PropertiesUpdated",
        "sessionId": "0000Na9B26EF003M",
        "state": "Chatting",
        "referenceId": 34,
        "eventId": "0000Na9B26EF003M#34#1",
        "userDataKeys": ["DispositionCode"],
        "agent": "agent1",
    }


@pytest.mark.parametrize(
    ("agents", "shown"), [({"agent2"}, "agent2"), ({"b", "a", "c"}, "a"), (set(), None), (None, None)], ids=str
)
def test_the_agent_who_has_the_session_after_the_change_can_be_matched(
    agents: set[str] | None, shown: str | None
) -> None:
    before, after = session(agents=agents or set()), session(referenceId=34, comment="x", agents=agents or set())
    if agents is None:
        del before["agents"], after["agents"]
    (notification,) = notifications(before, after, BASE_URL)
    assert notification.attributes.get("agent") == shown


def test_who_made_the_change_can_be_matched_where_it_is_known() -> None:
    for notification in announced({"updatedBy": "agent1"}, {"updatedBy": "agent2", "state": "LeftChat", "comment": ""}):
        assert notification.attributes["changedBy"] == "agent2"
    (notification,) = announced({}, {"comment": "x"})
    assert "changedBy" not in notification.attributes


def test_all_that_notifications_are_made_of_is_read() -> None:
    read = {"agents", "updatedBy", "queueName", "typingCount", "newMessages", "messageCount", "referenceId"}
    assert read <= {*ANNOUNCED}


def test_the_session_is_shown_as_it_is_after_the_change() -> None:
    (notification,) = announced({"comment": "old"}, {"comment": "new", "state": "Chatting"})
    assert notification.body["facebooksession"]["comment"] == "new"


def test_a_message_never_says_who_the_agent_is_in_the_user_pool() -> None:
    after = {"userData": DISPOSITION, "state": "LeftChat", "participants": session()["participants"][:1]}
    bodies = [one.body for one in announced({}, after | {"updatedBy": "agent1", "inFocus": {"agent1"}})]
    assert "userName" not in str(bodies)
    assert "agent1" not in str(bodies)


def test_the_queue_is_shown_once_it_is_set_and_the_focus_never() -> None:
    (notification,) = announced({}, {"comment": "x", "queueName": "Returns", "inFocus": {"agent1"}})
    shown = notification.body["facebooksession"]
    assert (shown["queueName"], "inFocus" in shown) == ("Returns", False)


# ------------------------------------------------------------------ what is left out
WHOLE = {"userData": DISPOSITION, "comment": "x", "updatedBy": "agent1"}


def test_what_is_reduced_for_its_size_says_so_and_keeps_all_attributes() -> None:
    (whole,) = announced({}, WHOLE)
    one = reduced(whole)
    assert one.attributes == {**whole.attributes, "reduced": "size"}
    assert len(one.attributes) == 10  # as many as SQS takes
    assert one.body == without_personal_data(whole).body
    assert one.session_id == whole.session_id


def test_without_personal_data_nobody_is_named() -> None:
    (whole,) = announced({}, WHOLE)
    one = without_personal_data(whole)
    assert whole.attributes.keys() - one.attributes.keys() == {"agent", "changedBy"}
    assert one.body["facebooksession"].keys() == {"participants", "state", "id", "capabilities", "uri"}


@pytest.mark.parametrize("value", ["text", 7, None, [], {}, {"state": "Chatting", "inner": [{"id": "1"}]}], ids=str)
def test_what_is_not_personal_stays(value: Any) -> None:
    assert impersonal(value) == value


def test_what_is_personal_goes_however_deep_it_lies() -> None:
    whole = {"a": [{"text": "x", "index": 1}, [{"nickname": "x"}]], "userData": {"id": 1}, "b": {"comment": "x"}}
    before = repr(whole)
    assert impersonal(whole) == {"a": [{"index": 1}, [{}]], "b": {}}
    assert repr(whole) == before


# ------------------------------------------------------------------ an agent's part in it
def test_to_who_loses_a_session_it_is_completed_with_nothing_left_to_do_or_to_read() -> None:
    mine = session(agents={"Ben"}, state="Invited", comment="theirs", userData={"key": "theirs"}, queueName="Returns")
    body = end_of_part(mine, BASE_URL)
    shown = body["facebooksession"]
    assert (body["notificationType"], body["messageType"]) == ("StatusChange", "FacebooksessionStateChangeMessage")
    assert (body["referenceId"], shown["id"], shown["state"]) == (33, SESSION_ID, "Completed")
    assert (shown["capabilities"], shown["userData"], "comment" in shown) == ([], {}, False)
    assert "theirs" not in str(body)
    assert (mine["state"], mine["comment"], mine["userData"]) == ("Invited", "theirs", {"key": "theirs"})


# ------------------------------------------------------------------ from a record
def test_of_a_record_only_what_is_announced_is_read() -> None:
    one = record(session(), session(referenceId=34))
    one["dynamodb"]["NewImage"]["other"] = {"unreadable": ""}
    old, new = images(one) or (None, {})
    assert old is not None
    assert (old["referenceId"], new["referenceId"]) == (33, 34)
    assert {*old, *new} <= {*ANNOUNCED}


def test_what_is_created_was_nothing_and_what_is_removed_is_no_change() -> None:
    created = images(record(None, session()))
    assert created is not None
    assert created[0] is None
    assert images(record(session(), None)) is None


# ------------------------------------------------------------------ which messages
def test_a_new_session_is_one_change_of_state_whatever_it_holds() -> None:
    (notification,) = notifications(None, session(referenceId=1, userData=DISPOSITION, comment="x"), BASE_URL)
    assert notification.body["notificationType"] == "StatusChange"
    assert notification.attributes["eventId"] == "0000Na9B26EF003M#1#1"
    assert notification.attributes["userDataKeys"] == ["DispositionCode"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"state": "LeftChat"}, ["StatusChange"]),
        ({}, {"participants": CUSTOMER_ALONE}, ["ParticipantsUpdated"]),
        ({}, {"userData": DISPOSITION}, ["PropertiesUpdated"]),
        ({}, {"comment": "Called back."}, ["PropertiesUpdated"]),
        ({"comment": "Called back."}, {"comment": "Called again."}, ["PropertiesUpdated"]),
        ({"comment": "Called back."}, {}, ["PropertiesUpdated"]),
        ({}, {"comment": "x", "userData": DISPOSITION}, ["PropertiesUpdated"]),
        ({}, {"state": "LeftChat", "participants": CUSTOMER_ALONE}, ["StatusChange", "ParticipantsUpdated"]),
        ({}, {"state": "LeftChat", "userData": DISPOSITION}, ["StatusChange", "PropertiesUpdated"]),
        ({}, {"participants": CUSTOMER_ALONE, "comment": "x"}, ["ParticipantsUpdated", "PropertiesUpdated"]),
        (
            {},
            {"userData": DISPOSITION, "participants": CUSTOMER_ALONE, "state": "LeftChat"},
            ["StatusChange", "ParticipantsUpdated", "PropertiesUpdated"],
        ),
    ],
    ids=lambda value: "+".join(value),
)
def test_each_thing_that_changed_is_announced_in_the_contracts_order(
    before: Changes, after: Changes, expected: list[str]
) -> None:
    assert kinds(before, after) == expected


@pytest.mark.parametrize("after", [{}, {"updatedAt": "later"}, {"owner": "agent2", "inFocus": True, "expiresAt": 1}])
def test_a_change_of_nothing_that_clients_see_is_not_announced(after: Changes) -> None:
    assert kinds({}, after) == []


def test_without_a_new_number_nothing_but_typing_is_announced() -> None:
    said = {"newMessages": [{"type": "Text", "timestamp": 1389261492035, "text": "Hello"}], "messageCount": 1}
    for after in ({"userData": DISPOSITION}, {"state": "LeftChat"}, {"participants": CUSTOMER_ALONE}, said):
        assert notifications(session(), session(**after), BASE_URL) == []


@pytest.mark.parametrize("nickname", ["agent1", "Someone"])
def test_a_participant_who_is_renamed_is_announced(nickname: str) -> None:
    first, second = session()["participants"]
    assert kinds({}, {"participants": [first | {"nickname": nickname}, second]}) == ["ParticipantsUpdated"]


def test_the_notifications_of_a_change_share_its_number_and_count_their_own_from_one() -> None:
    every = announced({}, {"userData": DISPOSITION, "participants": CUSTOMER_ALONE, "state": "LeftChat"})
    assert [one.body["referenceId"] for one in every] == [one.attributes["referenceId"] for one in every] == [34] * 3
    assert [one.attributes["eventId"] for one in every] == [f"{SESSION_ID}#34#{position}" for position in (1, 2, 3)]


def test_the_attributes_say_what_the_message_says() -> None:
    for one in announced({}, {"userData": DISPOSITION, "participants": CUSTOMER_ALONE, "state": "LeftChat"}):
        shown = one.body["facebooksession"]
        assert (one.attributes["messageType"], one.attributes["notificationType"], one.attributes["state"]) == (
            one.body["messageType"],
            one.body["notificationType"],
            shown["state"],
        )
        assert len(one.attributes) <= 8


# ------------------------------------------------------------------ which keys of the user data
@pytest.mark.parametrize(
    ("old", "new", "keys"),
    [
        ({}, {"a": "1"}, ["a"]),
        ({"a": "1"}, {}, ["a"]),
        ({"a": "1"}, {"a": "2"}, ["a"]),
        ({"a": "1", "b": "1"}, {"a": "2", "b": "1"}, ["a"]),
        ({"z": "1", "b": "1", "k": "1"}, {"a": "1", "b": "2", "k": "1"}, ["a", "b", "z"]),
        ({"a": None}, {}, ["a"]),
        ({}, {"a": None}, ["a"]),
        ({"a": 1}, {"a": "1"}, ["a"]),
        ({"a": False}, {"a": None}, ["a"]),
        ({"a": 1}, {"a": True}, ["a"]),
        ({"a": False}, {"a": 0}, ["a"]),
    ],
    ids=str,
)
def test_the_keys_that_were_added_removed_or_overwritten_are_named_in_order(
    old: dict[str, Any], new: dict[str, Any], keys: list[str]
) -> None:
    (notification,) = announced({"userData": old}, {"userData": new})
    assert notification.attributes["userDataKeys"] == keys


def test_where_no_key_changed_none_are_named() -> None:
    (notification,) = announced({"userData": DISPOSITION}, {"userData": DISPOSITION, "comment": "x"})
    assert "userDataKeys" not in notification.attributes


TEXTS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("xyz"))


@given(TEXTS, TEXTS)
def test_the_keys_are_those_of_the_pairs_that_only_one_side_has(old: dict[str, str], new: dict[str, str]) -> None:
    named = [one.attributes.get("userDataKeys") for one in announced({"userData": old}, {"userData": new})]
    assert named == ([] if old == new else [sorted({key for key, _ in old.items() ^ new.items()})])


@given(st.sampled_from(["Chatting", "LeftChat"]), TEXTS, TEXTS)
def test_the_sessions_are_left_as_they_were(state: str, old: dict[str, str], new: dict[str, str]) -> None:
    before, after = session(userData={**old}), session(userData={**new}, state=state)
    notifications(before, after, BASE_URL)
    assert (before, after) == (session(userData=old), session(userData=new, state=state))
