"""What lies in the bucket of what was not announced: in quarantine, or because the stream gave up on it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from facebook_session import quarantine

DISCARDED: Final = "aws/"
"""Where Lambda puts what the stream gave up on."""

PREFIXES: Final = (quarantine.PREFIX, DISCARDED)


def objects(client: Any, bucket: str, prefix: str) -> Iterator[Mapping[str, Any]]:
    """What lies there, as S3 lists it, through a client of S3: `Key`, and `LastModified`, when it came. Raises what the
    client raises.
    """
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Contents", ())


def arrivals(client: Any, bucket: str, prefix: str) -> Iterator[datetime]:
    """When each object came to lie there; likewise."""
    return (one["LastModified"] for one in objects(client, bucket, prefix))
