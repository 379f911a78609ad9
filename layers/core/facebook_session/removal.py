"""The removal of a session, as the eraser is told of it: ids only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facebook_session.attributes import plain
from facebook_session.transcript import transcript_key


@dataclass(frozen=True, slots=True)
class Removal:
    """`transcript` is the key of the session's transcript, `sequence_number` the removal's in the stream.

    Without one, all that lies in quarantine under the id goes, from whenever it is.
    """

    session_id: str
    transcript: str
    sequence_number: str | None = None

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Removal":
        """Of a stream record, which may lack the old image; raises KeyError where it names no session."""
        change = record["dynamodb"]
        known = {**change.get("OldImage", {}), **change["Keys"]}
        item = plain({name: known[name] for name in ("id", "transcript") if name in known})
        return cls(item["id"], transcript_key(item), change["SequenceNumber"])

    @classmethod
    def from_json(cls, text: str) -> "Removal":
        """What `to_json` wrote; raises ValueError, KeyError or TypeError for another text."""
        content = json.loads(text)
        return cls(content["sessionId"], content["transcript"], content["number"])

    def to_json(self) -> str:
        content = {"sessionId": self.session_id, "transcript": self.transcript, "number": self.sequence_number}
        return json.dumps(content, separators=(",", ":"))
