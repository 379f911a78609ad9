"""Notifications to the topic, in order: never does a session's later notification overtake an earlier one.

A round is the longest run in which no session appears twice, within what two windows take; a window is what one
PublishBatch takes. Both are under way at once, and the next round begins when nothing is: 100 sessions take half the
time. A notification that is too large for a window by itself goes out reduced. What fails in a window is tried again in
place, where nothing of its session is behind it; what still fails ends the work with its round.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from aws_lambda_powertools.logging import Logger

from facebook_session import exact_json
from facebook_session.faults import fault
from facebook_session.notifications import Notification, reduced

MAX_WINDOW_ENTRIES: Final = 10
MAX_WINDOW_BYTES: Final = 262_144
MAX_WINDOWS: Final = 2
"""Of a round. Each one more makes more come twice, behind a failure; a third takes a fifth off a batch's time."""

_LONGEST_ID: Final = 128
_PAUSES_SECONDS: Final = (0.1, 0.4)

# What SNS says of an entry itself. Every other error can pass, so it holds the work up instead.
_PERMANENT_ERRORS: Final = frozenset({"InvalidParameter", "InvalidParameterValue"})

logger = Logger(child=True)

Entry = dict[str, Any]
Window = dict[int, Entry]


class Unpublishable(Exception):
    """The topic will never take this notification; `index` is its place among those that were to be published."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index


class Publisher:
    """Publishes to the topic `topic_arn` through an SNS client."""

    def __init__(self, client: Any, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn
        self._threads = ThreadPoolExecutor(MAX_WINDOWS)

    def publish(self, notifications: Sequence[Notification]) -> Iterator[int]:
        """Publishes from the first on, and after each round yields how many from the front are now published.

        Ends early behind a round that could not be published whole. Raises Unpublishable at a notification that the
        topic will never take.
        """
        for windows in rounds(notifications, fifo=self._topic_arn.endswith(".fifo")):
            failed, permanent = self._publish_round(windows)
            published = min(failed, default=max(windows[-1]) + 1)
            yield published
            if published in permanent:
                raise Unpublishable(published)
            if failed:
                return

    def _publish_round(self, windows: Sequence[Window]) -> tuple[Window, set[int]]:
        """As `_publish_window`, of all. Nothing is under way any more when it returns: a later notification could
        overtake it, and Lambda stops a function between two batches.
        """
        each = self._threads.map if len(windows) > 1 else map
        failed: Window = {}
        permanent: set[int] = set()
        for of_one, of_one_permanent in [*each(self._publish_window, windows)]:
            failed |= of_one
            permanent |= of_one_permanent
        return failed, permanent

    def _publish_window(self, window: Window) -> tuple[Window, set[int]]:
        """The entries that could not be published, and which of them never can be. It does not raise: the other window
        would be left under way.
        """
        try:
            return self._try_window(window)
        except Exception as error:
            logger.error("Publishing stopped", **fault(error))
            return window, set()

    def _try_window(self, window: Window) -> tuple[Window, set[int]]:
        failed, permanent = self._publish_batch(window)
        for pause in _PAUSES_SECONDS:
            if failed.keys() - permanent:
                time.sleep(pause)
                failed, permanent = self._publish_batch(failed)
        return failed, permanent

    def _publish_batch(self, window: Window) -> tuple[Window, set[int]]:
        """One call. SNS can leave an entry out of both its lists: that one failed too."""
        answer = self._client.publish_batch(TopicArn=self._topic_arn, PublishBatchRequestEntries=list(window.values()))
        refused = answer.get("Failed", ())
        if refused:
            logger.warning("Entries refused by the topic", codes=sorted({entry["Code"] for entry in refused}))
        published = {entry["Id"] for entry in answer.get("Successful", ())}
        failed = {index: entry for index, entry in window.items() if entry["Id"] not in published}
        return failed, {
            int(entry["Id"]) for entry in refused if entry["SenderFault"] and entry["Code"] in _PERMANENT_ERRORS
        }


def rounds(notifications: Sequence[Notification], *, fifo: bool = False) -> Iterator[list[Window]]:
    """Cuts the notifications into rounds of windows: index to entry of PublishBatch, for a topic of either type."""
    windows: list[Window] = []
    sessions: set[str] = set()
    room = 0
    for index, notification in enumerate(notifications):
        entry, size = _fitting(index, notification)
        full = not windows or len(windows[-1]) == MAX_WINDOW_ENTRIES or size > room
        if notification.session_id in sessions or (full and len(windows) == MAX_WINDOWS):
            yield windows
            windows, sessions, full = [], set(), True
        if full:
            windows.append({})
            room = MAX_WINDOW_BYTES
        windows[-1][index] = entry | _fifo_attributes(notification) if fifo else entry
        sessions.add(notification.session_id)
        room -= size
    if windows:
        yield windows


def _fitting(index: int, notification: Notification) -> tuple[Entry, int]:
    """The entry and its size in bytes; reduced, where SNS would not take it whole."""
    entry = _entry(index, notification)
    size = _bytes(entry)
    if size <= MAX_WINDOW_BYTES:
        return entry, size
    entry = _entry(index, reduced(notification))
    return entry, _bytes(entry)


def _entry(index: int, notification: Notification) -> Entry:
    return {
        "Id": str(index),
        "Message": exact_json.unicode(notification.body),
        "MessageAttributes": {name: _attribute(value) for name, value in notification.attributes.items()},
    }


def _fifo_attributes(notification: Notification) -> Entry:
    """In a FIFO topic: in the order of its session, and once. A digest stands for an event's id that is too long."""
    event_id = str(notification.attributes["eventId"])
    unique = event_id if len(event_id) <= _LONGEST_ID else hashlib.sha256(event_id.encode()).hexdigest()
    return {"MessageGroupId": notification.session_id, "MessageDeduplicationId": unique}


def _attribute(value: str | int | list[str]) -> Mapping[str, str]:
    if isinstance(value, list):
        return {"DataType": "String.Array", "StringValue": exact_json.unicode(value)}
    return {"DataType": "Number" if isinstance(value, int) else "String", "StringValue": str(value)}


def _bytes(entry: Entry) -> int:
    """What SNS counts, in UTF-8: the message, and of each attribute its name, type and value."""
    attributes = entry["MessageAttributes"].items()
    texts = (text for name, value in attributes for text in (name, *value.values()))
    return len(entry["Message"].encode()) + sum(len(text.encode()) for text in texts)
