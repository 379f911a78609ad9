"""The example subscriber's copies in memory. tests/integration/test_copies.py holds them against those in its table."""

from session_copies.rule import Copy


class KeptCopies:
    """`kept` has the copies by session."""

    def __init__(self, **kept: Copy) -> None:
        self.kept = kept

    def number(self, session_id: str) -> int:
        return self.kept[session_id].number if session_id in self.kept else 0

    def keep(self, session_id: str, copy: Copy) -> None:
        if copy.number > self.number(session_id):
            self.kept[session_id] = copy

    def move_on(self, session_id: str, copy: Copy) -> None:
        old = self.kept.get(session_id)
        if old and old.number == copy.number - 1:
            self.kept[session_id] = Copy(copy.number, old.user_data if copy.user_data is None else copy.user_data)

    def drop(self, session_id: str) -> None:
        self.kept.pop(session_id, None)
