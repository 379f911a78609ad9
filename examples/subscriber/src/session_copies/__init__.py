"""Keeps a copy of every session's user data, from the notifications on the topic."""
