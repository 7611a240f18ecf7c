"""Weights that came with the program: `packaging/weights` says which files, and the build puts them inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import resources
from resources import resource


def built_in_weights(name: str) -> Path | None:
    """The file that Keras calls so, where it came with the program or lies in the checkout that is run."""
    return next((folder / name for folder in _folders() if (folder / name).is_file()), None)


def _folders() -> Iterator[Path]:
    inside = resource("weights")
    if isinstance(inside, Path):
        yield inside
    yield Path(resources.__file__).resolve().parents[1] / "packaging/weights"
