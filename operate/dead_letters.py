"""Removals that the eraser could not carry out, and how it gets them again."""

from typing import Any

Message = dict[str, Any]


class DeadLetters:
    """The queue at the URL `dead`, whose messages come from the one at `queue`, through a client of SQS."""

    def __init__(self, sqs: Any, dead: str, queue: str) -> None:
        self._sqs = sqs
        self._dead = dead
        self._queue = queue

    def bring_back(self) -> int:
        """Moves all messages to where they came from; how many. One can be sent twice, but is never lost."""
        moved = 0
        while messages := self._receive():
            for message in messages:
                self._sqs.send_message(QueueUrl=self._queue, MessageBody=message["Body"])
                self._sqs.delete_message(QueueUrl=self._dead, ReceiptHandle=message["ReceiptHandle"])
            moved += len(messages)
        return moved

    def _receive(self) -> list[Message]:
        answer = self._sqs.receive_message(QueueUrl=self._dead, MaxNumberOfMessages=10, WaitTimeSeconds=2)
        messages: list[Message] = answer.get("Messages", [])
        return messages
