"""What the embedded AWS gets otherwise than AWS, of the template as it is."""

import copy
from typing import Any

import pytest

from local import emulated
from tests.template import TEMPLATE, of_type

URL = "http://127.0.0.1:8080"
PARAMETERS = "LogLevel=DEBUG"
QUERIES = {*of_type("AWS::Logs::QueryDefinition")}


@pytest.fixture(scope="module")
def adapted() -> dict[str, Any]:
    template = copy.deepcopy(TEMPLATE)
    emulated.adapt(template, URL, PARAMETERS)
    return template


def test_the_functions_are_told_where_aws_is(adapted: dict[str, Any]) -> None:
    assert adapted["Globals"]["Function"]["Environment"]["Variables"]["AWS_ENDPOINT_URL"] == URL
    assert "AWS_ENDPOINT_URL" not in TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]


def test_other_parameters_are_another_environment_of_the_functions(adapted: dict[str, Any]) -> None:
    assert adapted["Globals"]["Function"]["Environment"]["Variables"]["PARAMETERS"] == PARAMETERS


def test_policies_keep_what_can_be_decided_there(adapted: dict[str, Any]) -> None:
    assert "aws:SecureTransport" in str(TEMPLATE)
    assert "aws:SecureTransport" not in str(adapted)
    assert TEMPLATE["Resources"].keys() - adapted["Resources"].keys() == {
        "RemovalQueuePolicy",
        "RemovalDeadLetterQueuePolicy",
        "UndeliveredBucketPolicy",
        *QUERIES,
    }


def test_the_topics_policy_calls_the_notifier_as_it_is_called_there(adapted: dict[str, Any]) -> None:
    statements = adapted["Resources"]["NotificationTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    role = "arn:${AWS::Partition}:sts::${AWS::AccountId}:assumed-role/${SessionNotifierFunctionRole}/*"
    assert {one["Sid"]: one["Condition"] for one in statements} == {
        "OnlyTheNotifierPublishes": {"ArnNotLike": {"aws:PrincipalArn": {"Fn::Sub": role}}},
        "OnlyThisAccountSubscribes": {"StringNotEquals": {"aws:PrincipalAccount": "AWS::AccountId"}},
    }


def test_all_else_is_as_on_aws(adapted: dict[str, Any]) -> None:
    policies = {
        "RemovalQueuePolicy",
        "RemovalDeadLetterQueuePolicy",
        "UndeliveredBucketPolicy",
        "NotificationTopicPolicy",
    }
    others = TEMPLATE["Resources"].keys() - policies - QUERIES
    assert {name: adapted["Resources"][name] for name in others} == {
        name: TEMPLATE["Resources"][name] for name in others
    }
    assert adapted["Parameters"] == TEMPLATE["Parameters"]
    assert adapted["Outputs"] == TEMPLATE["Outputs"]
