"""Which files of a long run are done and how far its results had come, so that it can go on after any kind of end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


class Journal:
    """A file beside the result, as long as that is not finished.

    `described` is what must be the same for a run to go on, word by word: the model, the options.
    """

    def __init__(self, path: Path, described: Mapping[str, str], *, goes_on: bool) -> None:
        """Without `goes_on` an earlier journal is begun anew."""
        self.path = path
