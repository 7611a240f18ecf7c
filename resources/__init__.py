"""Icons, style and the pieces the sample project is drawn from: plain files, found by one function."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable


def resource(*parts: str) -> Traversable:
    """A file of this folder, also where the program was packed into an archive."""
    return files("resources").joinpath(*parts)
