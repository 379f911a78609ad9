"""What the user can mend."""


class Problem(Exception):
    """A sentence for the user: what is wrong and what to do about it."""
