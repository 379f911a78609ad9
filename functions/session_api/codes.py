"""The codes of the policy, in both forms in which Genesys shows them to desktops. Each is an answer's body.

`base_url` is the API's address up to and with `/api/v2`.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from facebook_session import exact_json
from facebook_session.policy import Document, Policy, is_folder, normal, usable

_ROOT_ID: Final = "dispositions:"  # a folder's has no colon
_KIND: Final = "dispositions"

Body = str


def settings(policy: Policy) -> Body:
    """All codes that can be set, without their folders."""
    shown = [_shown(code) for code in usable(policy.document.get("codes", ()))]
    return exact_json.dumps({"statusCode": 0, "key": "name", "settings": shown})


def groups(policy: Policy, base_url: str) -> Body:
    """A group for the codes outside of folders, and one for each folder."""
    codes = policy.document.get("codes", ())
    shown = [*_group(_ROOT_ID, "Dispositions", codes, base_url, "")] if codes else []
    return exact_json.dumps({"statusCode": 0, "groups": shown})


def _group(group_id: str, name: str, codes: Sequence[Document], base_url: str, parent: str) -> Iterator[dict[str, Any]]:
    path = f"/groups/{group_id}"
    above = {"parentUri": f"{base_url}{parent}"} if parent else {}
    yield {
        "id": group_id,
        "name": name,
        "type": _KIND,
        "contains": [_KIND],
        "defaultGroup": not parent,
        **above,
        "dispositions": [_shown(code) for code in codes if not is_folder(code) and not code.get("retired")],
        "uri": f"{base_url}{path}",
        "path": path,
    }
    for code in codes:
        if is_folder(code) and not code.get("retired"):
            yield from _group(
                quote(normal(code["name"]), safe=""), code["displayName"], code["children"], base_url, path
            )


def _shown(code: Document) -> dict[str, Any]:
    return {"name": normal(code["name"]), "displayName": code["displayName"]}
