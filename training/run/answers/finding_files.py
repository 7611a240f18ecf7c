"""The image files that a person names, as they are found: a folder may hold a hundred thousand. No Keras."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

from training.dataset.image_folder import entries_below, is_image_file, walk_images
from training.run.streams.containers import is_video_name

NamedFile = tuple[str, Path]


class FoundFiles:
    """Iterating gives each image with the name it gets in results; `total` is known a little later.

    Below a single folder an image is named by its path there, else as it was given. What lies in `without` is left out.
    A context manager.
    """

    def __init__(self, paths: Sequence[Path], without: Path | None = None) -> None:
        self.paths = tuple(paths)
        self._without = without
        self._total: int | None = None
        self._videos = 0
        self._is_closed = threading.Event()
        self._counting = threading.Thread(target=self._count, name="count files", daemon=True)
        self._counting.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def total(self) -> int | None:
        """None until a thread has counted them."""
        return self._total

    @property
    def videos(self) -> int:
        """Found so far in folders, and left out: `boxwright video` is for them."""
        return self._videos

    def close(self) -> None:
        """Ends the counting."""
        self._is_closed.set()
        self._counting.join()

    def __iter__(self) -> Iterator[NamedFile]:
        for path in self.paths:
            if not path.is_dir():
                yield path.as_posix(), path
                continue
            for name in walk_images(path, self._without):
                yield name if len(self.paths) == 1 else (path / name).as_posix(), path / name

    def _count(self) -> None:
        total = 0
        for path in self.paths:
            if not path.is_dir():
                total += 1
                continue
            for entry in entries_below(path, self._without):
                if self._is_closed.is_set():
                    return
                if is_image_file(entry):
                    total += 1
                elif is_video_name(entry.name):
                    self._videos += 1
        self._total = total
