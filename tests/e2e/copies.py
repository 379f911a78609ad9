"""The example subscriber on a stack, and whether its copies are exact."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from facebook_session.attributes import plain
from local import deploy
from local.stack import Stack

DEADLINE_SECONDS = 60.0


@dataclass(frozen=True)
class Subscriber:
    """`outputs` are those of its own stack."""

    stack: Stack
    name: str
    outputs: dict[str, str]

    def copies(self) -> dict[str, tuple[int, Any]]:
        """Number and user data by session."""
        found = _scan(self.stack, self.outputs["CopyTableName"])
        return {one["sessionId"]: (int(one["number"]), one.get("userData")) for one in found}

    def await_exact(self, *session_ids: str) -> None:
        """Waits until the copies of these sessions are what the sessions are."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while (kept := self._of(self.copies(), session_ids)) != (wanted := self._of(sessions(self.stack), session_ids)):
            assert time.monotonic() < deadline, f"{kept} are not {wanted}"
            time.sleep(0.3)

    @contextlib.contextmanager
    def deaf(self) -> Iterator[None]:
        """Nothing that is published reaches the subscriber."""
        sns, topic = self.stack.client("sns"), self.stack.outputs["NotificationTopicArn"]
        subscriptions = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        (own,) = [one["SubscriptionArn"] for one in subscriptions if self.name in one["Endpoint"]]

        def only(policy: str) -> None:
            sns.set_subscription_attributes(SubscriptionArn=own, AttributeName="FilterPolicy", AttributeValue=policy)

        only('{"sessionId": ["of no session"]}')
        try:
            yield
        finally:
            only("{}")

    def _of(self, all_: dict[str, Any], session_ids: tuple[str, ...]) -> dict[str, Any]:
        return {one: all_.get(one) for one in session_ids}


def subscribe(stack: Stack, name: str, **parameters: str) -> Subscriber:
    return Subscriber(stack, name, deploy.deploy_example(stack.engine, stack.home, "subscriber", name, **parameters))


def sessions(stack: Stack) -> dict[str, tuple[int, Any]]:
    return {one["id"]: (int(one["referenceId"]), one["userData"]) for one in _scan(stack, stack.table)}


def _scan(stack: Stack, table: str) -> list[dict[str, Any]]:
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return [plain(item) for page in pages for item in page["Items"]]
