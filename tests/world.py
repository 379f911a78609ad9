"""The whole system in one process, on moto's tables, and what can go wrong between its parts."""

import functools
import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from moto import mock_aws

from facebook_session import history, idempotency, user_data
from facebook_session.attributes import plain
from facebook_session.policies import MAX_AGE_SECONDS, Policies
from facebook_session.quarantine import Quarantine
from facebook_session.removal import Removal
from facebook_session.store import SessionStore
from facebook_session.transcript import Transcript, transcript_key
from session_api import app as api
from session_api import creation as creations
from session_copies import exact_json
from session_copies.rule import Copy, Notification
from session_eraser import app as eraser
from session_notifier import app as notifier
from session_notifier.publisher import Publisher
from tests.clients import client, of_functions
from tests.copies import KeptCopies
from tests.delivered import delivered
from tests.integration.requests import EVENT, answer, by_system, creation, put_policy, with_headers
from tests.model import (
    AGENTS,
    DISPOSITION_LIMITS,
    MAX_DISPOSITIONS,
    MAX_RECORDS,
    USER_DATA_LIMITS,
    Answer,
    Policy,
    Request,
)
from tests.pool import agents
from tests.system import CONTEXT
from tests.template import table_schema
from tests.unit.bucket import FakeBucket
from tests.unit.builders import FakeSNS, event_id

Record = dict[str, Any]
Entry = dict[str, Any]

_RETENTION_DAYS: Final = 1
_SUBSCRIBER: Final = {"identity": {"userArn": "arn:aws:iam::123456789012:role/crm"}}
_NO_RECORDS: Final = {name: [b""] * MAX_RECORDS for name in idempotency.NO_RECORDS}
_DISPOSITIONS: Final = ("dispositions", "dispositionNumbers", "dispositionBytes")
_NOT_EARLIER: Final = ("requests", "taken", "userDataBytes", "updatedBy", "transcript", *_DISPOSITIONS)
"""What items of earlier versions don't have."""


class Died(BaseException):
    """The function's process ended where it was."""


@contextmanager
def _silence() -> Iterator[None]:
    """The functions print their metrics; one that died has none, and is warned."""
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No application metrics")
        yield


class UnreliableDynamoDB:
    """A client of DynamoDB whose next writes of sessions meet `faults`: `lost` is carried out and its answer lost,
    `unsent` never arrives. Writes of messages meet `transcript`, as long as it says anything.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.faults: list[str] = []
        self.transcript = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def put_item(self, **call: Any) -> Any:
        return self._write(self._client.put_item, call)

    def update_item(self, **call: Any) -> Any:
        return self._write(self._client.update_item, call)

    def batch_write_item(self, **call: Any) -> Any:
        if self.transcript == "crash":
            raise RuntimeError
        if self.transcript == "unsent":
            raise ConnectionClosedError(endpoint_url="https://dynamodb")
        return self._client.batch_write_item(**call)

    def _write(self, operation: Callable[..., Any], call: Mapping[str, Any]) -> Any:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "unsent":
            raise ConnectionClosedError(endpoint_url="https://dynamodb")
        try:
            given = operation(**call)
        except ClientError:
            if not fault:
                raise
        if fault:
            raise ConnectionClosedError(endpoint_url="https://dynamodb")
        return given


class Topic(FakeSNS):
    """Gives what it takes to the queue. In one delivery, `troubles` meet the entries in the order in which they come:
    a verdict of FakeSNS, and how often it is given; `endings` meet the calls: an answer, `hangs up` or `dies`.
    """

    def __init__(self) -> None:
        super().__init__(self._troubled)
        self.accepted: list[Entry] = []
        self.queue: list[Entry] = []
        self.expect()

    def expect(self, troubles: Sequence[tuple[str, int]] = (), endings: Sequence[str] = ()) -> None:
        """What the next delivery meets."""
        self._troubles, self._endings = iter(troubles), iter(endings)
        self._left: dict[str, tuple[str, int]] = {}

    def publish_batch(self, **request: Any) -> dict[str, Any]:
        """SNS promises no order among the entries of a batch."""
        entries: list[Entry] = request["PublishBatchRequestEntries"][::-1]
        given = super().publish_batch(**request | {"PublishBatchRequestEntries": entries})
        ids = {one["Id"] for one in given["Successful"]}
        accepted = [one for one in entries if one["Id"] in ids]
        self.accepted += accepted
        self.queue += accepted
        ending = next(self._endings, "answers")
        if ending == "dies":
            raise Died
        if ending == "hangs up":
            raise TimeoutError
        return given

    def _troubled(self, one: str, _attempt: int) -> str:
        how, times = self._left.get(one) or next(self._troubles, ("accepted", 0))
        self._left[one] = (how, times - 1)
        return how if times > 0 else "accepted"

    def announced(self, session_id: str) -> list[str]:
        """The `eventId`s of a session in the order in which they were published first."""
        return [*dict.fromkeys(one for one in self.published if one.startswith(f"{session_id}#"))]


class RemovalQueue:
    """Keeps what the notifier hands on to the eraser."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def send(self, some: Sequence[Removal]) -> int:
        self.messages += [one.to_json() for one in some]
        return len(some)


class OvertakenCopies(KeptCopies):
    """Between the subscriber's decision and its writing, `meanwhile` happens once."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], None] | None = None

    def keep(self, session_id: str, copy: Copy) -> None:
        self._happen()
        super().keep(session_id, copy)

    def move_on(self, session_id: str, copy: Copy) -> None:
        self._happen()
        super().move_on(session_id, copy)

    def _happen(self) -> None:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()


class ReadSessions:
    """The sessions as the subscriber reads them from the API, unless it is `down`."""

    down = False

    @_silence()
    def read(self, session_id: str) -> Copy | None:
        if self.down:
            raise ConnectionError
        given = api.lambda_handler(
            _event(session_id)
            | {"httpMethod": "GET", "resource": "/v2/facebooksessions/{id}"}
            | {"queryStringParameters": {"fields": "userData"}, "requestContext": _SUBSCRIBER},
            None,
        )
        assert given["statusCode"] == 200
        body = exact_json.loads(given["body"])
        return Copy(_number(given["headers"]["ETag"]) or 0, body["facebooksession"]["userData"])


class World:
    """The functions wired to fakes and moto's tables, from its making until `end`. Time stands still at `second`."""

    def __init__(self) -> None:
        self.second = 1_400_000_000
        self.topic, self.bucket, self.removals = Topic(), FakeBucket(), RemovalQueue()
        self.copies, self.sessions = OvertakenCopies(), ReadSessions()
        self.dynamodb = UnreliableDynamoDB(_dynamodb())
        self._meanwhile: Callable[[], None] | None = None
        self._aws, self._patch = mock_aws(), pytest.MonkeyPatch()
        self._aws.start()
        self._iterator = _stream_of(_tables())
        self._wire()
        self._quieten()

    def _wire(self) -> None:
        transcript = Transcript(self.dynamodb, "messages")
        quarantine = Quarantine(self.bucket, "bucket")
        self._patch.setattr(api, "store", SessionStore(self.dynamodb, "sessions", _RETENTION_DAYS))
        self._patch.setattr(api, "transcript", transcript)
        self._patch.setattr(api, "policies", Policies(_dynamodb(), "settings"))
        self._patch.setattr(notifier, "transcript", lambda: transcript)
        self._patch.setattr(notifier, "publisher", Publisher(self.topic, "topic"))
        self._patch.setattr(notifier, "quarantine", lambda: quarantine)
        self._patch.setattr(notifier, "removals", lambda: self.removals)
        self._patch.setattr(eraser, "transcript", transcript)
        self._patch.setattr(eraser, "quarantine", quarantine)
        pool = agents(*AGENTS)
        self._patch.setattr(api, "agent_pool", lambda: pool)
        self._patch.setattr(idempotency, "NO_RECORDS", _NO_RECORDS)
        self._patch.setattr(user_data, "USUAL_LIMITS", user_data.Limits(*USER_DATA_LIMITS))
        self._patch.setattr(user_data, "DISPOSITION_LIMITS", user_data.Limits(*DISPOSITION_LIMITS))
        self._patch.setattr(history, "MAX_ENTRIES", MAX_DISPOSITIONS)
        self._patch.setattr(idempotency, "now", lambda: self.second)
        self._patch.setattr("facebook_session.policies.time", SimpleNamespace(time=lambda: self.second))
        clock = SimpleNamespace(now=lambda zone: datetime.fromtimestamp(self.second, zone))
        for module in ("facebook_session.changes", "session_api.rules"):
            self._patch.setattr(f"{module}.datetime", clock)

    def _quieten(self) -> None:
        """No log and no pauses."""
        logging.disable()
        self._patch.setattr("facebook_session.database.wait", lambda _seconds: None)
        self._patch.setattr("facebook_session.store.wait", self._pause)
        self._patch.setattr("session_notifier.publisher.time.sleep", lambda _seconds: None)

    def end(self) -> None:
        logging.disable(logging.NOTSET)
        self._patch.undo()
        self._aws.stop()

    def _pause(self, _seconds: float) -> None:
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile:
            meanwhile()

    # -------------------------------------------------------------- the API
    @_silence()
    def send(
        self,
        session_id: str,
        request: Request,
        faults: Sequence[str] = (),
        meanwhile: Callable[[], None] | None = None,
    ) -> Answer:
        """A request whose writes meet `faults`; `meanwhile` happens between its first two attempts."""
        before, self.dynamodb.faults, self._meanwhile = self.dynamodb.faults, [*faults], meanwhile
        given = _checked(*_sent(session_id, request))
        self.dynamodb.faults, self._meanwhile = before, None
        return given

    @_silence()
    def create(
        self, session_id: str, content: Mapping[str, Any], faults: Sequence[str], *, earlier: bool = False
    ) -> Answer:
        """The routing system's request; to an `earlier` version of the API."""
        self.dynamodb.faults = [*faults]
        with pytest.MonkeyPatch.context() as patch:
            if earlier:
                patch.setattr(creations, "_item", _earlier_item)
            given = _checked(*creation(id=session_id, **content))
        self.dynamodb.faults = []
        return given

    @_silence()
    def put_policy(self, policy: Policy, *, elsewhere: bool) -> None:
        """Through this function; or through another, and half a minute passes."""
        held = api.policies._held
        assert put_policy(policy.document)[0] == 200
        if elsewhere:
            api.policies._held = held
            self.second += MAX_AGE_SECONDS

    # -------------------------------------------------------------- the tables
    def item(self, session_id: str) -> Any:
        """As the stream's records show it."""
        found = _dynamodb().get_item(TableName="sessions", Key={"id": {"S": session_id}})
        return delivered(found.get("Item"))

    def transcript(self) -> dict[tuple[str, int], dict[str, Any]]:
        """The messages of the sessions that there are, by session and index."""
        keys = {transcript_key(item): item["id"] for item in map(plain, _scanned("sessions"))}
        messages = [(plain(item), item["sessionId"]["S"]) for item in _scanned("messages")]
        return {
            (keys[key], message["index"]): {name: value for name, value in message.items() if name != "sessionId"}
            for message, key in messages
            if key in keys
        }

    def left_behind(self) -> list[str]:
        """The keys of transcripts whose session is gone."""
        keys = {transcript_key(item) for item in map(plain, _scanned("sessions"))}
        return sorted({item["sessionId"]["S"] for item in _scanned("messages")} - keys)

    def remove(self, session_id: str) -> None:
        """As it expires, or is forgotten."""
        _dynamodb().delete_item(TableName="sessions", Key={"id": {"S": session_id}})

    def new_records(self) -> list[Record]:
        """Those that came to the stream since the last call."""
        found = _streams().get_records(ShardIterator=self._iterator)
        self._iterator = found["NextShardIterator"]
        records: list[Record] = delivered(found["Records"])
        return records

    # -------------------------------------------------------------- notifier, eraser and subscriber
    @_silence()
    def erase(self) -> None:
        """What the removals' queue holds, each twice."""
        messages = [{"messageId": str(number), "body": one} for number, one in enumerate(self.removals.messages * 2)]
        assert eraser.lambda_handler({"Records": messages}, CONTEXT) == {"batchItemFailures": []}
        self.removals.messages.clear()

    @_silence()
    def deliver(self, batch: Sequence[Record]) -> int:
        """How many records from the front are done, as the notifier says."""
        failures = notifier.lambda_handler({"Records": [*batch]}, CONTEXT)["batchItemFailures"]
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        return min((numbers.index(one["itemIdentifier"]) for one in failures), default=len(batch))


_item = creations._item


def _earlier_item(*arguments: Any) -> dict[str, Any]:
    return {name: value for name, value in _item(*arguments).items() if name not in _NOT_EARLIER}


def notification(entry: Entry) -> Notification:
    """What the subscriber's queue says of an entry that the topic took."""
    session_id, number, position = event_id(entry).split("#")
    body = exact_json.loads(entry["Message"])
    return Notification(session_id, int(number), int(position), body.get("facebooksession"))


def _sent(session_id: str, request: Request) -> Any:
    headers = {"Idempotency-Key": request.key} if request.sends_key else {}
    headers |= {} if request.if_match is None else {"If-Match": f'"{request.if_match}"'}
    if request.is_systems:
        return by_system(request.operation, session_id, headers, request.user, **request.parameters)
    event = _event(session_id) | {"body": request.body}
    event["requestContext"]["authorizer"]["claims"]["cognito:username"] = request.user
    return answer(with_headers(event, headers))


def _event(session_id: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(json.dumps(EVENT))
    event["pathParameters"]["id"] = session_id
    return event


def _checked(status: int, body: Mapping[str, Any], etag: str | None) -> Answer:
    """In the contract's shape: success says no more, unless it shows the session."""
    shown = {200: set(), 201: {"facebooksession"}}.get(status, {"statusMessage"})
    assert body.keys() == {"statusCode"} | shown
    return Answer(status, body["statusCode"], _number(etag))


def _number(etag: str | None) -> int | None:
    return int(etag.strip('"')) if etag else None


@functools.cache
def _dynamodb() -> Any:
    """One for all worlds: to make it takes longer than to play with it."""
    return of_functions("dynamodb", 2, attempts=1)


@functools.cache
def _streams() -> Any:
    return client("dynamodbstreams")


def _scanned(table: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = _dynamodb().scan(TableName=table)["Items"]
    return items


def _tables() -> str:
    """Creates them; the ARN of the sessions' stream."""
    _dynamodb().create_table(TableName="messages", **table_schema("MessageTable"))
    _dynamodb().create_table(TableName="settings", **table_schema("SettingTable"))
    created = _dynamodb().create_table(TableName="sessions", **table_schema("SessionTable"))
    return str(created["TableDescription"]["LatestStreamArn"])


def _stream_of(arn: str) -> str:
    """An iterator from the stream's start on."""
    (shard,) = _streams().describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    start = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    return str(_streams().get_shard_iterator(**start)["ShardIterator"])
