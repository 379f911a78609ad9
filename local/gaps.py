"""Where MiniStack falls short of AWS, made good after each deployment."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

Client = Callable[[str], Any]
Template = Mapping[str, Any]

_INVOCATION: Final = "arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function}/invocations"
_STAGE: Final = "api"
_HOST: Final = "127.0.0.1"


def close(client: Client, stack_name: str, template: Template) -> None:
    """`template` is the one that was deployed, as plain values."""
    names = {
        one["LogicalResourceId"]: one["PhysicalResourceId"]
        for one in client("cloudformation").list_stack_resources(StackName=stack_name)["StackResourceSummaries"]
    }
    _put_any_methods(client, names, template)
    _put_gateway_responses(client("apigateway"), names["SessionApi"], template)
    _serve_documented_path(client("apigateway"), names["SessionApi"])
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == "AWS::IAM::Role" and logical_id in names:
            _grant_batches(client("iam"), names[logical_id])


def _put_any_methods(client: Client, names: Mapping[str, str], template: Template) -> None:
    """MiniStack leaves out the methods that SAM calls `x-amazon-apigateway-any-method`."""
    gateway, api_id = client("apigateway"), names["SessionApi"]
    resources = {one["path"]: one["id"] for one in gateway.get_resources(restApiId=api_id, limit=500)["items"]}
    authorizers = {one["name"]: one["id"] for one in gateway.get_authorizers(restApiId=api_id)["items"]}
    default = template["Resources"]["SessionApi"]["Properties"]["Auth"]["DefaultAuthorizer"]
    for function, event in _api_events(template):
        if event["Method"] == "ANY":
            place = {"restApiId": api_id, "resourceId": resources[event["Path"]], "httpMethod": "ANY"}
            authorizer = event.get("Auth", {}).get("Authorizer", default)
            gateway.put_method(**place, **_authorization(authorizer, authorizers))
            uri = _INVOCATION.format(region=gateway.meta.region_name, function=names[f"{function}Aliaslive"])
            gateway.put_integration(**place, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)


def _api_events(template: Template) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each function's, with its logical id."""
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            for event in resource["Properties"].get("Events", {}).values():
                if event["Type"] == "Api":
                    yield logical_id, event["Properties"]


def _authorization(authorizer: str, pools: Mapping[str, str]) -> dict[str, str]:
    """Of a method with this authorizer, as SAM has it; `pools` are the ids of those that are user pools."""
    if authorizer in pools:
        return {"authorizationType": "COGNITO_USER_POOLS", "authorizerId": pools[authorizer]}
    return {"authorizationType": authorizer}


def _put_gateway_responses(gateway: Any, api_id: str, template: Template) -> None:
    """MiniStack reads none out of the API's OpenAPI body, which is where SAM puts them."""
    for kind, response in template["Resources"]["SessionApi"]["Properties"]["GatewayResponses"].items():
        headers = response.get("ResponseParameters", {}).get("Headers", {})
        gateway.put_gateway_response(
            restApiId=api_id,
            responseType=kind,
            statusCode=str(response["StatusCode"]),
            responseTemplates=response["ResponseTemplates"],
            responseParameters={f"gatewayresponse.header.{name}": _chosen(value) for name, value in headers.items()},
        )
    gateway.create_deployment(restApiId=api_id, stageName=_STAGE)


def _chosen(value: str | Mapping[str, Any]) -> str:
    """Of a condition, the side that this stack has: its parameters leave nothing out."""
    return value if isinstance(value, str) else str(value["Fn::If"][1])


def _serve_documented_path(gateway: Any, api_id: str) -> None:
    """Has the API answer at http://127.0.0.1:PORT/api, beside the AWS endpoints on the same port.

    An API whose paths have changed MiniStack makes anew, under another id, so the mapping is put each time.
    """
    if not any(domain["domainName"] == _HOST for domain in gateway.get_domain_names()["items"]):
        gateway.create_domain_name(domainName=_HOST)
    gateway.create_base_path_mapping(domainName=_HOST, basePath=_STAGE, restApiId=api_id, stage=_STAGE)


def _grant_batches(iam: Any, role: str) -> None:
    """MiniStack asks for actions that AWS doesn't know: there, the one for a single call covers that for a batch."""
    statements = [
        statement | {"Action": batch}
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
        if name != _GRANT
        for statement in iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"]
        for single, batch in _BATCHES.items()
        if single in statement["Action"]
    ]
    if statements:
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_role_policy(RoleName=role, PolicyName=_GRANT, PolicyDocument=policy)


_GRANT: Final = "ministack-batches"
_BATCHES: Final = {"sns:Publish": "sns:PublishBatch", "sqs:SendMessage": "sqs:SendMessageBatch"}
