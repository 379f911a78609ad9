"""What linters don't see in the template: who may do what, and how the stream is read."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from desktop_channel import app as channel
from facebook_session.aws import CONNECT_TIMEOUT_SECONDS
from facebook_session.errors import (
    BodyTooLarge,
    NotAuthenticated,
    RouteNotFound,
    SessionError,
    Unavailable,
    UnreadableBody,
)
from facebook_session.listing import OPEN_SESSIONS, SESSIONS_BY_STATE
from facebook_session.quarantine import PREFIX
from facebook_session.user_data import KEY
from operate.__main__ import READ_TIMEOUT_SECONDS
from operate.forget import REQUEST_SECONDS
from rest_api import answers
from rest_api.requests import FEATURE, MAX_BODY_BYTES
from session_api.app import _LAST_CALL_SECONDS, _READ_TIMEOUT_SECONDS
from session_api.app import ROUTES as ROUTES_OF_API
from session_eraser.app import _ERASURE_MILLISECONDS
from session_notifier.app import _ROUND_MILLISECONDS
from tests.template import TEMPLATE, api_events, authorizer, of_type

RESOURCES = TEMPLATE["Resources"]
GLOBALS = TEMPLATE["Globals"]
ROUTES = {**ROUTES_OF_API, **channel.ROUTES}

LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
TRACES = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")

ALLOWED = {
    "SessionApiFunctionRole": {
        "SessionTable.Arn": (
            "dynamodb:BatchGetItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
        ),
        "${SessionTable.Arn}/index/OpenSessions": ("dynamodb:Query",),
        "${SessionTable.Arn}/index/SessionsByState": ("dynamodb:Query",),
        "MessageTable.Arn": ("dynamodb:BatchWriteItem", "dynamodb:Query"),
        "SettingTable.Arn": ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        "DesktopTable.Arn": ("dynamodb:GetItem", "dynamodb:PutItem"),
        "AgentPool.Arn": ("cognito-idp:AdminGetUser", "cognito-idp:AdminListGroupsForUser"),
        "SessionApiFunctionLog.Arn": LOGS,
        "*": TRACES,
    },
    "SessionNotifierFunctionRole": {
        "SessionTable.StreamArn": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
        "${SessionTable.Arn}/stream/*": ("dynamodb:ListStreams",),
        "NotificationTopic": ("sns:Publish",),
        "MessageTable.Arn": ("dynamodb:BatchWriteItem",),
        "RemovalQueue.Arn": ("sqs:SendMessage",),
        "${UndeliveredBucket.Arn}/*": ("s3:PutObject",),
        "UndeliveredBucket.Arn": ("s3:ListBucket",),
        "SessionNotifierFunctionLog.Arn": LOGS,
        "*": TRACES,
    },
    "SessionEraserFunctionRole": {
        "RemovalQueue.Arn": ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
        "MessageTable.Arn": ("dynamodb:BatchWriteItem", "dynamodb:Query"),
        f"${{UndeliveredBucket.Arn}}/{PREFIX}*": ("s3:DeleteObjectVersion",),
        "UndeliveredBucket.Arn": ("s3:ListBucketVersions",),
        "SessionEraserFunctionLog.Arn": LOGS,
        "*": TRACES,
    },
    "DesktopChannelFunctionRole": {
        "DesktopTable.Arn": (
            "dynamodb:BatchWriteItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Query",
            "dynamodb:UpdateItem",
        ),
        "DesktopChannelFunctionLog.Arn": LOGS,
        "*": TRACES,
    },
    "DesktopNotifierFunctionRole": {
        "SessionTable.StreamArn": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
        "${SessionTable.Arn}/stream/*": ("dynamodb:ListStreams",),
        "DesktopTable.Arn": ("dynamodb:BatchWriteItem", "dynamodb:Query"),
        "DesktopNotifierFunctionLog.Arn": LOGS,
        "*": TRACES,
    },
    "UndeliveredGaugeFunctionRole": {
        "UndeliveredBucket.Arn": ("s3:ListBucket",),
        "UndeliveredGaugeFunctionLog.Arn": LOGS,
        "*": TRACES,
    },
}


def actions(statement: dict[str, Any]) -> tuple[str, ...]:
    named = statement["Action"]
    return tuple(sorted([named] if isinstance(named, str) else named))


def resources(statement: dict[str, Any]) -> list[str]:
    named = statement["Resource"]
    return [named] if isinstance(named, str) else named


@pytest.mark.parametrize("role", ALLOWED)
def test_a_role_has_just_what_its_function_uses(role: str) -> None:
    statements = [one for one in statements_of(role) if isinstance(one, dict)]
    assert {one["Effect"] for one in statements} == {"Allow"}
    assert {resource: actions(one) for one in statements for resource in resources(one)} == ALLOWED[role]
    assert "ManagedPolicyArns" not in RESOURCES[role]["Properties"]


def statements_of(role: str) -> list[Any]:
    (policy,) = RESOURCES[role]["Properties"]["Policies"]
    found: list[Any] = policy["PolicyDocument"]["Statement"]
    return found


SERVICES = {
    "SessionApiFunctionRole": "dynamodb.${AWS::Region}.amazonaws.com",
    "SessionNotifierFunctionRole": [f"{one}.${{AWS::Region}}.amazonaws.com" for one in ("dynamodb", "sns", "s3")],
    "SessionEraserFunctionRole": [f"{one}.${{AWS::Region}}.amazonaws.com" for one in ("dynamodb", "s3")],
    "DesktopChannelFunctionRole": "dynamodb.${AWS::Region}.amazonaws.com",
    "DesktopNotifierFunctionRole": "dynamodb.${AWS::Region}.amazonaws.com",
}


@pytest.mark.parametrize("role", SERVICES)
def test_a_role_may_use_a_key_of_ones_own_only_through_the_services_it_calls(role: str) -> None:
    ((condition, statement, otherwise),) = [one for one in statements_of(role) if isinstance(one, list)]
    assert (condition, otherwise) == ("HasKmsKey", "AWS::NoValue")
    assert (statement["Effect"], statement["Resource"]) == ("Allow", "KmsKeyArn")
    assert statement["Action"] == [
        "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*",
    ]  # fmt: skip
    assert statement["Condition"] == {"StringEquals": {"kms:ViaService": SERVICES[role]}}


def test_a_key_of_ones_own_is_that_of_all_that_lies_somewhere() -> None:
    own = {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": "KmsKeyArn"}
    for table in of_type("AWS::DynamoDB::Table").values():
        assert table["SSESpecification"] == ["HasKmsKey", own, {"SSEEnabled": True}]
    (bucket,) = of_type("AWS::S3::Bucket").values()
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == [
        "HasKmsKey", {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "KmsKeyArn"}, {"SSEAlgorithm": "AES256"},
    ]  # fmt: skip
    topic = RESOURCES["NotificationTopic"]["Properties"]
    assert topic["KmsMasterKeyId"] == ["HasKmsKey", "KmsKeyArn", "alias/aws/sns"]


def test_what_is_kept_of_a_desktop_can_expire_and_is_by_user_and_place() -> None:
    table = RESOURCES["DesktopTable"]["Properties"]
    assert [one["AttributeName"] for one in table["KeySchema"]] == ["userName", "place"]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert TEMPLATE["Outputs"]["DesktopTableName"]["Value"] == "DesktopTable"


def test_a_session_that_has_expired_is_removed() -> None:
    table = RESOURCES["SessionTable"]["Properties"]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert TEMPLATE["Parameters"]["RetentionDays"]["Default"] == 0


def test_each_function_has_a_role_of_its_own_and_no_other() -> None:
    functions = of_type("AWS::Serverless::Function")
    assert {one["Role"] for one in functions.values()} == {f"{role}.Arn" for role in ALLOWED}
    assert all("Policies" not in one for one in functions.values())


OF_SYSTEMS = {
    "GET /v2/facebooksessions",
    "POST /v2/facebooksessions",
    "GET /v2/facebooksessions/{id}",
    "POST /v2/facebooksessions/{id}",
    "GET /v2/facebooksessions/{id}/messages",
    "GET /v2/facebooksessions/{id}/dispositions",
    "PUT /v2/settings/dispositions",
}
OF_ANYBODY = "GET /v2/diagnostics/version"
EVENTS = [*api_events()]
OF_METHODS = {f"{event['Method']} {event['Path']}" for _, event in EVENTS}


def paths(*methods: str) -> set[str]:
    """Those of the events of these methods."""
    return {event["Path"] for _, event in EVENTS if event["Method"] in methods}


def test_every_request_has_an_authorizer() -> None:
    api = RESOURCES["SessionApi"]["Properties"]
    assert api["Auth"]["DefaultAuthorizer"] in api["Auth"]["Authorizers"]
    assert {event["RestApiId"] for _, event in EVENTS} == {"SessionApi"}
    assert {route for route in ROUTES if authorizer(route) == "AWS_IAM"} == OF_SYSTEMS
    assert {route for route in ROUTES if authorizer(route) == ""} == ROUTES.keys() - OF_SYSTEMS - {OF_ANYBODY}
    assert {route for route in OF_METHODS if authorizer(route) == "NONE" and not route.startswith("OPTIONS")} == {
        OF_ANYBODY.replace("GET", "ANY")
    }
    of_systems = [event["Auth"] for _, event in EVENTS if event.get("Auth", {}).get("Authorizer") == "AWS_IAM"]
    assert {auth["InvokeRole"] for auth in of_systems} == {"NONE"}  # otherwise the caller itself must be allowed to


def test_a_browser_may_ask_wherever_an_agents_desktop_sends() -> None:
    assert paths("OPTIONS") == {route.split(" ")[1] for route in ROUTES if authorizer(route) == ""}


def test_what_has_no_route_reaches_the_function_which_says_so() -> None:
    assert paths("ANY") == {"/", "/{proxy+}"} | {route.split(" ")[1] for route in ROUTES}
    assert authorizer("ANY /") == authorizer("ANY /{proxy+}") == ""


def test_a_paths_other_methods_are_for_those_who_may_use_the_path() -> None:
    """HEAD is one of them: where agents read what systems put, it is the agents'."""
    assert len(EVENTS) == len(OF_METHODS)
    by_method = {route for route in OF_METHODS if route.split(" ")[0] not in ("ANY", "OPTIONS")}
    assert by_method == {"PUT /v2/settings/dispositions"}
    for method, path in (route.split(" ") for route in ROUTES if route not in by_method):
        assert authorizer(f"HEAD {path}") == authorizer(f"DELETE {path}") == authorizer(f"{method} {path}")


POLICY_BYTES = 20_480
"""So much AWS takes of statements about who may call an alias; beyond, a deployment fails, and no linter says so."""


def statement(event: dict[str, Any]) -> str:
    """By which API Gateway may call the function for an event, where all names are as long as they can be."""
    here = "ap-southeast-1:123456789012"
    source = f"arn:aws-us-gov:execute-api:{here}:abcdefghij/*/OPTIONS{event['Path']}"
    written = {
        "Sid": 100 * "x",
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"arn:aws-us-gov:lambda:{here}:function:{64 * 'x'}:live",
        "Condition": {"ArnLike": {"AWS:SourceArn": source}},
    }
    return json.dumps(written, separators=(",", ":"))


@pytest.mark.parametrize("function", sorted({name for name, _ in EVENTS}))
def test_the_right_to_call_a_function_has_room_in_its_policy(function: str) -> None:
    statements = [statement(event) for name, event in EVENTS if name == function]
    for_the_whole_api = max(map(len, statements))
    assert sum(map(len, statements)) + for_the_whole_api < 0.75 * POLICY_BYTES


def test_the_api_is_throttled_and_logs_no_bodies() -> None:
    (settings,) = RESOURCES["SessionApi"]["Properties"]["MethodSettings"]
    assert settings["ThrottlingRateLimit"] == "ThrottleRate"
    assert settings["ThrottlingBurstLimit"] == "ThrottleBurst"
    assert settings["DataTraceEnabled"] is False
    fields = set(
        re.findall(r"\$context\.([\w.]+)", RESOURCES["SessionApi"]["Properties"]["AccessLogSetting"]["Format"])
    )
    assert fields == {
        "requestId", "requestTime", "httpMethod", "resourcePath", "status", "error.responseType",
        "responseLatency", "integrationLatency",
    }  # fmt: skip


def test_bodies_reach_the_function_as_they_were_sent() -> None:
    assert RESOURCES["SessionApi"]["Properties"]["BinaryMediaTypes"] == ["*/*"]


GATEWAY_ANSWERS = {
    "UNAUTHORIZED": (403, 20),
    "ACCESS_DENIED": (403, 20),
    "EXPIRED_TOKEN": (403, 20),
    "INVALID_SIGNATURE": (403, 20),
    "MISSING_AUTHENTICATION_TOKEN": (403, 20),
    "RESOURCE_NOT_FOUND": (404, 6),
    "INVALID_API_KEY": (403, 3),
    "WAF_FILTERED": (403, 3),
    "REQUEST_TOO_LARGE": (413, 10),
    "BAD_REQUEST_BODY": (400, 2),
    "BAD_REQUEST_PARAMETERS": (400, 2),
    "UNSUPPORTED_MEDIA_TYPE": (415, 2),
    "DEFAULT_4XX": (403, 20),
    "THROTTLED": (503, 4),
    "QUOTA_EXCEEDED": (503, 4),
    "INTEGRATION_TIMEOUT": (503, 4),
    "INTEGRATION_FAILURE": (503, 4),
    "AUTHORIZER_FAILURE": (500, 4),
    "AUTHORIZER_CONFIGURATION_ERROR": (500, 4),
    "API_CONFIGURATION_ERROR": (500, 4),
    "DEFAULT_5XX": (500, 4),
}


def test_the_gateway_answers_in_the_contracts_shape() -> None:
    answers = RESOURCES["SessionApi"]["Properties"]["GatewayResponses"]
    given = {}
    for kind, answer in answers.items():
        body = json.loads(answer["ResponseTemplates"]["application/json"])
        assert set(body) == {"statusCode", "statusMessage"}
        given[kind] = (answer["StatusCode"], body["statusCode"])
        headers = dict(answer["ResponseParameters"]["Headers"])
        assert headers.pop("Access-Control-Allow-Origin") == ["HasAllowedOrigins", "'*'", "AWS::NoValue"]
        assert headers.pop("Vary") == ["HasAllowedOrigins", "'Origin'", "AWS::NoValue"]
        assert headers == ({"Retry-After": "'1'"} if answer["StatusCode"] == 503 else {})
    assert given == GATEWAY_ANSWERS


SAME_ANSWERS: dict[str, SessionError] = {
    "UNAUTHORIZED": NotAuthenticated(),
    "RESOURCE_NOT_FOUND": RouteNotFound(),
    "REQUEST_TOO_LARGE": BodyTooLarge(MAX_BODY_BYTES),
    "UNSUPPORTED_MEDIA_TYPE": UnreadableBody(),
    "INTEGRATION_TIMEOUT": Unavailable(),
}


@pytest.mark.parametrize("kind", SAME_ANSWERS)
def test_the_gateway_answers_as_the_function_would(kind: str) -> None:
    response = RESOURCES["SessionApi"]["Properties"]["GatewayResponses"][kind]
    answer = answers.refused(SAME_ANSWERS[kind])
    assert json.loads(response["ResponseTemplates"]["application/json"]) == json.loads(answer["body"])
    assert response["StatusCode"] == answer["statusCode"]


def test_the_stream_is_read_so_that_nothing_is_lost() -> None:
    assert RESOURCES["SessionNotifierFunctionSessionChange"]["Properties"] == {
        "FunctionName": "SessionNotifierFunctionAliaslive",
        "EventSourceArn": "SessionTable.StreamArn",
        "BatchSize": 100,
        "ParallelizationFactor": "NotifierParallelism",
        "StartingPosition": "TRIM_HORIZON",
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        "MetricsConfig": {"Metrics": ["EventCount"]},
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": 82800,
        "DestinationConfig": {"OnFailure": {"Destination": "UndeliveredBucket.Arn"}},
    }


def test_the_notifier_reads_a_shard_as_parallel_as_lambda_can_and_by_itself_not_at_all() -> None:
    parallelism = TEMPLATE["Parameters"]["NotifierParallelism"]
    assert [parallelism[name] for name in ("Type", "MinValue", "Default", "MaxValue")] == ["Number", 1, 1, 10]


def test_the_stream_has_two_readers() -> None:
    """It feeds no more."""
    sources = [one["EventSourceArn"] for one in of_type("AWS::Lambda::EventSourceMapping").values()]
    assert sources == 2 * ["SessionTable.StreamArn"]
    functions = of_type("AWS::Serverless::Function").values()
    assert "DynamoDB" not in [event["Type"] for one in functions for event in one.get("Events", {}).values()]


def test_what_desktops_cannot_be_told_within_minutes_is_given_up() -> None:
    assert RESOURCES["DesktopNotifierFunctionSessionChange"]["Properties"] == {
        "FunctionName": "DesktopNotifierFunctionAliaslive",
        "EventSourceArn": "SessionTable.StreamArn",
        "BatchSize": 100,
        "ParallelizationFactor": "NotifierParallelism",
        "StartingPosition": "LATEST",
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        "MetricsConfig": {"Metrics": ["EventCount"]},
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": 300,
    }


def test_a_connect_is_answered_before_api_gateway_gives_up() -> None:
    function = RESOURCES["DesktopChannelFunction"]["Properties"]
    hold = TEMPLATE["Parameters"]["HoldSeconds"]
    last_answer = channel.LAST_CALL_SECONDS + CONNECT_TIMEOUT_SECONDS + channel.READ_TIMEOUT_SECONDS
    assert hold["Default"] == hold["MaxValue"] == function["Timeout"] - last_answer == 29 - last_answer


def test_the_queue_of_removals_loses_none() -> None:
    mapping = RESOURCES["SessionEraserFunction"]["Properties"]["Events"]["Removal"]
    assert mapping == {
        "Type": "SQS",
        "Properties": {
            "Queue": "RemovalQueue.Arn",
            "BatchSize": 10,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": 2},
        },
    }
    queues = of_type("AWS::SQS::Queue")
    assert {one["MessageRetentionPeriod"] for one in queues.values()} == {14 * 24 * 60 * 60}
    assert all(one["SqsManagedSseEnabled"] for one in queues.values())
    dead = {"deadLetterTargetArn": "RemovalDeadLetterQueue.Arn", "maxReceiveCount": 5}
    assert queues["RemovalQueue"]["RedrivePolicy"] == dead


def test_the_queue_waits_for_longer_than_a_request_can_be_under_way_and_while_the_eraser_works() -> None:
    queue = RESOURCES["RemovalQueue"]["Properties"]
    assert queue["DelaySeconds"] > RESOURCES["SessionApiFunction"]["Properties"]["Timeout"]
    assert queue["DelaySeconds"] == REQUEST_SECONDS
    assert queue["VisibilityTimeout"] == 6 * RESOURCES["SessionEraserFunction"]["Properties"]["Timeout"]


@pytest.mark.parametrize(
    ("name", "resources"),
    [
        ("RemovalQueuePolicy", "RemovalQueue.Arn"),
        ("RemovalDeadLetterQueuePolicy", "RemovalDeadLetterQueue.Arn"),
        ("UndeliveredBucketPolicy", ["UndeliveredBucket.Arn", "${UndeliveredBucket.Arn}/*"]),
    ],
)
def test_queues_and_bucket_refuse_plain_http(name: str, resources: str | list[str]) -> None:
    policy = RESOURCES[name]
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert "Condition" not in policy
    assert (statement["Effect"], statement["Principal"], statement["Resource"]) == ("Deny", "*", resources)
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("name", of_type("AWS::DynamoDB::Table"))
def test_a_table_stays_and_grows_with_what_comes(name: str) -> None:
    table = RESOURCES[name]
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "DataDeletionPolicy"
    assert table["Properties"]["BillingMode"] == "PAY_PER_REQUEST"


def test_a_topic_that_is_replaced_keeps_its_subscriptions() -> None:
    """Another TopicType is another topic. With the stack both types go."""
    topic = RESOURCES["NotificationTopic"]
    assert (topic["UpdateReplacePolicy"], topic["DeletionPolicy"]) == ("Retain", "Delete")
    assert "Condition" not in topic
    of_type_alone = {name for name in ("TopicName", "FifoTopic") if topic["Properties"][name][0] == "IsFifo"}
    assert of_type_alone == {"TopicName", "FifoTopic"}


def test_the_table_is_safe() -> None:
    table = RESOURCES["SessionTable"]
    assert TEMPLATE["Parameters"]["DataDeletionPolicy"]["Default"] == "Retain"
    properties = table["Properties"]
    assert properties["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_no_change_of_a_sessions_data_writes_to_an_index() -> None:
    """What an index has of a session is where it is and who has it, and its key."""
    indexes = RESOURCES["SessionTable"]["Properties"]["GlobalSecondaryIndexes"]
    by = {one["IndexName"]: [key["AttributeName"] for key in one["KeySchema"]] for one in indexes}
    assert by == {one.name: [one.attribute, "createdAt"] for one in (OPEN_SESSIONS, SESSIONS_BY_STATE)}
    assert by == {"OpenSessions": ["owner", "createdAt"], "SessionsByState": ["state", "createdAt"]}
    assert {one["Projection"]["ProjectionType"] for one in indexes} == {"KEYS_ONLY"}


def test_the_topics_policy_lets_few_publish_and_subscribe() -> None:
    policy = RESOURCES["NotificationTopicPolicy"]
    assert "Condition" not in policy
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    for statement in statements:
        assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
        assert statement["Resource"] == "NotificationTopic"
    assert {one["Sid"]: (one["Action"], one["Condition"]) for one in statements} == {
        "OnlyTheNotifierPublishes": (
            "sns:Publish",
            {"ArnNotLike": {"aws:PrincipalArn": "SessionNotifierFunctionRole.Arn"}},
        ),
        "OnlyThisAccountSubscribes": (
            "sns:Subscribe",
            {"StringNotEquals": {"aws:PrincipalAccount": "AWS::AccountId"}},
        ),
        "OnlyByTheseProtocols": ("sns:Subscribe", {"StringNotEquals": {"sns:Protocol": "SubscriberProtocols"}}),
        "RefusePlainHttp": (["sns:Publish", "sns:Subscribe"], {"Bool": {"aws:SecureTransport": "false"}}),
    }


def test_every_function_logs_to_a_group_that_forgets() -> None:
    groups = of_type("AWS::Logs::LogGroup")
    assert {one["RetentionInDays"] for one in groups.values()} == {"LogRetentionDays"}
    for function in of_type("AWS::Serverless::Function").values():
        assert function["LoggingConfig"]["LogGroup"] in groups
    assert RESOURCES["SessionApi"]["Properties"]["AccessLogSetting"]["DestinationArn"] == "SessionApiAccessLog.Arn"


def test_lambda_enters_where_garbage_is_not_collected() -> None:
    handlers = {name: one["Handler"] for name, one in of_type("AWS::Serverless::Function").items()}
    assert handlers == {
        "SessionApiFunction": "session_api.handler.lambda_handler",
        "SessionNotifierFunction": "session_notifier.handler.lambda_handler",
        "SessionEraserFunction": "session_eraser.handler.lambda_handler",
        "DesktopChannelFunction": "desktop_channel.handler.lambda_handler",
        "DesktopNotifierFunction": "desktop_notifier.handler.lambda_handler",
        "UndeliveredGaugeFunction": "undelivered_gauge.handler.lambda_handler",
    }


def test_the_functions_have_time_for_their_repeats() -> None:
    last_answer = _LAST_CALL_SECONDS + CONNECT_TIMEOUT_SECONDS + _READ_TIMEOUT_SECONDS
    assert RESOURCES["SessionApiFunction"]["Properties"]["Timeout"] - 5 >= last_answer
    assert RESOURCES["SessionApiFunction"]["Properties"]["Timeout"] < 29
    assert RESOURCES["SessionNotifierFunction"]["Properties"]["Timeout"] * 1000 >= 2 * _ROUND_MILLISECONDS
    assert RESOURCES["SessionEraserFunction"]["Properties"]["Timeout"] * 1000 >= 2 * _ERASURE_MILLISECONDS


@pytest.mark.parametrize("name", ["SessionNotifierFunction", "SessionEraserFunction"])
def test_redrive_and_forget_wait_for_a_function_to_the_end(name: str) -> None:
    assert RESOURCES[name]["Properties"]["Timeout"] < READ_TIMEOUT_SECONDS


def test_parameters_and_outputs_keep_their_names() -> None:
    parameters = TEMPLATE["Parameters"]
    assert parameters["PythonRuntime"]["Default"] == "python3.13"
    assert parameters["Architecture"]["Default"] == "arm64"
    assert parameters["DispositionKey"]["Default"] == "DispositionCode"
    assert parameters["PublicUrl"]["Default"] == ""
    assert {"ApiUrl", "SessionTableName", "NotificationTopicArn", "AgentPoolId", "AgentPoolClientId"} <= set(
        TEMPLATE["Outputs"]
    )
    assert {"EraserFunctionName", "RemovalQueueUrl", "RemovalDeadLetterQueueUrl"} <= set(TEMPLATE["Outputs"])
    assert {
        "SessionApi", "SessionApiFunction", "SessionNotifierFunction", "SessionTable", "NotificationTopic",
        "SessionLayer", "AgentPool", "AgentPoolClient",
    } <= set(RESOURCES)  # fmt: skip


def test_the_disposition_key_parameter_takes_what_a_request_may_name() -> None:
    assert TEMPLATE["Parameters"]["DispositionKey"]["AllowedPattern"] == KEY


def test_the_group_is_the_feature() -> None:
    assert RESOURCES["MultimediaGroup"]["Properties"]["GroupName"] == FEATURE


def test_the_layer_is_not_traced_by_the_slow_sdk() -> None:
    assert GLOBALS["Function"]["Tracing"] == "Active"
    pinned = Path(__file__).parents[2].joinpath("layers/core/requirements.txt").read_text()
    assert "aws-xray-sdk" not in pinned
