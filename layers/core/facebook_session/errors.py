"""Why a request is refused or fails, with the `statusCode` that Genesys gives each reason.

SessionError
├── MissingParameter       1  a required parameter is missing
├── InvalidParameter       2  a parameter is not valid, or not valid in the session's state
│   ├── RefusedByPolicy    2  the policy of dispositions does not allow it
│   ├── PreconditionFailed 2  the session, or the policy, has another number than the request demands
│   ├── MethodNotAllowed   2  the path has other methods
│   └── UnreadableBody     2  the body is said to be something else than plain UTF-8
├── Unavailable            4  a dependency throttles or times out; the outcome may be unknown
├── NoPermission           5  the caller lacks the feature
├── SessionNotFound        6  no such session, or the caller takes no part in it
├── RouteNotFound          6  no such path
├── ValueOutOfRange       10  too long, wrong alphabet, too many keys
│   └── BodyTooLarge      10  the request body is over its limit
└── NotAuthenticated      20  nobody is logged in

A message is a sentence for the caller: it says what to mend and never repeats what the client sent.
These classes know nothing of HTTP.
"""

from typing import ClassVar


class SessionError(Exception):
    """A request that was refused, or whose outcome is unknown."""

    status_code: ClassVar[int]


class MissingParameter(SessionError):
    status_code = 1


class InvalidParameter(SessionError):
    status_code = 2


class RefusedByPolicy(InvalidParameter):
    """A disposition, or an end without one, that could do under another policy."""


class PreconditionFailed(InvalidParameter):
    """`reference_id` is the number that the session has, or the policy."""

    reference_id = 0

    def __init__(self, reference_id: int) -> None:
        super().__init__("The header If-Match names another version than the present one.")
        self.reference_id = reference_id


class MethodNotAllowed(InvalidParameter):
    """`methods` are those that the path has, with commas in between."""

    methods = ""

    def __init__(self, methods: str) -> None:
        super().__init__(f"The methods of this resource are {methods}.")
        self.methods = methods


class UnreadableBody(InvalidParameter):
    def __init__(self) -> None:
        super().__init__("The request body must be JSON in UTF-8, without a Content-Encoding or another charset.")


class Unavailable(SessionError):
    status_code = 4

    def __init__(self) -> None:
        super().__init__("The service is busy, and the request may or may not have been carried out. Try again.")


class NoPermission(SessionError):
    status_code = 5

    def __init__(self, feature: str) -> None:
        super().__init__(f"The user lacks the feature {feature}.")


class SessionNotFound(SessionError):
    status_code = 6

    def __init__(self) -> None:
        super().__init__("There is no such session, or the user takes no part in it.")


class RouteNotFound(SessionError):
    status_code = 6

    def __init__(self) -> None:
        super().__init__("There is no such resource.")


class ValueOutOfRange(SessionError):
    status_code = 10


class BodyTooLarge(ValueOutOfRange):
    def __init__(self, limit: int) -> None:
        super().__init__(f"The request body is larger than {limit} bytes.")


class NotAuthenticated(SessionError):
    status_code = 20

    def __init__(self) -> None:
        super().__init__("Access denied")
