"""What the whole stack promises, over HTTP, with IAM enforced."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from local import demo, queues, seed
from local.stack import Stack
from tests.bad_input import bad_bodies
from tests.e2e.desktop import Desktop
from tests.e2e.subscriber import announced, body, everything, make_session
from tests.template import TEMPLATE

PATH = f"/me/facebooksessions/{seed.PAGE_SESSION}"
GOOD = json.dumps(demo.REQUEST).encode()


def test_the_pages_exchange(up: Stack) -> None:
    """Comes first: the page's session is as the stack was brought up with it."""
    everything(up)
    played = demo.exchange(up)
    assert played.answer == '{"statusCode":0}'
    assert played.notification == demo.NOTIFICATION
    assert played.event == {"channel": "/v2/me/facebooksession", "data": demo.NOTIFICATION}
    assert played.etag == '"34"'


def test_the_former_path_does_the_same(desktop: Desktop, up: Stack) -> None:
    make_session(up, "former-path")
    assert desktop.send("/me/facebooksession/former-path", GOOD).status == 200
    assert [body(one)["referenceId"] for one in announced(up, 1)] == [34]


def test_the_same_disposition_again_is_a_success_that_nobody_hears_of(desktop: Desktop, up: Stack) -> None:
    make_session(up, "again")
    first, second = desktop.set_disposition("again", disposition="x"), desktop.set_disposition("again", disposition="x")
    assert (first.status, first.headers["ETag"]) == (second.status, second.headers["ETag"]) == (200, '"34"')
    assert len(announced(up, 1)) == 1


@pytest.mark.parametrize("token", [None, "", "rubbish", "Bearer rubbish", "a.b.c"])
def test_without_a_good_token_access_is_denied(up: Stack, token: str | None) -> None:
    answer = Desktop(up, token).send(PATH, GOOD)
    assert (answer.status, answer.body) == (403, {"statusCode": 20, "statusMessage": "Access denied"})


def test_a_token_with_a_changed_claim_is_denied(up: Stack) -> None:
    head, claims, signature = up.token.split(".")
    assert Desktop(up, f"{head}.{claims[:-2]}AA.{signature}").send(PATH, GOOD).code == 20


def test_an_agent_of_no_part_sees_no_difference_between_foreign_and_missing(up: Stack) -> None:
    stranger = Desktop(up, seed.log_in(up.client, up.outputs, "Stranger"))
    before = stranger.item()
    foreign = stranger.set_disposition(disposition="x")
    missing = stranger.set_disposition("0000Na9B26EF0000", disposition="x")
    assert (foreign.status, foreign.code) == (404, 6)
    assert (foreign.status, foreign.body, "ETag" in foreign.headers) == (missing.status, missing.body, False)
    assert stranger.item() == before
    assert everything(up) == []


def test_an_agent_without_the_feature_changes_nothing(up: Stack) -> None:
    make_session(up, "no-feature", agent="Featureless")
    desktop = Desktop(up, seed.log_in(up.client, up.outputs, "Featureless", groups=()))
    before = desktop.item("no-feature")
    own, missing = (desktop.set_disposition(name, disposition="x") for name in ("no-feature", "0000Na9B26EF0000"))
    assert (own.status, own.code) == (403, 5)
    assert own.body == missing.body
    assert desktop.item("no-feature") == before
    assert everything(up) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/me/facebooksessions/a/b"),
        ("PUT", "/me/facebooksessions/a/b"),
        ("DELETE", "/me/emails"),
        ("OPTIONS", "/me/emails"),
        ("POST", "/me/emails/1"),
        ("GET", "/"),
    ],
)
def test_what_does_not_exist_is_not_found(desktop: Desktop, method: str, path: str) -> None:
    answer = desktop.send(path, GOOD if method in ("POST", "PUT") else None, method)
    assert (answer.status, answer.code) == (404, 6)


@pytest.mark.parametrize("session_id", ["%20", "a%20b", "%C3%A4", "%00", "x" * 129, "..%2F..", "%23k0"])
def test_what_can_be_no_session_is_not_found(desktop: Desktop, session_id: str) -> None:
    assert desktop.set_disposition(session_id, disposition="x").code == 6


@pytest.mark.parametrize("state", ["Invited", "Completed"])
def test_the_state_must_allow_it(desktop: Desktop, up: Stack, state: str) -> None:
    make_session(up, f"in-{state}", state={"S": state})
    answer = desktop.set_disposition(f"in-{state}", disposition="x")
    assert (answer.status, answer.code) == (400, 2)


def test_a_thousand_bad_requests_change_nothing(desktop: Desktop, up: Stack) -> None:
    before = desktop.item()
    with ThreadPoolExecutor(8) as desktops:
        answers = list(desktops.map(lambda bad: (bad, desktop.send(PATH, bad)), bad_bodies(seed=34, count=1_000)))
    for bad, answer in answers:
        assert (answer.status, answer.code) in {(400, 1), (400, 2), (400, 10), (413, 10)}, bad
    assert desktop.item() == before
    assert everything(up) == []


def test_a_body_that_is_too_large_for_the_gateway_too(desktop: Desktop) -> None:
    answer = desktop.send(PATH, b'{"a":"' + b"x" * 200_000 + b'"}')
    assert (answer.status, answer.code) == (413, 10)


def test_twenty_agents_disturb_one_another_in_nothing(up: Stack) -> None:
    names = [f"agent-{number}" for number in range(20)]
    for name in names:
        assert seed.create_session(up.client, up.table, f"of-{name}", name)
    assert len(announced(up, 20)) == 20
    desktops = {name: Desktop(up, seed.log_in(up.client, up.outputs, name)) for name in names}
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda one: desktops[one].set_disposition(f"of-{one}", disposition=one), names))
    assert {answer.status for answer in answers} == {200}
    sessions = [body(one)["facebooksession"] for one in announced(up, 20)]
    assert {one["id"]: one["userData"] for one in sessions} == {
        f"of-{name}": {"DispositionCode": name} for name in names
    }
    assert len(sessions) == 20


def test_changes_of_a_session_arrive_numbered_and_in_order(desktop: Desktop, up: Stack) -> None:
    make_session(up, "ordered")
    for number in range(30):
        assert desktop.set_disposition("ordered", disposition=str(number)).headers["ETag"] == f'"{34 + number}"'
    got = [body(one) for one in announced(up, 30)]
    assert [one["referenceId"] for one in got] == list(range(34, 64))
    assert [one["facebooksession"]["userData"]["DispositionCode"] for one in got] == [str(n) for n in range(30)]


def test_a_filter_policy_picks_by_attributes(desktop: Desktop, up: Stack) -> None:
    """The README's recipe: only dispositions, by the key that changed."""
    make_session(up, "filtered")
    url, subscription = queues.subscribe(up.client, up.outputs["NotificationTopicArn"], "dispositions")
    policy = {"notificationType": ["PropertiesUpdated"], "userDataKeys": ["DispositionCode"]}
    up.client("sns").set_subscription_attributes(
        SubscriptionArn=subscription, AttributeName="FilterPolicy", AttributeValue=json.dumps(policy)
    )
    desktop.set_disposition("filtered", disposition="x", dispositionKey="Other")
    desktop.set_disposition("filtered", disposition="y")
    announced(up, 2)
    assert [body(one)["referenceId"] for one in queues.receive(up.client, url, 1)] == [35]


def test_nobody_but_the_notifier_publishes(up: Stack) -> None:
    with pytest.raises(ClientError, match="AuthorizationError"):
        up.client("sns").publish(TopicArn=up.outputs["NotificationTopicArn"], Message="forged")


def test_the_topics_policy_refuses_plain_http(up: Stack) -> None:
    """MiniStack is plain HTTP, so local/emulated.py leaves out the statement that the template has for AWS."""
    *_, statement = TEMPLATE["Resources"]["NotificationTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    sns = up.client("sns")
    topic = sns.create_topic(Name="with-policy")["TopicArn"]
    sns.publish(TopicArn=topic, Message="taken")
    document = {"Version": "2012-10-17", "Statement": [statement | {"Resource": topic}]}
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(document))
    with pytest.raises(ClientError, match="AuthorizationError"):
        sns.publish(TopicArn=topic, Message="refused")


def logged(stack: Stack, since: float) -> Iterator[str]:
    """What the functions and the API logged since a time in seconds; MiniStack gives a group's first 10,000 lines."""
    logs = stack.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        found = logs.filter_log_events(logGroupName=group["logGroupName"], startTime=int(since * 1000))
        assert len(found["events"]) < 10_000
        yield from (event["message"] for event in found["events"])


def test_the_functions_log_no_client_text(desktop: Desktop, up: Stack) -> None:
    started = time.time()
    make_session(up, "quiet")
    desktop.set_disposition("quiet", disposition="SecretDisposition")
    desktop.set_disposition("quiet", disposition="SecretDisposition", dispositionKey="Secret\x85Key")
    announced(up, 1)
    log = (up.home / "ministack.log").read_text() + "".join(logged(up, started))
    assert '"sessionId":"quiet"' in log
    assert not [word for word in ("SecretDisposition", "Secret/Key", "FirstL", up.token) if word in log]
