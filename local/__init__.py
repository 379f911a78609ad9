"""The embedded AWS: the real template on an emulator, on this machine, with no Docker and no account."""
