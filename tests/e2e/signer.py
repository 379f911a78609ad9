"""A system: it signs its requests with SigV4."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.credentials import Credentials

from local import http
from local.http import Answer
from local.stack import Stack
from tests import policies
from tests.e2e import published

ROOT: Final = Credentials("test", "test")
"""The account's own, which may send everything."""

_ANYBODY: Final = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


@dataclass(frozen=True)
class Signer:
    stack: Stack
    credentials: Credentials = ROOT

    def send(self, route: str, content: Mapping[str, Any] | None = None, **more: str) -> Answer:
        """`route` is a method and a path behind /api; `more` are headers. Every answer must be a published one, save
        IAM's refusals: MiniStack doesn't make them of the API's gateway responses, as AWS does.
        """
        method, path = route.split(" /v2")
        body = None if content is None else json.dumps(content).encode()
        headers = http.signed(method, self.stack.api_url + path, body or b"", self.credentials)
        answer = http.send(method, self.stack.api_url + path, body, headers | more)
        if not is_iams_refusal(answer):
            published.check_answer(method, path, answer)
        return answer

    def operate(self, name: str, session_id: str, key: str | None = None, **parameters: Any) -> Answer:
        """Success must be the contract's, and nothing else."""
        more = {"Idempotency-Key": key} if key else {}
        answer = self.send(f"POST /v2/facebooksessions/{session_id}", {"operationName": name} | parameters, **more)
        assert answer.status != 200 or answer.text == '{"statusCode":0}'
        return answer


def is_iams_refusal(answer: Answer) -> bool:
    return answer.status == 403 and "execute-api:Invoke" in answer.text


def in_role(stack: Stack, role: str, policy: policies.Policy | None = None) -> Signer:
    """A system in a role that has this policy alone, by default the one that docs/operating.md gives it. The role is
    made, and assumed, anew.
    """
    iam, sts = stack.client("iam"), stack.client("sts")
    document = policies.named(policy or policies.documented()[role], stack.outputs["ApiExecutionArn"])
    with contextlib.suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(_ANYBODY))
    if document["Statement"]:
        iam.put_role_policy(RoleName=role, PolicyName="sessions", PolicyDocument=json.dumps(document))
    arn = iam.get_role(RoleName=role)["Role"]["Arn"]
    given = sts.assume_role(RoleArn=arn, RoleSessionName="once")["Credentials"]
    return Signer(stack, Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]))
