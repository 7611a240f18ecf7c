"""A zip archive with a model that anybody may have made: what is refused leaves as ModelFileError. No Keras."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from io import BufferedReader
from pathlib import Path

from training.dataset.archives import safe_archive
from training.dataset.archives.safe_archive import ArchiveLimits, SafeArchive
from training.run.failure import ModelFileError

__all__ = ["Refused", "SafeArchive", "open_file", "opened_archive", "told_of"]

MOST_ENTRIES = 5_000
LARGEST_DIRECTORY = 2 * 2**20


class Refused(ModelFileError):  # noqa: N818 -- what it says is a sentence for a person
    """A file that is not opened; `reason` is the sentence's end."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name} is not opened as a model: {reason}")
        self.reason = reason


@contextmanager
def opened_archive(path: Path, largest: int, shown: Path | None = None) -> Iterator[SafeArchive]:
    """The archive in a file of at most `largest` bytes; `shown` is what people know it as.

    Raises ModelFileError, which says why it is refused, and OSError.
    """
    limits = ArchiveLimits(largest, MOST_ENTRIES, LARGEST_DIRECTORY, Refused)
    with open_file(path) as file, safe_archive.opened_archive(shown or path, file, limits) as archive:
        yield archive


def open_file(path: Path) -> BufferedReader:
    """To read it. Raises ModelFileError, also for what is no file."""
    try:
        file = safe_archive.open_regular_file(path)
    except FileNotFoundError as error:
        raise ModelFileError(f"{path}: expected a trained model, but there is no such file or folder") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ModelFileError(f"{path}: expected a trained model, got: {reason}") from error
    if file is None:
        raise ModelFileError(f"{path}: expected a trained model, found something that is no file")
    return file


def told_of(path: Path) -> AbstractContextManager[None]:
    """What goes wrong with an archive inside the block leaves as ModelFileError."""
    return safe_archive.told_of(path, Refused)
