"""The removal of a session, as the eraser is told of it: ids only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facebook_session.attributes import plain
from facebook_session.transcript import transcript_key


@dataclass(frozen=True, slots=True)
class Removal:
    """`transcript` is the key of the session's transcript, `number` the removal's sequence number in the stream.

    Without a number, all that lies in quarantine under the id goes, from whenever it is.
    """

    session_id: str
    transcript: str
    number: str | None = None

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Removal":
        """Of a stream record, which may lack the old image; raises KeyError where it names no session."""
        change = record["dynamodb"]
        known = {**change.get("OldImage", {}), **change["Keys"]}
        item = plain({name: known[name] for name in ("id", "transcript") if name in known})
        return cls(item["id"], transcript_key(item), change["SequenceNumber"])

    @classmethod
    def read(cls, text: str) -> "Removal":
        """What `written` wrote; raises ValueError, KeyError or TypeError for another text."""
        content = json.loads(text)
        return cls(content["sessionId"], content["transcript"], content["number"])

    def written(self) -> str:
        content = {"sessionId": self.session_id, "transcript": self.transcript, "number": self.number}
        return json.dumps(content, separators=(",", ":"))
