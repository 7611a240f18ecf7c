"""Folders called like classes: the images in each are of that class."""

from __future__ import annotations

from pathlib import PurePosixPath


def folder_class(image: str) -> str | None:
    """The name of the folder that an image lies in, given relative to the project's folder; None right inside that."""
    return PurePosixPath(image).parent.name.strip() or None
