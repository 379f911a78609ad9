"""The page's exchange with the generated client. Arguments: the API's address, an agent's token, the session."""

import json
import sys

from httpx import Timeout
from sessions_client import AuthenticatedClient
from sessions_client.api.default import operate
from sessions_client.models import SetDisposition, Success

url, token, session_id = sys.argv[1:]
# The function's cold start can outlast httpx's own five seconds on a busy machine.
client = AuthenticatedClient(base_url=url, token=token, timeout=Timeout(60))
wanted = SetDisposition("SetDisposition", disposition="IssueResolved", disposition_key="DispositionCode")
answer = operate.sync_detailed(session_id, client=client, body=wanted)
assert isinstance(answer.parsed, Success)
outcome = {"status": answer.status_code, "etag": answer.headers["ETag"], "body": answer.parsed.to_dict()}
sys.stdout.write(json.dumps(outcome))
