"""The project of another person, read only: a folder, a project file, or a zip that was handed in."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from training.dataset.project_errors import ProjectError
from training.dataset.project_place import PROJECT_NAME
from training.dataset.project_unzip import LARGEST_PROJECT, check_project_file, opened_project_zip
from training.dataset.project_zip import ZIP_SUFFIX
from training.dataset.store import ProjectStore

Fingerprint = tuple[int, int]
"""Size and CRC-32 of a file: enough to recognise a photo, and a zip knows them without being unpacked."""
_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class OtherProject:
    title: str
    store: ProjectStore
    size_of: Callable[[str], int | None]  # bytes of a photo; None when it is not at hand
    fingerprint: Callable[[str], Fingerprint | None]


@contextmanager
def opened_other(path: Path) -> Iterator[OtherProject]:
    """Raises ProjectError, OSError."""
    path = Path(path).absolute()
    if path.suffix.lower() == ZIP_SUFFIX and not path.is_dir():
        with _opened_zip(path) as other:
            yield other
        return
    with closing(ProjectStore.open(path, read_only=True)) as store:
        if not store.exists:
            raise ProjectError(f"The folder {store.folder} has no project yet: there is nothing to merge.")
        folder = store.folder
        yield OtherProject(
            folder.name, store, lambda image: size_of(folder / image), lambda image: fingerprint_of(folder / image)
        )


def size_of(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return None


def fingerprint_of(path: Path) -> Fingerprint | None:
    """Of a file; None when it can't be read."""
    size = checksum = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                checksum = zlib.crc32(chunk, checksum)
    except (OSError, ValueError):
        return None
    return size, checksum


@contextmanager
def _opened_zip(path: Path) -> Iterator[OtherProject]:
    """Only the project is unpacked, into a place that goes at the end."""
    with opened_project_zip(path) as zipped, tempfile.TemporaryDirectory() as place:
        copy = Path(place, PROJECT_NAME)
        zipped.copy(PROJECT_NAME, copy, LARGEST_PROJECT)
        check_project_file(copy)
        photos = frozenset(zipped.content.images)

        def fingerprint(image: str) -> Fingerprint | None:
            return zipped.fingerprint(image) if image in photos else None

        def size(image: str) -> int | None:
            return zipped.fingerprint(image)[0] if image in photos else None

        with closing(ProjectStore.open(copy, read_only=True)) as store:
            yield OtherProject(path.stem, store, size, fingerprint)
