"""Reads sessions from the Facebook Sessions API, signed with SigV4."""

import functools
import json
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from disposition_counts.rule import Entry, Gone

_TIMEOUT_SECONDS = 10
_NO_SUCH_SESSION = {
    "statusCode": 6,
    "statusMessage": "There is no such session, or the user takes no part in it.",
}


class SessionApi:
    """The API at `url`, up to and with /api/v2; `credentials` gives those of the moment.

    Methods raise Gone where there is no such session, and urllib's URLError where the API doesn't answer, or refuses,
    or something else has its address.
    """

    def __init__(self, url: str, region: str, credentials: Callable[[], Any]) -> None:
        self._url = url.rstrip("/")
        self._region = region
        self._credentials = credentials

    def history(self, session_id: str, key: str) -> list[Entry]:
        """Of the session's dispositions, those under the user data's `key`, oldest first."""
        entries = self._read(f"{session_id}/dispositions")["dispositions"]
        return [entry_in(one) for one in entries if one["dispositionKey"] == key]

    def queue(self, session_id: str) -> str:
        """That the session is in; empty where it is in none."""
        return str(self._read(session_id, fields="queueName")["facebooksession"].get("queueName", ""))

    def _read(self, path: str, **query: str) -> Any:
        try:
            with urllib.request.urlopen(self._request(path, query), timeout=_TIMEOUT_SECONDS) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 404 and _is_the_apis(error.read()):
                    raise Gone from None
                raise

    def _request(self, path: str, query: Mapping[str, str]) -> urllib.request.Request:
        request = AWSRequest("GET", f"{self._url}/facebooksessions/{path}", params=query)
        SigV4Auth(self._credentials(), "execute-api", self._region).add_auth(request)
        prepared = request.prepare()
        return urllib.request.Request(prepared.url, headers=dict(prepared.headers))


class ReadSession:
    """A session of the API, of which each part is read when it is needed, and once."""

    def __init__(self, api: SessionApi, session_id: str, key: str) -> None:
        self.history: Callable[[], Sequence[Entry]] = functools.cache(lambda: api.history(session_id, key))
        self.queue: Callable[[], str] = functools.cache(lambda: api.queue(session_id))


def entry_in(one: Mapping[str, Any]) -> Entry:
    """Of an entry as the API shows it: its `timestampSeconds` are milliseconds."""
    day = datetime.fromtimestamp(one["timestampSeconds"] / 1000, UTC).date().isoformat()
    return Entry(one["referenceId"], code_in(one["disposition"]), day, one["userName"])


def code_in(value: Any) -> str | None:
    """None, and a blank text, is no disposition. Without a policy it can be any JSON, which is counted as its text."""
    if value is None or isinstance(value, str):
        return value if value and value.strip() else None
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _is_the_apis(body: bytes) -> bool:
    """Whether the API itself says that there is no such session: with a wrong address others say 404 too."""
    try:
        return bool(json.loads(body) == _NO_SUCH_SESSION)
    except ValueError:
        return False
