"""The system on moto, without the engine that moves stream records to the notifier."""

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from local import seed
from session_eraser import app as eraser
from session_notifier import app as notifier
from tests.clients import client
from tests.delivered import delivered

CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 120_000)


@dataclass
class System:
    """The system without its engine: `deliver` does what the stream's mapping does, `erase` what the removals' does."""

    table: str
    stream_arn: str
    queue_url: str
    removals_url: str

    def item(self, session_id: str = seed.PAGE_SESSION) -> dict[str, Any]:
        item: dict[str, Any] = client("dynamodb").get_item(TableName=self.table, Key={"id": {"S": session_id}})["Item"]
        return item

    def set_item(self, item: dict[str, Any]) -> None:
        client("dynamodb").put_item(TableName=self.table, Item=item)

    def records(self) -> list[dict[str, Any]]:
        """All records of the stream, oldest first."""
        streams = client("dynamodbstreams")
        (shard,) = streams.describe_stream(StreamArn=self.stream_arn)["StreamDescription"]["Shards"]
        iterator = streams.get_shard_iterator(
            StreamArn=self.stream_arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found: list[dict[str, Any]] = delivered(streams.get_records(ShardIterator=iterator)["Records"])
        return found

    def deliver(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        answer: dict[str, Any] = notifier.lambda_handler({"Records": records}, CONTEXT)
        return answer

    def erase(self) -> list[str]:
        """Hands the eraser what waits for it, and takes off the queue what is done. The texts of the others."""
        sqs = client("sqs")
        left = []
        while got := sqs.receive_message(QueueUrl=self.removals_url, MaxNumberOfMessages=10).get("Messages"):
            failed = _unerased([{"messageId": one["MessageId"], "body": one["Body"]} for one in got])
            for one in got:
                if one["MessageId"] not in failed:
                    sqs.delete_message(QueueUrl=self.removals_url, ReceiptHandle=one["ReceiptHandle"])
            left += [one["Body"] for one in got if one["MessageId"] in failed]
        return left

    def quarantined(self) -> list[str]:
        """The keys of what lies in quarantine."""
        listed = client("s3").list_objects_v2(Bucket="undelivered")
        return [one["Key"] for one in listed.get("Contents", ())]

    def notifications(self) -> list[dict[str, Any]]:
        """What the subscriber got, in order; taken off the queue."""
        sqs = client("sqs")
        got = []
        while messages := sqs.receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
            got += messages
        return got


def _unerased(messages: list[dict[str, str]]) -> set[str]:
    """The ids of the messages that the eraser has not done."""
    answer = eraser.lambda_handler({"Records": messages}, CONTEXT)
    return {one["itemIdentifier"] for one in answer["batchItemFailures"]}


def body(message: dict[str, Any]) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(message["Body"])
    return decoded
