"""redrive.py STACK: hands what lies in the dead-letter queue to the function again, once what was wrong is mended."""

import sys
from typing import Any

import boto3

Message = dict[str, Any]


def redrive(sqs: Any, dead_letter_url: str, source_url: str) -> int:
    """Moves all messages from the dead-letter queue to its source, with a client of SQS; how many there were.

    A message is deleted once it is sent. It can be sent twice, but is never lost.
    """
    moved = 0
    while messages := receive(sqs, dead_letter_url):
        for message in messages:
            sqs.send_message(QueueUrl=source_url, **content(message))
            sqs.delete_message(QueueUrl=dead_letter_url, ReceiptHandle=message["ReceiptHandle"])
        moved += len(messages)
    return moved


def receive(sqs: Any, url: str) -> list[Message]:
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        WaitTimeSeconds=2,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["MessageGroupId"],
    )
    messages: list[Message] = answer.get("Messages", [])
    return messages


def content(message: Message) -> Message:
    """What to send again. In a FIFO queue it keeps its group and gets a new name: its old one may count as a repeat."""
    again = {"MessageBody": message["Body"], "MessageAttributes": message.get("MessageAttributes", {})}
    group = message.get("Attributes", {}).get("MessageGroupId")
    return again | ({"MessageGroupId": group, "MessageDeduplicationId": message["MessageId"]} if group else {})


def main(stack: str) -> None:
    (described,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in described["Outputs"]}
    moved = redrive(boto3.client("sqs"), outputs["DeadLetterQueueUrl"], outputs["QueueUrl"])
    print(f"Notifications handed to the function again: {moved}.")


if __name__ == "__main__":
    main(sys.argv[1])
