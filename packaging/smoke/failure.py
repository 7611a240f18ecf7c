"""What ends the smoke test."""

from __future__ import annotations


class SmokeError(Exception):
    """A sentence on what should have been, and what was; `seen` is what the program said."""

    def __init__(self, sentence: str, seen: str = "") -> None:
        super().__init__(sentence)
        self.seen = seen
