"""Drives a stack with desktops that live conversations, and checks that nothing is lost, doubled or out of order."""
