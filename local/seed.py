"""Puts agents and the page's session into a deployed stack."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from local.gaps import Client
from local.problem import Problem

FEATURE: Final = "api-multimedia"
PAGE_AGENT: Final = "TestName"
PAGE_SESSION: Final = "0000Na9B26EF003M"
PAGE_REFERENCE_ID: Final = 33

_NO_RECORDS: Final = {"L": [{"B": b""}] * 32}
"""The idempotency records of a session that nothing has changed, as the layer's `NO_RECORDS`; a test compares."""

_NO_HISTORY: Final[dict[str, Any]] = {"dispositions": {"L": []}, "dispositionNumbers": {"L": []}}
"""Of dispositions, likewise."""

_CHALLENGED: Final = (
    "{agent} can't be logged in by password alone: Cognito answers with {challenge}. "
    "That needs a stack with the parameter Mfa=OFF, or Mfa=OPTIONAL and an agent without an authenticator app."
)


def log_in(client: Client, outputs: Mapping[str, str], user_name: str, groups: Iterable[str] = (FEATURE,)) -> str:
    """An ID token of the agent, who is made, in these groups, where the pool has none of that name.

    Raises Problem where the pool wants more than a password.
    """
    make_agent(client, outputs, user_name, groups)
    cognito, pool = client("cognito-idp"), outputs["AgentPoolId"]
    password = f"Aa1-{secrets.token_urlsafe(24)}"
    cognito.admin_set_user_password(UserPoolId=pool, Username=user_name, Password=password, Permanent=True)
    login = cognito.admin_initiate_auth(
        UserPoolId=pool,
        ClientId=outputs["AgentPoolClientId"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user_name, "PASSWORD": password},
    )
    if "AuthenticationResult" not in login:
        raise Problem(_CHALLENGED.format(agent=user_name, challenge=login["ChallengeName"]))
    return str(login["AuthenticationResult"]["IdToken"])


def make_agent(client: Client, outputs: Mapping[str, str], user_name: str, groups: Iterable[str] = (FEATURE,)) -> bool:
    """Makes an agent, in these groups; False where the pool has one of that name."""
    cognito, pool = client("cognito-idp"), outputs["AgentPoolId"]
    try:
        cognito.admin_create_user(UserPoolId=pool, Username=user_name, MessageAction="SUPPRESS")
    except cognito.exceptions.UsernameExistsException:
        return False
    for group in groups:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=user_name, GroupName=group)
    return True


def create_session(
    client: Client, table: str, session_id: str = PAGE_SESSION, agent: str = PAGE_AGENT, **attributes: Any
) -> bool:
    """Puts the page's session, save for what is given otherwise; False where there is one of that id."""
    try:
        client("dynamodb").put_item(
            TableName=table,
            Item=item(session_id, agent) | attributes,
            ConditionExpression="attribute_not_exists(id)",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return False
        raise
    return True


def item(session_id: str, agent: str) -> dict[str, Any]:
    """The page's session under another id or another agent, as DynamoDB has it."""
    return {
        "id": {"S": session_id},
        "state": {"S": "Chatting"},
        "participants": {
            "L": [
                _participant(agent, "Agent", "009052C73228006D", userName=agent),
                _participant("FirstL", "Customer", "009052C73223006B"),
            ]
        },
        "agents": {"SS": [agent]},
        "owner": {"S": agent},
        "userData": {"M": {}},
        "userDataBytes": {"N": "0"},
        "referenceId": {"N": str(PAGE_REFERENCE_ID)},
        "requests": _NO_RECORDS,
        "taken": _NO_RECORDS,
        **_NO_HISTORY,
        "createdAt": {"S": "2014-01-09T09:58:12.035+00:00"},
        "updatedAt": {"S": "2014-01-09T09:58:12.035+00:00"},
    }


def _participant(nickname: str, kind: str, participant_id: str, **more: str) -> dict[str, Any]:
    fields = {"nickname": nickname, "type": kind, "participantId": participant_id} | more
    return {"M": {name: {"S": value} for name, value in fields.items()}}
