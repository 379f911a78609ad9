"""What the built template must have otherwise on the embedded AWS than on AWS itself."""

from typing import Any, Final

Template = dict[str, Any]

_UNKNOWN_TYPES: Final = ("AWS::Logs::QueryDefinition",)  # MiniStack refuses a template that has them
_POLICIES: Final = ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy")
# MiniStack has no TLS, and doesn't say by which protocol somebody subscribes: these would refuse everybody.
_UNDECIDABLE: Final = ("RefusePlainHttp", "OnlyByTheseProtocols")
_NOTIFIER: Final = "arn:${AWS::Partition}:sts::${AWS::AccountId}:assumed-role/${SessionNotifierFunctionRole}/*"


def adapt(template: Template, url: str, parameters: str) -> None:
    """Changes the template that `sam build` made, for an embedded AWS at this URL; `parameters` are samconfig's."""
    _name_the_endpoint(template, url)
    _leave_out_types(template["Resources"])
    _publish_with_parameters(template, parameters)
    _leave_out_statements(template["Resources"])
    _know_the_notifier(template["Resources"])


def _name_the_endpoint(template: Template, url: str) -> None:
    """MiniStack tells its functions anyway, but sam local passes no variable that the template doesn't name."""
    _variables(template)["AWS_ENDPOINT_URL"] = url


def _publish_with_parameters(template: Template, parameters: str) -> None:
    """Others make new versions of the functions: MiniStack leaves a `!Ref` to them as it is, where on AWS
    AWS::LanguageExtensions puts the value in its place before SAM compares.
    """
    _variables(template)["PARAMETERS"] = parameters


def _variables(template: Template) -> Template:
    """Of all functions."""
    found: Template = template["Globals"]["Function"]["Environment"]["Variables"]
    return found


def _leave_out_types(resources: Template) -> None:
    for name, resource in [*resources.items()]:
        if resource["Type"] in _UNKNOWN_TYPES:
            del resources[name]


def _leave_out_statements(resources: Template) -> None:
    """A policy of nothing else goes whole."""
    for name, resource in [*resources.items()]:
        if resource["Type"] in _POLICIES:
            document = resource["Properties"]["PolicyDocument"]
            document["Statement"] = [one for one in document["Statement"] if one["Sid"] not in _UNDECIDABLE]
            if not document["Statement"]:
                del resources[name]


def _know_the_notifier(resources: Template) -> None:
    """AWS calls a function by its role's ARN, MiniStack by that of the role's session."""
    statements = resources["NotificationTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (only_the_notifier,) = [one for one in statements if one["Sid"] == "OnlyTheNotifierPublishes"]
    only_the_notifier["Condition"]["ArnNotLike"]["aws:PrincipalArn"] = {"Fn::Sub": _NOTIFIER}
