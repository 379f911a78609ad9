"""Reads sessions from the Facebook Sessions API, signed with SigV4."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from session_copies import exact_json
from session_copies.rule import Copy

_TIMEOUT_SECONDS = 10
_NO_SUCH_SESSION = {
    "statusCode": 6,
    "statusMessage": "There is no such session, or the user takes no part in it.",
}


class SessionApi:
    """The API at `url`, up to and with /api/v2; `credentials` gives those of the moment."""

    def __init__(self, url: str, region: str, credentials: Callable[[], Any]) -> None:
        self._url = url.rstrip("/")
        self._region = region
        self._credentials = credentials

    def read(self, session_id: str) -> Copy | None:
        """The user data of a session as it is now, and the number of its last change; None: there is no such session.

        Raises urllib's URLError where the API doesn't answer, or refuses, or something else has its address.
        """
        try:
            with urllib.request.urlopen(self._request(session_id), timeout=_TIMEOUT_SECONDS) as answer:
                body = exact_json.loads(answer.read())
                return Copy(int(answer.headers["ETag"].strip('"')), body["facebooksession"]["userData"])
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 404 and _is_the_apis(error.read()):
                    return None
                raise

    def _request(self, session_id: str) -> urllib.request.Request:
        request = AWSRequest("GET", f"{self._url}/facebooksessions/{session_id}", params={"fields": "userData"})
        SigV4Auth(self._credentials(), "execute-api", self._region).add_auth(request)
        prepared = request.prepare()
        return urllib.request.Request(prepared.url, headers=dict(prepared.headers))


def _is_the_apis(body: bytes) -> bool:
    """Whether the API itself says that there is no such session: with a wrong address others say 404 too."""
    try:
        return bool(json.loads(body) == _NO_SUCH_SESSION)
    except ValueError:
        return False
