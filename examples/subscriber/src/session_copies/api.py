"""Reads sessions from the Facebook Sessions API, signed with SigV4."""

import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from session_copies import exact_json
from session_copies.rule import Copy

_TIMEOUT_SECONDS = 10


class SessionApi:
    """The API at `url`, up to and with /api/v2; `credentials` gives those of the moment."""

    def __init__(self, url: str, region: str, credentials: Callable[[], Any]) -> None:
        self._url = url.rstrip("/")
        self._region = region
        self._credentials = credentials

    def read(self, session_id: str) -> Copy | None:
        """The user data of a session as it is now, and the number of its last change; None: there is no such session.

        Raises urllib's URLError where the API doesn't answer, or refuses.
        """
        try:
            with urllib.request.urlopen(self._request(session_id), timeout=_TIMEOUT_SECONDS) as answer:
                body = exact_json.loads(answer.read())
                return Copy(int(answer.headers["ETag"].strip('"')), body["facebooksession"]["userData"])
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 404:
                    return None
                raise

    def _request(self, session_id: str) -> urllib.request.Request:
        request = AWSRequest("GET", f"{self._url}/facebooksessions/{session_id}", params={"fields": "userData"})
        SigV4Auth(self._credentials(), "execute-api", self._region).add_auth(request)
        prepared = request.prepare()
        return urllib.request.Request(prepared.url, headers=dict(prepared.headers))
