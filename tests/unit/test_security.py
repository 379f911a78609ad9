"""What a security review asks of the template: each role to its own and to no more, nothing public, nothing in plain
text, nothing lost by one command, and tokens that end.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests import schemas
from tests.calls import called
from tests.template import ROOT, TEMPLATE, of_type, read

RESOURCES: Final = TEMPLATE["Resources"]
PARAMETERS: Final = TEMPLATE["Parameters"]
FUNCTIONS: Final = [*of_type("AWS::Serverless::Function")]
ROLES: Final = [f"{function}Role" for function in FUNCTIONS]

Statement = dict[str, Any]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(role: str) -> list[Statement]:
    """That of a key of one's own, which has a condition, as if there were one."""
    (policy,) = RESOURCES[role]["Properties"]["Policies"]
    found = policy["PolicyDocument"]["Statement"]
    return [one[1] if isinstance(one, list) else one for one in found]


def rights() -> Iterator[tuple[str, str, str]]:
    """Role, action and resource, one by one."""
    for role in ROLES:
        for one in statements(role):
            yield from ((role, action, to) for action in listed(one["Action"]) for to in listed(one["Resource"]))


# ---------------------------------------------------------------- What is the stack's own


def owner(resource: str) -> str:
    """The resource of the template that an ARN's text begins with: `Name`, `Name.Arn` or `${Name.Arn}/…`."""
    found = re.match(r"\$\{(\w+)(?:\.\w+)?\}|(\w+)(?:\.\w+)?$", resource)
    return (found[1] or found[2]) if found else ""


def test_a_role_reaches_what_its_own_stack_made_and_nothing_else() -> None:
    """A table, topic or bucket of another stack has another ARN; only X-Ray knows no resource, and the key is given."""
    of_others = {(action, to) for _, action, to in rights() if owner(to) not in RESOURCES}
    keys = {action for action, to in of_others if to == "KmsKeyArn"}
    assert all(action.startswith("kms:") for action in keys)
    assert {one for one in of_others if one[1] != "KmsKeyArn"} == {
        ("xray:PutTelemetryRecords", "*"),
        ("xray:PutTraceSegments", "*"),
    }


def test_no_right_is_of_a_whole_service() -> None:
    assert not [action for _, action, _ in rights() if "*" in action and not action.startswith("kms:")]
    assert {action for _, action, _ in rights() if "*" in action} == {"kms:GenerateDataKey*", "kms:ReEncrypt*"}


def test_a_role_is_for_the_service_that_needs_it() -> None:
    trusted = {}
    for role in of_type("AWS::IAM::Role"):
        (one,) = RESOURCES[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert (one["Effect"], one["Action"]) == ("Allow", "sts:AssumeRole")
        trusted[role] = one["Principal"]
    of_lambda = {role: {"Service": "lambda.amazonaws.com"} for role in ROLES}
    assert trusted == of_lambda | {"ApiGatewayAccountRole": {"Service": "apigateway.amazonaws.com"}}


_INSIDE: Final = {
    ("AWS::Serverless::Api", "StageName"),
    ("AWS::Cognito::UserPoolGroup", "GroupName"),
    ("AWS::CloudWatch::Alarm", "MetricName"),
    ("AWS::Lambda::EventSourceMapping", "FunctionName"),
    ("AWS::Lambda::Permission", "FunctionName"),
}
"""Names within a resource, which another stack's are not in the way of."""


def test_two_stacks_have_no_name_in_common() -> None:
    named = [
        value
        for one in RESOURCES.values()
        for name, value in one["Properties"].items()
        if name.endswith("Name") and (one["Type"], name) not in _INSIDE
    ]
    assert named
    assert all("AWS::StackName" in str(value) for value in named)


# ---------------------------------------------------------------- Just what the code calls

_TABLE: Final = ("facebook_session.database",)
_DESKTOPS: Final = ("facebook_session.clients", "facebook_session.mailboxes", *_TABLE)
_TRANSCRIPT: Final = ("facebook_session.transcript", *_TABLE)

WAYS: Final[dict[str, dict[str, tuple[str, tuple[str, ...]]]]] = {
    "session_api": {
        "SessionTable": ("dynamodb", ("facebook_session.store", "facebook_session.listing", *_TABLE)),
        "MessageTable": ("dynamodb", _TRANSCRIPT),
        "SettingTable": ("dynamodb", ("facebook_session.policies", *_TABLE)),
        "DesktopTable": ("dynamodb", ("session_api.contact_center", *_TABLE)),
        "AgentPool": ("cognito-idp", ("session_api.agents",)),
    },
    "session_notifier": {
        "MessageTable": ("dynamodb", _TRANSCRIPT),
        "NotificationTopic": ("sns", ("session_notifier.publisher",)),
        "RemovalQueue": ("sqs", ("session_notifier.removals",)),
        "UndeliveredBucket": ("s3", ("facebook_session.quarantine",)),
    },
    "session_eraser": {
        "MessageTable": ("dynamodb", _TRANSCRIPT),
        "UndeliveredBucket": ("s3", ("facebook_session.quarantine",)),
    },
    "desktop_channel": {
        "DesktopTable": ("dynamodb", ("desktop_channel.holds", "desktop_channel.polls", *_DESKTOPS)),
    },
    "desktop_notifier": {"DesktopTable": ("dynamodb", _DESKTOPS)},
    "undelivered_gauge": {"UndeliveredBucket": ("s3", ("facebook_session.undelivered",))},
}
"""By which modules a function comes to which resource, by which service."""

_READS_STREAM: Final = {
    f"dynamodb:{one}" for one in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
}
_READS_QUEUE: Final = {f"sqs:{one}" for one in ("DeleteMessage", "GetQueueAttributes", "ReceiveMessage")}

MAPPINGS: Final[dict[str, dict[str, set[str]]]] = {
    "session_notifier": {"SessionTable": _READS_STREAM, "UndeliveredBucket": {"s3:ListBucket", "s3:PutObject"}},
    "session_eraser": {"RemovalQueue": _READS_QUEUE},
    "desktop_notifier": {"SessionTable": _READS_STREAM},
}
"""What Lambda does by a function's role before it calls it, and where it gives up."""


def package(function: str) -> str:
    handler: str = RESOURCES[function]["Properties"]["Handler"]
    return handler.split(".")[0]


def test_each_function_has_its_ways() -> None:
    assert {package(one) for one in FUNCTIONS} == set(WAYS)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_role_may_do_what_its_code_calls_and_nothing_else(function: str) -> None:
    """Both ways: a right without a call fails here as does a call without its right."""
    name = package(function)
    wanted = {to: called(service, name, modules) for to, (service, modules) in WAYS[name].items()}
    for to, actions in MAPPINGS.get(name, {}).items():
        wanted[to] = wanted.get(to, set()) | actions
    wanted[f"{function}Log"] = {"logs:CreateLogStream", "logs:PutLogEvents"}
    given: dict[str, set[str]] = {}
    for role, action, to in rights():
        if role == f"{function}Role" and owner(to) in RESOURCES:
            given.setdefault(owner(to), set()).add(action)
    assert given == wanted


def test_the_sessions_are_only_listed_by_their_indexes() -> None:
    """Whose query of the table itself would be of one session, which is read by its key."""
    of_queries = {to for role, action, to in rights() if action == "dynamodb:Query" and owner(to) == "SessionTable"}
    indexes = RESOURCES["SessionTable"]["Properties"]["GlobalSecondaryIndexes"]
    assert of_queries == {f"${{SessionTable.Arn}}/index/{one['IndexName']}" for one in indexes}


def test_nothing_reads_a_whole_table() -> None:
    assert not [action for _, action, _ in rights() if action in ("dynamodb:Scan", "dynamodb:PartiQLSelect")]


# ---------------------------------------------------------------- Nothing public, nothing in plain text

POLICIES: Final = {
    "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics"),
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "Queues"),
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket"),
}
"""What can be reached from outside by a policy of its own, and where that is."""


def own_policy(name: str) -> list[Statement]:
    """Of a topic, queue or bucket; whether it always has one is tested too."""
    kind, to = POLICIES[RESOURCES[name]["Type"]]
    (policy,) = [RESOURCES[one] for one in of_type(kind) if name in listed(RESOURCES[one]["Properties"][to])]
    assert "Condition" not in policy
    found: list[Statement] = policy["Properties"]["PolicyDocument"]["Statement"]
    return found


@pytest.mark.parametrize("name", [name for kind in POLICIES for name in of_type(kind)])
def test_plain_http_is_refused_and_nobody_is_let_in(name: str) -> None:
    found = own_policy(name)
    assert {one["Effect"] for one in found} == {"Deny"}
    assert {owner(to) for one in found for to in listed(one["Resource"])} <= RESOURCES.keys()
    (refused,) = [one for one in found if one["Sid"] == "RefusePlainHttp"]
    assert (refused["Principal"], refused["Condition"]) == ("*", {"Bool": {"aws:SecureTransport": "false"}})
    assert name in {owner(to) for to in listed(refused["Resource"])}


@pytest.mark.parametrize(
    "path", ["template.yaml", "examples/subscriber/template.yaml", "examples/reports/template.yaml"]
)
def test_a_policy_of_a_queue_names_that_queue_alone(path: str) -> None:
    """SQS has been seen to refuse others: remind101/stacker_blueprints, pull request 71."""
    for one in of_type("AWS::SQS::QueuePolicy", read(ROOT / path)).values():
        (queue,) = one["Queues"]
        assert {each["Resource"] for each in one["PolicyDocument"]["Statement"]} == {f"{queue}.Arn"}


@pytest.mark.parametrize("name", of_type("AWS::S3::Bucket"))
def test_a_bucket_can_not_be_made_public(name: str) -> None:
    assert RESOURCES[name]["Properties"]["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True,
    }  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_no_address_of_its_own(name: str) -> None:
    assert "FunctionUrlConfig" not in RESOURCES[name]["Properties"]


def test_nobody_else_is_given_a_right() -> None:
    """A resource of one of these types would let in whom it names."""
    kinds = {one["Type"] for one in RESOURCES.values()}
    assert not kinds & {
        "AWS::Lambda::Url", "AWS::Lambda::LayerVersionPermission", "AWS::Cognito::IdentityPool", "AWS::IAM::User",
        "AWS::IAM::AccessKey",
    }  # fmt: skip
    of_functions = of_type("AWS::Lambda::Permission").values()
    assert {one["Principal"] for one in of_functions} == {"apigateway.amazonaws.com"}
    assert all(one["SourceArn"].endswith(":${AWS::AccountId}:${SessionApi}/*") for one in of_functions)
    assert not [name for name, one in of_type("AWS::DynamoDB::Table").items() if "ResourcePolicy" in one]


def test_the_apis_own_address_takes_tls_1_2_at_least() -> None:
    """By itself a regional API takes TLS 1.0."""
    policy = PARAMETERS["TlsPolicy"]
    assert policy["Default"] == "SecurityPolicy_TLS13_1_2_2021_06"
    refused = ("", "SecurityPolicy_TLS13_2025_EDGE", "SecurityPolicy_TLS12_2018_EDGE")
    assert not [one for one in refused if re.fullmatch(policy["AllowedPattern"], one)]
    assert re.fullmatch(policy["AllowedPattern"], "TLS_1_0")  # for who asks for it by its name
    api = RESOURCES["SessionApi"]["Properties"]
    assert api["SecurityPolicy"] == "TlsPolicy"
    assert api["EndpointAccessMode"] == ["RefusesOldTls", "BASIC", "AWS::NoValue"]
    assert api["AlwaysDeploy"]  # or another policy would not be in force
    assert api["EndpointConfiguration"] == {"Type": "REGIONAL"}  # of which this policy is one


def test_a_web_acl_filters_where_one_is_given() -> None:
    assert PARAMETERS["WebAclArn"]["Default"] == ""
    pattern = PARAMETERS["WebAclArn"]["AllowedPattern"]
    of_region = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/name/0a1b"
    assert re.fullmatch(pattern, of_region)
    assert not re.fullmatch(pattern, of_region.replace("regional", "global"))  # of CloudFront
    association = RESOURCES["SessionApiWebAcl"]
    assert association["Condition"] == "HasWebAcl"
    assert association["Properties"]["WebACLArn"] == "WebAclArn"
    stage = association["Properties"]["ResourceArn"].rpartition("::")[2]
    assert stage == "/restapis/${SessionApi}/stages/${SessionApi.Stage}"


# ---------------------------------------------------------------- Nothing lost by one command


@pytest.mark.parametrize("name", [*of_type("AWS::DynamoDB::Table"), "AgentPool"])
def test_what_is_to_stay_is_protected_from_being_deleted(name: str) -> None:
    kept = RESOURCES[name]
    assert kept["DeletionPolicy"] == kept["UpdateReplacePolicy"] == "DataDeletionPolicy"
    if kept["Type"] == "AWS::DynamoDB::Table":
        assert kept["Properties"]["DeletionProtectionEnabled"] == ["KeepsData", True, False]
    else:
        assert kept["Properties"]["DeletionProtection"] == ["KeepsData", "ACTIVE", "INACTIVE"]


@pytest.mark.parametrize("name", sorted({*of_type("AWS::DynamoDB::Table")} - {"DesktopTable"}))
def test_a_table_can_be_brought_back_as_it_was(name: str) -> None:
    recovery = RESOURCES[name]["Properties"]["PointInTimeRecoverySpecification"]
    assert recovery == {"PointInTimeRecoveryEnabled": True}


def test_protection_goes_with_the_parameter_that_keeps_data() -> None:
    assert TEMPLATE["Conditions"]["KeepsData"] == ["DataDeletionPolicy", "Retain"]
    assert PARAMETERS["DataDeletionPolicy"]["Default"] == "Retain"


# ---------------------------------------------------------------- Agents


def test_agents_log_in_with_a_second_factor_where_it_is_asked_for() -> None:
    assert PARAMETERS["Mfa"]["Default"] == "OFF"
    assert PARAMETERS["Mfa"]["AllowedValues"] == ["OFF", "OPTIONAL", "ON"]
    pool = RESOURCES["AgentPool"]["Properties"]
    assert pool["MfaConfiguration"] == "Mfa"
    assert pool["EnabledMfas"] == ["HasMfa", ["SOFTWARE_TOKEN_MFA"], "AWS::NoValue"]


def test_nobody_signs_up_alone_and_a_name_that_is_asked_for_is_not_told() -> None:
    assert RESOURCES["AgentPool"]["Properties"]["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    client = RESOURCES["AgentPoolClient"]["Properties"]
    assert (client["PreventUserExistenceErrors"], client["EnableTokenRevocation"]) == ("ENABLED", True)
    assert "ALLOW_USER_PASSWORD_AUTH" not in client["ExplicitAuthFlows"]  # who isn't an administrator sends no password


def test_tokens_end_when_they_are_to() -> None:
    client = RESOURCES["AgentPoolClient"]["Properties"]
    assert client["IdTokenValidity"] == client["AccessTokenValidity"] == "TokenMinutes"
    assert client["RefreshTokenValidity"] == "RefreshTokenDays"
    units = {"IdToken": "minutes", "AccessToken": "minutes", "RefreshToken": "days"}
    assert client["TokenValidityUnits"] == units


@pytest.mark.parametrize(
    ("name", "least", "default", "most"), [("TokenMinutes", 5, 60, 24 * 60), ("RefreshTokenDays", 1, 30, 3650)]
)
def test_a_token_lives_as_long_as_cognito_can_have_it(name: str, least: int, default: int, most: int) -> None:
    given = PARAMETERS[name]
    assert (given["Type"], given["MinValue"], given["Default"], given["MaxValue"]) == ("Number", least, default, most)


CHANGED: Final = {
    "AWS::Cognito::UserPool": {"MfaConfiguration", "EnabledMfas", "DeletionProtection"},
    "AWS::Cognito::UserPoolClient": {
        "IdTokenValidity", "AccessTokenValidity", "RefreshTokenValidity", "TokenValidityUnits",
    },
    "AWS::DynamoDB::Table": {"DeletionProtectionEnabled"},
    "AWS::Lambda::Function": {"ReservedConcurrentExecutions"},
    "AWS::ApiGateway::RestApi": {"SecurityPolicy", "EndpointAccessMode"},
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGED)
def test_no_such_change_replaces_what_is_there(kind: str) -> None:
    assert schemas.known(kind) >= CHANGED[kind]
    assert not schemas.replacing(kind) & CHANGED[kind]


# ---------------------------------------------------------------- Room for those who need it


@pytest.mark.parametrize(
    ("function", "condition", "parameter"),
    [
        ("SessionApiFunction", "ReservesApi", "ApiConcurrency"),
        ("SessionNotifierFunction", "ReservesNotifiers", "NotifierConcurrency"),
        ("DesktopNotifierFunction", "ReservesNotifiers", "NotifierConcurrency"),
        ("DesktopChannelFunction", "ReservesDesktops", "DesktopConcurrency"),
    ],
)
def test_executions_can_be_reserved(function: str, condition: str, parameter: str) -> None:
    """0 would be none at all to Lambda, and is none reserved here."""
    reserved = RESOURCES[function]["Properties"]["ReservedConcurrentExecutions"]
    assert reserved == [condition, parameter, "AWS::NoValue"]
    assert TEMPLATE["Conditions"][condition] == [[f"${{{parameter}}}", "0"]]
    given = PARAMETERS[parameter]
    assert (given["Type"], given["MinValue"], given["Default"]) == ("Number", 0, 0)
