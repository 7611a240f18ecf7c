"""The image files that a person names, as they are found: a folder may hold a hundred thousand. No Keras."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

NamedFile = tuple[str, Path]


class FoundFiles:
    """Iterating gives each image with the name it gets in results; `total` is known a little later.

    Below a single folder an image is named by its path there, else as it was given. What lies in `without` is left out.
    """

    def __init__(self, paths: Sequence[Path], without: Path | None = None) -> None:
        self.paths = tuple(paths)

    @property
    def total(self) -> int | None:
        """None until a thread has counted them."""
        raise NotImplementedError

    @property
    def videos(self) -> int:
        """Found so far in folders, and left out: `boxwright video` is for them."""
        raise NotImplementedError

    def close(self) -> None:
        """Ends the counting."""

    def __iter__(self) -> Iterator[NamedFile]:
        raise NotImplementedError
