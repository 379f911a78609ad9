"""Requests, sessions and stream records as AWS hands them over, and clients of AWS that do as they are told."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from facebook_session import idempotency
from facebook_session.attributes import attribute, plain
from facebook_session.notifications import Notification
from facebook_session.user_data import size
from tests.delivered import delivered

SESSION_ID: Final = "0000Na9B26EF003M"
SAMPLE: Final = {
    "operationName": "SetDisposition",
    "dispositionKey": "DispositionCode",
    "disposition": "IssueResolved",
}
CLAIMS: Final = {"cognito:username": "agent1", "cognito:groups": "api-multimedia", "token_use": "id"}

Values = dict[str, Any]


# ------------------------------------------------------------------ the API
def request(
    body: object = SAMPLE,
    *,
    claims: Mapping[str, str] | None = CLAIMS,
    session_id: str = SESSION_ID,
    route: str = "POST /v2/me/facebooksessions/{id}",
    encoded: bool = False,
) -> Values:
    """An event of API Gateway's proxy integration. A body that is no text becomes JSON; `claims` None: no token."""
    method, resource = route.split(" ")
    return {
        "resource": resource,
        "path": resource.replace("{id}", session_id),
        "httpMethod": method,
        "headers": {"Authorization": "Bearer eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl"},
        "pathParameters": {"id": session_id},
        "requestContext": {"requestId": "request-1"} | ({} if claims is None else {"authorizer": {"claims": claims}}),
        "body": body if body is None or isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": encoded,
    }


def client_error(code: str, status: int = 400, message: str = "", item: Values | None = None) -> ClientError:
    """What botocore raises for an error that DynamoDB answers; `item` is the old item, in DynamoDB's JSON."""
    response: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response | ({} if item is None else {"Item": item}), "UpdateItem")


def condition_failed(item: Values | None) -> ClientError:
    return client_error("ConditionalCheckFailedException", item=item)


class FakeDynamoDB:
    """Answers each UpdateItem with `outcome`, or raises it, and keeps the calls."""

    def __init__(self, outcome: int | Exception = 34) -> None:
        self.outcome = outcome
        self.calls: list[Values] = []

    def update_item(self, **call: Any) -> Values:
        self.calls.append(call)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return {"Attributes": {"referenceId": {"N": str(self.outcome)}, "updatedAt": {"S": "2014-01-09T09:58:12.035"}}}


class Outcomes(FakeDynamoDB):
    """Gives, or raises, these, one after the other."""

    def __init__(self, *outcomes: int | Exception) -> None:
        super().__init__()
        self._outcomes = iter(outcomes)

    def update_item(self, **call: Any) -> Values:
        self.outcome = next(self._outcomes)
        return super().update_item(**call)


def spelled(call: Mapping[str, Any], part: str) -> str:
    """An expression of a write with its names and values put in, and the time of the write as NOW."""
    text: str = call[part]
    text = re.sub(r"#n\d+", lambda token: f"[{call['ExpressionAttributeNames'][token[0]]}]", text)
    text = re.sub(
        r":v\d+",
        lambda token: json.dumps(plain({"": call["ExpressionAttributeValues"][token[0]]})[""], default=_jsonable),
        text,
    )
    return re.sub(r'updatedAt = "[^"]*"', "updatedAt = NOW", text)


def _jsonable(value: set[str] | bytes) -> object:
    return "bytes" if isinstance(value, bytes) else sorted(value)


# ------------------------------------------------------------------ sessions and their stream
def session(**changes: Any) -> Values:
    """The session of Genesys' page before its disposition is set, as plain values, with `changes` made to it."""
    made = {
        "id": SESSION_ID,
        "state": "Chatting",
        "participants": [
            {"nickname": "TestName", "type": "Agent", "participantId": "009052C73228006D", "userName": "agent1"},
            {"nickname": "FirstL", "type": "Customer", "participantId": "009052C73223006B"},
        ],
        "agents": {"agent1"},
        "userData": {},
        "referenceId": 33,
        **idempotency.NO_RECORDS,
        "createdAt": "2014-01-09T09:57:00.000+00:00",
        "updatedAt": "2014-01-09T09:58:00.000+00:00",
        **changes,
    }
    return {"userDataBytes": size(made["userData"]), **made}


def image(values: Mapping[str, Any]) -> Values:
    """Plain values in DynamoDB's JSON."""
    serialized: Values = attribute(dict(values))["M"]
    return serialized


def record(old: Values | None, new: Values | None, number: int = 1) -> Values:
    """A record of the table's stream, with `number` as its sequence number."""
    images = delivered({"OldImage": old and image(old), "NewImage": new and image(new)})
    return {
        "eventID": f"event-{number}",
        "eventName": "INSERT" if old is None else "REMOVE" if new is None else "MODIFY",
        "dynamodb": {"Keys": {"id": {"S": (new or old or {})["id"]}}, "SequenceNumber": str(number)}
        | {name: one for name, one in images.items() if one},
    }


def disposition_set(session_id: str, reference_id: int, number: int) -> Values:
    """The record of a change that is announced by one notification."""
    before = session(id=session_id, referenceId=reference_id - 1, userData={"step": reference_id - 1})
    return record(before, before | {"referenceId": reference_id, "userData": {"step": reference_id}}, number)


# ------------------------------------------------------------------ the topic
Verdict = Callable[[str, int], str]
"""From an entry's `eventId` and its attempt, counted from 1: `accepted`, `refused`, `forgotten` or `broken`."""


def accepted(_event_id: str, _attempt: int) -> str:
    return "accepted"


class FakeSNS:
    """A topic that keeps what it takes, in order, and holds callers to PublishBatch's limits.

    A `forgotten` entry appears in neither list of the answer; a `broken` one makes the whole call raise; an
    `unpublishable` one is refused for what it is.
    """

    def __init__(self, verdict: Verdict = accepted) -> None:
        self.verdict = verdict
        self.batches: list[list[str]] = []
        self.published: list[str] = []
        self.entries: list[Values] = []
        self._attempts: Counter[str] = Counter()

    def publish_batch(self, **request: Any) -> Values:
        assert request.keys() == {"TopicArn", "PublishBatchRequestEntries"}
        assert request["TopicArn"] == "topic"
        entries: list[Values] = request["PublishBatchRequestEntries"]
        assert 1 <= len(entries) <= 10
        assert len({entry["Id"] for entry in entries}) == len(entries)
        assert sum(map(entry_bytes, entries)) <= 262_144
        self.entries += entries
        self.batches.append([event_id(entry) for entry in entries])
        return self._answer({event_id(entry): entry["Id"] for entry in entries})

    def _answer(self, ids: Mapping[str, str]) -> Values:
        self._attempts.update([*ids])
        verdicts = {one: self.verdict(one, self._attempts[one]) for one in ids}
        if "broken" in verdicts.values():
            raise ConnectionError("the topic hung up on FirstL")
        self.published += [one for one, verdict in verdicts.items() if verdict == "accepted"]
        refused = {ids[one]: verdict for one, verdict in verdicts.items() if verdict in ("refused", "unpublishable")}
        return {
            "Successful": [{"Id": ids[one], "MessageId": one} for one, how in verdicts.items() if how == "accepted"],
            "Failed": [
                {"Id": one, "Code": code, "Message": "FirstL", "SenderFault": code != "Busy"}
                for one, code in (
                    (one, "Busy" if how == "refused" else "InvalidParameter") for one, how in refused.items()
                )
            ],
        }


def event_id(entry: Values) -> str:
    """Of an entry of PublishBatch."""
    found: str = entry["MessageAttributes"]["eventId"]["StringValue"]
    return found


def entry_bytes(entry: Values) -> int:
    """The size of an entry as SNS counts it: the message, and name, type and value of each attribute."""
    return len(entry["Message"].encode()) + sum(
        len(name.encode()) + len(attribute["DataType"].encode()) + len(attribute["StringValue"].encode())
        for name, attribute in entry["MessageAttributes"].items()
    )


def notification(session_id: str, number: int, text: str = "") -> Notification:
    """The smallest notification that a window can be made of; `number` makes its `eventId` its own."""
    return Notification(session_id, {"text": text}, {"eventId": f"{session_id}#{number}"})


def in_a_row(session_ids: Sequence[str]) -> list[Notification]:
    return [notification(session_id, number) for number, session_id in enumerate(session_ids)]
