"""What the policy makes of a request, before the session is known."""

import unicodedata
from typing import Any

import pytest

from facebook_session.changes import Change, Closing, Disposition
from facebook_session.errors import RefusedByPolicy, SessionError, Unavailable
from facebook_session.policy import NO_POLICY, Policy
from session_api.rules import Rules, demand_valid_policy

KEY = "DispositionCode"
SPELT = "Gr\u00f6\u00dfe"
DOCUMENT: dict[str, Any] = {
    "codes": [
        {"name": "a", "displayName": "A"},
        {"name": SPELT, "displayName": "Size"},
        {"name": "f", "displayName": "F", "children": [{"name": "b", "displayName": "B"}]},
    ],
    "queues": {"q": ["f"], "r": ["a"]},
}


def under(**members: Any) -> Rules:
    policy = Policy.of(1, DOCUMENT | members)
    return Rules(KEY, lambda: policy)


def without() -> Rules:
    return Rules(KEY, lambda: NO_POLICY)


def refuse() -> Policy:
    raise Unavailable


DOWN = Rules(KEY, refuse)


def set_to(rules: Rules, value: str, key: str = KEY) -> Change:
    return rules.set_disposition(key, value, is_late=False)


# ------------------------------------------------------------------ values
@pytest.mark.parametrize("rules", [without(), under(), under(default="b"), under(mandatory=True)], ids=str)
def test_without_enforce_any_text_is_set_as_it_is(rules: Rules) -> None:
    text = unicodedata.normalize("NFD", SPELT)
    for change in (set_to(rules, text), rules.set_data({KEY: text})):
        assert change == Change({KEY: text}, disposition=Disposition(KEY, text))


@pytest.mark.parametrize("text", ["Spam", "A", "f", "", " a"])
def test_what_is_no_code_is_refused_by_its_parameter(text: str) -> None:
    rules = under(enforce=True)
    with pytest.raises(RefusedByPolicy, match="The disposition in the parameter disposition must be"):
        set_to(rules, text)
    with pytest.raises(RefusedByPolicy, match="The disposition in the parameter userData must be"):
        rules.set_data({KEY: text})
    with pytest.raises(RefusedByPolicy, match="The disposition in the parameter userData must be"):
        rules.created({KEY: text}, "")


def test_a_code_is_set_in_the_policys_spelling_and_only_where_its_queue_has_it() -> None:
    rules = under(enforce=True)
    spelt = Disposition(KEY, SPELT, ["q", "r"])
    assert set_to(rules, unicodedata.normalize("NFD", SPELT)) == Change({KEY: SPELT}, disposition=spelt)
    assert rules.set_data({"x": 1, KEY: "a"}) == Change({"x": 1, KEY: "a"}, disposition=Disposition(KEY, "a", ["q"]))


@pytest.mark.parametrize("value", [None, 1, True, "", " \t", ["a"], {"a": 1}], ids=str)
@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"enforce": True}, "must be the name of a code that can be set"),
        ({"mandatory": True}, "must be text that is not"),
    ],
    ids=str,
)
def test_what_reads_as_no_disposition_is_none(members: dict[str, Any], message: str, value: Any) -> None:
    with pytest.raises(RefusedByPolicy, match=message):
        under(**members).set_data({KEY: value})


@pytest.mark.parametrize("value", [None, 1, "", {"a": 1}], ids=str)
@pytest.mark.parametrize("rules", [without(), under(default="b")], ids=["no policy", "default"])
def test_where_neither_is_demanded_anything_can_be_written(rules: Rules, value: Any) -> None:
    assert rules.set_data({KEY: value}).user_data == {KEY: value}


def test_another_key_is_none_of_the_policys_business() -> None:
    rules = under(enforce=True, mandatory=True)
    assert set_to(rules, "Spam", "Another") == Change({"Another": "Spam"}, disposition=Disposition("Another", "Spam"))
    assert rules.set_data({"Another": "Spam"}) == Change({"Another": "Spam"})


def test_what_is_not_about_the_disposition_needs_no_policy() -> None:
    assert DOWN.set_data({"a": 1}) == Change({"a": 1})
    assert DOWN.created({"a": 1}, "q") == Change({"a": 1})
    assert DOWN.remove_data({"a", KEY}).removed_keys == {"a", KEY}


def test_what_is_about_it_fails_with_the_policy() -> None:
    for calling in (
        lambda: set_to(DOWN, "a"),
        lambda: DOWN.set_data({KEY: "a"}),
        lambda: DOWN.created({KEY: "a"}, ""),
        lambda: DOWN.closing(can_be_refused=False),
    ):
        with pytest.raises(Unavailable):
            calling()


def test_a_removal_is_of_the_disposition_where_its_key_is_named() -> None:
    removed = Disposition(KEY, None, is_removed=True)
    assert under(enforce=True).remove_data([KEY, "a"]) == Change(removed_keys=[KEY, "a"], disposition=removed)
    assert under(enforce=True).remove_data(["a"]) == Change(removed_keys=["a"])


@pytest.mark.parametrize(
    ("queue", "code", "is_right"),
    [("q", "b", True), ("q", "a", False), ("r", "a", True), ("r", "b", False), ("", "a", True), ("other", "b", True)],
)
def test_a_new_session_has_only_codes_of_its_queue(queue: str, code: str, is_right: bool) -> None:
    if is_right:
        assert under(enforce=True).created({KEY: code}, queue).user_data == {KEY: code}
        return
    with pytest.raises(RefusedByPolicy, match="userData must be a code of the session's queue"):
        under(enforce=True).created({KEY: code}, queue)


# ------------------------------------------------------------------ ends
@pytest.mark.parametrize(
    ("members", "can_be_refused", "closing"),
    [
        ({}, True, None),
        ({}, False, None),
        ({"mandatory": True}, True, Closing(KEY, mandatory=True)),
        ({"mandatory": True}, False, None),
        ({"default": "b"}, True, Closing(KEY, default="b")),
        ({"default": "b"}, False, Closing(KEY, default="b")),
        ({"mandatory": True, "default": "b"}, True, Closing(KEY, mandatory=True)),
        ({"mandatory": True, "default": "b"}, False, Closing(KEY, default="b")),
    ],
    ids=str,
)
def test_what_a_session_needs_at_its_end(members: dict[str, Any], can_be_refused: bool, closing: Closing) -> None:
    assert under(**members).closing(can_be_refused=can_be_refused) == closing


@pytest.mark.parametrize(("hours", "is_late", "comes"), [(2, True, True), (2, False, False), (0, True, False)])
def test_a_disposition_comes_late_only_where_both_let_it(hours: int, is_late: bool, comes: bool) -> None:
    change = under(lateHours=hours).set_disposition(KEY, "x", is_late=is_late)
    assert (change.late_since is not None) is comes


def test_late_nothing_but_the_policys_key_is_set() -> None:
    assert under(lateHours=2).set_disposition("CustomerId", "x", is_late=True).late_since is None


# ------------------------------------------------------------------ a policy that is put
@pytest.mark.parametrize(
    ("document", "status_code", "message"),
    [
        ({}, 1, "The parameter codes is missing."),
        ({"codes": [{"name": "x"}]}, 1, "The parameter codes.0.displayName is missing."),
        ({"codes": [], "SECRET": 1}, 2, "A member of the request body is no member of a policy."),
        (
            {"codes": [{"name": "x", "displayName": "x", "SECRET": 1}]},
            2,
            "A member of the parameter codes.0 is no member of a policy.",
        ),
        ({"codes": [], "queues": {"SECRET": 1}}, 2, "A member of the parameter queues must be an array."),
        ({"codes": [], "queues": {"SECRET": ["SECRET"]}}, 2, "The parameter queues.0 is the name of no code."),
        (
            {"codes": [], "queues": {"S" * 129: []}},
            10,
            "A member of the parameter queues is longer than 128 characters.",
        ),
        ({"codes": [], "default": "SECRET"}, 2, "The parameter default is the name of no code that can be set."),
    ],
    ids=str,
)
def test_a_fault_names_the_member_and_nothing_that_the_client_has_named(
    document: Any, status_code: int, message: str
) -> None:
    with pytest.raises(SessionError) as raised:
        demand_valid_policy(document)
    assert (raised.value.status_code, str(raised.value)) == (status_code, message)


def test_a_valid_policy_is_taken() -> None:
    demand_valid_policy(DOCUMENT)
