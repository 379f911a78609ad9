"""The user as its desktop reads it when it starts: `GET /me`, in Genesys' shape.

`base_url` is the API's address up to and with `/api/v2`.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from facebook_session import exact_json
from facebook_session.policy import Policy
from rest_api.requests import FEATURE
from session_api.reads import Listed

QUERY: Final = frozenset({"fields", "subresources"})

Body = str
User = Mapping[str, Any]


def shown(user_name: str, contact_center_session: str, settings: Mapping[str, Any], base_url: str) -> User:
    """`id` is the name too: a client that makes `/users/{id}` of it has what Transfer takes."""
    path = f"/users/{quote(user_name, safe='')}"
    return {
        "id": user_name,
        "userName": user_name,
        "roles": ["ROLE_AGENT"],
        "features": [FEATURE],
        "settings": {"interaction-workspace": settings},
        "contactCenterSession": {"state": contact_center_session},
        "uri": f"{base_url}{path}",
        "path": path,
    }


def workspace(key: str, policy: Policy) -> Mapping[str, Any]:
    """The options of Genesys' desktop for dispositions; `key` is the user data's that the policy governs."""
    return {
        "interaction.disposition.key-name": key,
        "interaction.disposition.is-mandatory": policy.mandatory,
        "interaction.disposition.value-business-attribute": "DispositionCode",
    }


def body(user: User, sessions: Listed | None) -> Body:
    """An answer's; with the user's open sessions where they are asked for, and a link to those that have no room."""
    if sessions is None:
        return exact_json.dumps({"statusCode": 0, "user": user})
    following = f',"next":{exact_json.dumps(sessions.next)}' if sessions.next else ""
    own = exact_json.dumps(user).removesuffix("}")
    return f'{{"statusCode":0,"user":{own},"facebooksessions":[{",".join(sessions.texts)}]}}{following}}}'
