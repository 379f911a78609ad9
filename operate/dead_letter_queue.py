"""Removals that the eraser could not carry out, and how it gets them again."""

from typing import Any

Message = dict[str, Any]


class DeadLetterQueue:
    """The dead-letter queue at `url` of the queue at `source_url`, through a client of SQS."""

    def __init__(self, sqs: Any, url: str, source_url: str) -> None:
        self._sqs = sqs
        self._url = url
        self._source_url = source_url

    def redrive(self) -> int:
        """Moves all messages to where they came from; how many. One can be sent twice, but is never lost."""
        moved = 0
        while messages := self._receive():
            for message in messages:
                self._sqs.send_message(QueueUrl=self._source_url, MessageBody=message["Body"])
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
            moved += len(messages)
        return moved

    def _receive(self) -> list[Message]:
        answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=2)
        messages: list[Message] = answer.get("Messages", [])
        return messages
