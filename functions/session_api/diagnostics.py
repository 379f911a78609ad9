"""What there is to know of the system itself. Each is an answer's body."""

from facebook_session import exact_json
from facebook_session.version import VERSION

Body = str


def version() -> Body:
    return exact_json.dumps({"statusCode": 0, "version": VERSION})
