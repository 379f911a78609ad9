"""Who hears what of a change: a pure function of the session before and after it.

Desktops get whole notifications, whatever the topic's are: an agent sees the own sessions anyway.
"""

from collections.abc import Mapping
from typing import Any

from facebook_session.notifications import Notification, Session, end_of_part, notifications
from facebook_session.session import path

Body = Mapping[str, Any]


def audience(old: Session | None, new: Session, base_url: str) -> dict[str, list[Body]]:
    """For each agent who takes part before or after the change the bodies of its notifications, in order.

    To who loses the session to another agent it has ended, and nothing else is told.
    """
    before, after = set((old or {}).get("agents", ())), set(new.get("agents", ()))
    told = [_body(one) for one in notifications(old, new, base_url)]
    heard = dict.fromkeys(sorted(after), told) if told else {}
    return heard | {agent: [end_of_part(new, base_url)] for agent in sorted(before - after)}


def _body(one: Notification) -> Body:
    """As Genesys' server sends it to desktops: with the session's path where it has no session."""
    if "facebooksessionUri" not in one.body:
        return one.body
    return {**one.body, "facebooksessionPath": path(one.session_id)}
