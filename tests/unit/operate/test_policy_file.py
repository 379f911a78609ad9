"""A policy in a file: whatever is wrong with it is told in one sentence, with the line that it is on."""

import json
from pathlib import Path

import pytest

from facebook_session.policy import Policy
from operate import policy_file
from operate.json_lines import line_of
from tests.template import ROOT

CODE = '{"name": "a", "displayName": "A"}'


def told(text: str | bytes, folder: Path) -> str:
    path = folder / "policy.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(policy_file.BadFile) as bad:
        policy_file.read(str(path))
    return str(bad.value).removeprefix(str(path))


def test_the_policy_of_a_shop_is_one() -> None:
    document = policy_file.read(str(ROOT / "examples/dispositions.json"))
    policy = Policy.of(1, document)
    assert (policy.enforce, policy.mandatory, policy.default, policy.late_hours) == (True, True, "DC_NoAnswer", 24)
    assert len(policy.codes) == 24
    assert "DC_Swap" not in policy.codes
    assert policy.codes["DC_Refund"] == ["Sales"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{\n"codes": [],\n}', ":3: this is no JSON: trailing comma"),
        ('{\n"codes": [\n', ":3: this is no JSON: EOF while parsing a list"),
        ('{"codes": [],\n\n"codes": []}', ':3: this is no JSON: the name "codes" is given twice'),
        ('// a comment\n{"codes": []}', ":1: this is no JSON: expected value"),
        ('{"codes":\n' + "[" * 300, ":2: this is no JSON: recursion limit exceeded"),
        ("", ":1: this is no JSON: EOF while parsing a value"),
        ('{"codes": [],\n"default": "\u00e4"}'.encode("latin-1"), ":2: this is no JSON: invalid unicode code point"),
    ],
)
def test_what_is_no_json_is_told_with_its_line(text: str | bytes, fault: str, tmp_path: Path) -> None:
    assert told(text, tmp_path) == fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("\n[]", ":2: the policy must be an object"),
        ("\n{}", ":2: the policy's codes is missing"),
        ('{\n"codes": {}}', ":2: the policy's codes must be an array"),
        ('{"codes": [\n"a"]}', ":2: the code must be an object"),
        ('{"codes": [\n{"name": "a"}]}', ":2: the code's displayName is missing"),
        ('{"codes": [\n{"name":\n1, "displayName": "A"}]}', ":2: the code's name must be text"),
        ('{"codes": [{"name": "a",\n"displayName": ""}]}', ":2: the code's displayName must not be empty"),
        ('{"codes": [{"name": "a",\n"displayName": " "}]}', ":2: the code's displayName must not be blank"),
        (
            '{"codes": [{"displayName": "A",\n"name": "' + "a" * 129 + '"}]}',
            ":2: the code's name is longer than 128 characters",
        ),
        (f'{{"codes": [{CODE},\n{CODE}]}}', ":2: the code's name is the name of another code"),
        (
            f'{{"codes": [{CODE}, {{"name": "f", "displayName": "F", "children":\n[\n{CODE}]}}]}}',
            ":3: the code's name is the name of another code",
        ),
        (
            '{"codes": [{"name": "\u00f6", "displayName": "A"},\n{"name": "o\u0308", "displayName": "A"}]}',
            ":2: the code's name is the name of another code",
        ),
        (f'{{"codes": [{CODE[:-1]},\n"colour": "red"}}]}}', ":2: the code's colour is no member of a policy"),
        (f'{{"codes": [{CODE[:-1]},\n"retired": 1}}]}}', ":2: the code's retired must be true or false"),
        (f'{{"codes": [{CODE[:-1]},\n"children": 1}}]}}', ":2: the code's children must be an array"),
        (f'{{"codes": [{CODE}],\n"queues": []}}', ":2: the policy's queues must be an object"),
        (f'{{"codes": [{CODE}], "queues": {{\n"q": "a"}}}}', ":2: the queue must be an array"),
        (f'{{"codes": [{CODE}], "queues": {{"q": [\n1]}}}}', ":2: the queue's entry must be text"),
        (f'{{"codes": [{CODE}], "queues": {{"q": ["a",\n"b"]}}}}', ":2: the queue's entry is the name of no code"),
        (
            f'{{"codes": [{CODE}],\n"queues": {json.dumps({f"{number}": ["a"] for number in range(101)})}}}',
            ":2: the policy's queues must have at most 100 entries",
        ),
        (f'{{"codes": [{CODE}],\n"default": "b"}}', ":2: the policy's default is the name of no code that can be set"),
        (
            f'{{"codes": [{CODE}, {{"name": "b", "displayName": "B"}}], "queues": {{"q": ["a"]}},\n"default": "b"}}',
            ":2: the policy's default is no code of each queue",
        ),
        (f'{{"codes": [{CODE}],\n"lateHours": -1}}', ":2: the policy's lateHours must be from 0 to 8760"),
        (f'{{"codes": [{CODE}],\n"lateHours": 8761}}', ":2: the policy's lateHours must be from 0 to 8760"),
        (f'{{"codes": [{CODE}],\n"lateHours": 1.5}}', ":2: the policy's lateHours must be a whole number"),
        (f'{{"codes": [{CODE}],\n"Enforce": true}}', ":2: the policy's Enforce is no member of a policy"),
    ],
)
def test_what_is_no_policy_is_told_with_its_line(text: str, fault: str, tmp_path: Path) -> None:
    assert told(text, tmp_path) == fault


def test_what_is_nested_too_deep_is_told_with_its_line(tmp_path: Path) -> None:
    inner = ""
    for level in range(9, 0, -1):
        inner = f'\n{{"name": "{level}", "displayName": "x", "children": [{inner}]}}'
    assert told(f'{{"codes": [{inner}]}}', tmp_path) == ":10: the code is nested more than 8 levels deep"


def test_what_is_larger_than_an_item_can_be_is_refused(tmp_path: Path) -> None:
    codes = [{"name": f"{number}", "displayName": "\U0001f600" * 128} for number in range(256)]
    fault = told(json.dumps({"codes": codes}, ensure_ascii=False), tmp_path)
    assert fault == ": the policy has more than 390,000 bytes as compact JSON in ASCII"


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, "Is a directory"), (tmp_path / "none", "No such file or directory")):
        with pytest.raises(policy_file.BadFile, match=f"^{path}: {reason}$"):
            policy_file.read(str(path))


def test_a_byte_order_mark_tabs_and_line_ends_of_windows_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    text = f'{{\r\n\t"codes": [{CODE}],\r\n\t"default": "b"\r\n}}'
    path.write_bytes(b"\xef\xbb\xbf" + text.replace('"b"', '"a"').encode())
    assert policy_file.read(str(path))["default"] == "a"
    assert told(b"\xef\xbb\xbf" + text.encode(), tmp_path).startswith(":3: ")


def test_lines_are_found_behind_signs_in_text() -> None:
    text = '{"a{[\\"": [1,\n{"]": "}:,\\\\", "b": [[],\n{}, null]}],\n"c\\u00e4":\n-1.5e3}'
    assert [line_of(text, place) for place in ((), ('a{["', 0), ('a{["', 1, "]"), ('a{["', 1, "b", 0))] == [1, 1, 2, 2]
    assert line_of(text, ('a{["', 1, "b", 2)) == 3
    assert line_of(text, ("c\u00e4",)) == 4
    assert line_of(text, ("c\u00e4", "missing", 3)) == 4
