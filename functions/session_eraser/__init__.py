"""The eraser: removals of sessions in, nothing of them left."""
