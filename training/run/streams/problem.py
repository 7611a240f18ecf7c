"""What can be wrong with a video or a camera."""

from __future__ import annotations


class VideoProblem(Exception):  # noqa: N818 -- what it says is one plain sentence for a person
    """A video can't be read or written, or a camera can't be used; the message says which and why."""


class ReadingCancelledError(Exception):
    """Nobody waits any more for what was being looked for in a video."""
