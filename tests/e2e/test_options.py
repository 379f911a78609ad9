"""A stack whose parameters are other than by default: FIFO, a key of one's own, no personal data, expiry, a second
factor for who has one, short tokens, reserved executions (which the emulator doesn't reserve).

The emulator encrypts nothing: what the key is for, tests/unit/test_template.py checks.
"""

import itertools
import json
import time
from collections.abc import Iterator

import pytest

from local import deploy, engine, seed, stack
from local.demo import PUBLIC_URL
from local.stack import Stack
from operate.load.desktop import life
from tests.e2e.copies import subscribe
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import body

CHOSEN = {
    "TopicType": "fifo", "PersonalData": "omit", "RetentionDays": "30", "Mfa": "OPTIONAL", "TokenMinutes": "5",
    "RefreshTokenDays": "1", "ApiConcurrency": "20", "NotifierConcurrency": "2", "TlsPolicy": "TLS_1_0",
}  # fmt: skip


@pytest.fixture(scope="module")
def key() -> list[str]:
    """The ARN of the key, once there is one."""
    return []


@pytest.fixture(scope="module")
def other(key: list[str]) -> Iterator[Stack]:
    home = deploy.ROOT / ".local/options"
    running = engine.start(engine.free_port(), home)
    try:
        key += [deploy.clients(running)("kms").create_key()["KeyMetadata"]["Arn"]]
        yield stack.bring_up(running, PUBLIC_URL, home, print, KmsKeyArn=key[0], **CHOSEN)
    finally:
        engine.stop(running)


def make_session(stack: Stack, session_id: str) -> None:
    assert seed.create_session(stack.client, stack.table, session_id)
    assert numbers(stack, 1) == [33]


def numbers(stack: Stack, count: int) -> list[int]:
    """The numbers of the next notifications, which hold nothing personal."""
    got = [*itertools.islice(stack.notifications(20), count)]
    assert not [one for one in ("TestName", "FirstL", "userData") if one in json.dumps([*map(body, got)])]
    return [int(one["MessageAttributes"]["referenceId"]["StringValue"]) for one in got]


def test_a_fifo_topic_gets_each_sessions_changes_in_order_and_without_personal_data(other: Stack) -> None:
    assert other.outputs["NotificationTopicArn"].endswith(".fifo")
    make_session(other, "in-order")
    desktop = Desktop(other, other.token)
    for number in range(20):
        assert desktop.set_disposition("in-order", disposition=str(number)).status == 200
    assert numbers(other, 20) == [*range(34, 54)]


def test_a_subscriber_is_exact_all_the_same(other: Stack, key: list[str]) -> None:
    subscriber = subscribe(other, "fifo-copies", TopicType="fifo", KmsKeyArn=key[0])
    make_session(other, "read")
    for number in range(5):
        Desktop(other, other.token).set_disposition("read", disposition=str(number))
    subscriber.await_exact("read")
    assert numbers(other, 5) == [*range(34, 39)]


def test_a_session_is_told_at_its_end_when_to_expire(other: Stack) -> None:
    make_session(other, "ended")
    desktop = Desktop(other, other.token)
    assert desktop.operate("Complete", "ended").status == 200
    days = (int(desktop.item("ended")["expiresAt"]["N"]) - time.time()) / 86_400
    assert 29.9 < days < 30.1


def test_tokens_live_as_long_as_they_are_to(other: Stack) -> None:
    assert life(other.token) == 5 * 60
    client = other.client("cognito-idp").describe_user_pool_client(
        UserPoolId=other.outputs["AgentPoolId"], ClientId=other.outputs["AgentPoolClientId"]
    )["UserPoolClient"]
    assert f"{client['RefreshTokenValidity']} {client['TokenValidityUnits']['RefreshToken']}" == "1 days"


def test_agents_can_have_a_second_factor(other: Stack) -> None:
    pool = other.client("cognito-idp").describe_user_pool(UserPoolId=other.outputs["AgentPoolId"])["UserPool"]
    assert pool["MfaConfiguration"] == "OPTIONAL"
