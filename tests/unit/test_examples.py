"""What the templates of both examples must have, so that nothing that is sent to them is lost."""

import pytest

from tests.template import ROOT, read

EXAMPLES = {name: read(ROOT / f"examples/{name}/template.yaml")["Resources"] for name in ("subscriber", "reports")}


@pytest.mark.parametrize("example", EXAMPLES)
def test_notifications_come_as_they_are_and_what_fails_is_kept(example: str) -> None:
    resources = EXAMPLES[example]
    subscription = resources["Subscription"]["Properties"]
    assert subscription["RawMessageDelivery"] is True
    assert "FilterPolicy" not in subscription
    assert subscription["RedrivePolicy"] == {"deadLetterTargetArn": "DeadLetterQueue.Arn"}
    queue, dead = (resources[name]["Properties"] for name in ("Queue", "DeadLetterQueue"))
    assert queue["RedrivePolicy"] == {"deadLetterTargetArn": "DeadLetterQueue.Arn", "maxReceiveCount": 5}
    assert dead["MessageRetentionPeriod"] == 14 * 24 * 3600


@pytest.mark.parametrize("example", EXAMPLES)
def test_only_the_topic_sends_to_the_queues(example: str) -> None:
    (statement,) = EXAMPLES[example]["QueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": "NotificationTopicArn"}}
