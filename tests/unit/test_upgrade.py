"""This template over the previous release's: CloudFormation must change what is there, and make nothing of it anew."""

import copy
import functools
import json
import operator
import re
import tomllib
from collections.abc import Iterator, Mapping
from math import inf
from typing import Any, Final

import pytest

from tests import releases, schemas
from tests.template import ROOT, TEMPLATE, of_type

Template = Mapping[str, Any]
Resource = Mapping[str, Any]

GONE: Final = {"AwsEndpointUrl", "PlainHttp"}
"""Parameters of 0.1.0 that there are no more; `sam deploy` passes on only those that the template has."""

HOLDS_SOMETHING: Final = (
    "AWS::ApiGateway::RestApi",  # its address
    "AWS::ApiGateway::Stage",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolGroup",
    "AWS::DynamoDB::Table",
    "AWS::Lambda::EventSourceMapping",  # its place in the stream
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",  # its subscriptions
    "AWS::SQS::Queue",
)
# What cfn-lint's schemas of the resource types don't say. Another view of the stream is another stream, for which the
# mapping is made anew; how users are named Cognito doesn't change.
BESIDES_SCHEMAS: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::DynamoDB::Table": ("LocalSecondaryIndexes", "StreamSpecification"),
    "AWS::Cognito::UserPool": ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration"),
}
MAX_INDEX_CHANGES: Final = 1
"""So many indexes of a table can be created or deleted by one update of a stack; DynamoDB refuses more."""


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return releases.previous_template(tmp_path_factory.mktemp("release"))


# ------------------------------------------------------------------ what CloudFormation makes of a template
def resources(template: Template) -> dict[str, Resource]:
    """By logical ids; of SAM's resources, with the names that SAM gives them, those of which something can depend."""
    found: dict[str, Resource] = {}
    for name, resource in template["Resources"].items():
        found |= dict(_of_sam(name, resource)) if "Serverless" in resource["Type"] else {name: resource}
    return found


def _of_sam(name: str, resource: Resource) -> Iterator[tuple[str, Resource]]:
    """Not the layer, of which each version has a name of its own."""
    properties = resource["Properties"]
    if resource["Type"] == "AWS::Serverless::Api":
        yield name, {"Type": "AWS::ApiGateway::RestApi", "Properties": properties}
        yield f"{name}{properties['StageName']}Stage", {"Type": "AWS::ApiGateway::Stage", "Properties": properties}
    if resource["Type"] == "AWS::Serverless::Function":
        yield name, {"Type": "AWS::Lambda::Function", "Properties": properties}
        for event, one in properties.get("Events", {}).items():
            if one["Type"] in ("DynamoDB", "SQS"):
                source = {"EventSourceArn": one["Properties"].get("Stream", one["Properties"].get("Queue"))}
                mapping = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": one["Properties"] | source}
                yield f"{name}{event}", mapping


def replacing(kind: str) -> set[str]:
    """The properties whose change makes a resource of this type anew."""
    return schemas.replacing(kind) | {*BESIDES_SCHEMAS.get(kind, ())}


def made_anew(old: Template, new: Template) -> set[str]:
    """What the new template replaces of the old one's, and what it has not any more of that which holds something."""
    after = resources(new)
    return {
        name
        for name, resource in resources(old).items()
        if (name not in after and resource["Type"] in HOLDS_SOMETHING)
        or (name in after and not _is_kept(resource, after[name]))
    }


def _is_kept(before: Resource, after: Resource) -> bool:
    if before["Type"] in HOLDS_SOMETHING and before.get("Condition") != after.get("Condition"):
        return False
    return before["Type"] == after["Type"] and all(
        before["Properties"].get(name) == after["Properties"].get(name) for name in replacing(before["Type"])
    )


def index_changes(old: Template, new: Template) -> dict[str, int]:
    """For each table, how many of its indexes an update creates or deletes. To change one is to do both."""
    before, after = _indexes(old), _indexes(new)
    return {table: len(before[table] ^ after[table]) for table in before.keys() & after}


def _indexes(template: Template) -> dict[str, set[str]]:
    return {
        name: {json.dumps(index) for index in properties.get("GlobalSecondaryIndexes", ())}
        for name, properties in _tables(template).items()
    }


def attribute_types(template: Template) -> dict[tuple[str, str], str]:
    """Of the attributes in keys, by table and name."""
    return {
        (table, attribute["AttributeName"]): attribute["AttributeType"]
        for table, properties in _tables(template).items()
        for attribute in properties["AttributeDefinitions"]
    }


def _tables(template: Template) -> dict[str, Mapping[str, Any]]:
    return of_type("AWS::DynamoDB::Table", template)


def test_nothing_is_made_anew(previous: Template) -> None:
    assert made_anew(previous, TEMPLATE) == set()


def test_an_attribute_keeps_its_type(previous: Template) -> None:
    """DynamoDB can't change it: CloudFormation would make another table."""
    before, after = attribute_types(previous), attribute_types(TEMPLATE)
    assert before.items() <= after.items()


def test_a_table_gets_or_loses_one_index_at_most(previous: Template) -> None:
    assert max(index_changes(previous, TEMPLATE).values()) <= MAX_INDEX_CHANGES


# ------------------------------------------------------------------ that the checks would notice
def changed(place: str, value: Any) -> Template:
    """This template with another value at a place below Resources, such as "SessionTable.Properties.TableName"; None
    takes away what is there.
    """
    template: dict[str, Any] = copy.deepcopy(TEMPLATE)
    *way, last = place.split(".")
    parent = functools.reduce(operator.getitem, way, template["Resources"])
    if value is None:
        del parent[last]
    else:
        parent[last] = value
    return template


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("SessionTable.Properties.TableName", "sessions"),
        ("MessageTable.Properties.KeySchema", [{"AttributeName": "sessionId", "KeyType": "HASH"}]),
        ("SessionTable.Properties.StreamSpecification", {"StreamViewType": "NEW_IMAGE"}),
        ("SettingTable.Condition", "IsFifo"),
        ("DesktopTable", None),
        ("AgentPool.Properties.UsernameConfiguration", {"CaseSensitive": False}),
        ("AgentPool.Properties.UsernameAttributes", ["email"]),
        ("AgentPoolClient.Properties.GenerateSecret", True),
        ("MultimediaGroup.Properties.GroupName", "multimedia"),
        ("NotificationTopic.Properties.TopicName", "notifications"),
        ("NotificationTopic.Properties.FifoTopic", True),
        ("RemovalQueue.Properties.QueueName", "removals"),
        ("RemovalDeadLetterQueue.Properties.FifoQueue", True),
        ("UndeliveredBucket.Properties.BucketName", "undelivered"),
        ("SessionApiFunctionLog.Properties.LogGroupName", "sessions"),
        ("SessionApiFunction.Properties.FunctionName", "sessions"),
        ("SessionApi.Properties.StageName", "live"),
        ("SessionNotifierFunctionSessionChange.Properties.StartingPosition", "LATEST"),
        ("SessionNotifierFunctionSessionChange.Properties.EventSourceArn", "MessageTable.StreamArn"),
        ("SessionNotifierFunctionSessionChange", None),
        ("SessionEraserFunction.Properties.Events.Removal.Properties.Queue", "RemovalDeadLetterQueue.Arn"),
    ],
)
def test_what_is_made_anew_is_noticed(place: str, value: Any) -> None:
    assert made_anew(TEMPLATE, changed(place, value))


def test_what_only_changes_is_not_made_anew() -> None:
    assert made_anew(TEMPLATE, changed("SessionTable.Properties.BillingMode", "PROVISIONED")) == set()
    assert made_anew(TEMPLATE, changed("SessionApiFunction.Properties.Timeout", 20)) == set()


@pytest.mark.parametrize(
    ("indexes", "changes"),
    [
        (["OpenSessions", "SessionsByState"], 0),
        (["OpenSessions"], 1),
        (["OpenSessions", "SessionsByState", "SessionsByQueue"], 1),
        ([], 2),
        (["OpenSessions", "SessionsByQueue"], 2),
    ],
)
def test_indexes_are_counted(indexes: list[str], changes: int) -> None:
    there = {one["IndexName"]: one for one in _tables(TEMPLATE)["SessionTable"]["GlobalSecondaryIndexes"]}
    new = changed(
        "SessionTable.Properties.GlobalSecondaryIndexes", [there.get(name, {"IndexName": name}) for name in indexes]
    )
    assert index_changes(TEMPLATE, new)["SessionTable"] == changes


# ------------------------------------------------------------------ what operators have written down
def test_parameters_stay(previous: Template) -> None:
    assert previous["Parameters"].keys() - TEMPLATE["Parameters"].keys() == GONE


def test_a_new_parameter_needs_no_value(previous: Template) -> None:
    new = TEMPLATE["Parameters"].keys() - previous["Parameters"].keys()
    assert [name for name in new if "Default" not in TEMPLATE["Parameters"][name]] == []


def test_a_parameter_takes_what_it_took(previous: Template) -> None:
    """A stack keeps its values. Of the patterns, only that they take the former default."""
    for name, before in previous["Parameters"].items():
        if name not in GONE:
            after = TEMPLATE["Parameters"][name]
            assert after["Type"] == before["Type"]
            assert {*after.get("AllowedValues", ())} >= {*before.get("AllowedValues", ())}
            assert ("AllowedValues" in after) == ("AllowedValues" in before)
            assert after.get("MinValue", -inf) <= before.get("MinValue", -inf)
            assert after.get("MaxValue", inf) >= before.get("MaxValue", inf)
            assert re.search(after.get("AllowedPattern", ""), str(before["Default"]))


def test_outputs_stay(previous: Template) -> None:
    assert previous["Outputs"].keys() <= TEMPLATE["Outputs"].keys()


def test_what_samconfig_names_is_there() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    deployed = [config[name]["deploy"]["parameters"] for name in ("default", "prod", "local")]
    words = " ".join(one.get("parameter_overrides", "") for one in deployed).split()
    assert {word.split("=")[0] for word in words} <= TEMPLATE["Parameters"].keys()
