"""Counts the dispositions of sessions by day, code, queue and agent, from the notifications on the topic."""
