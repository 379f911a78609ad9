"""Where Lambda enters."""

from facebook_session.startup import without_collecting

with without_collecting():
    from undelivered_gauge.app import lambda_handler

__all__ = ["lambda_handler"]
