"""Reading a zip archive that anybody may have made: refused as a whole before anything of it is used. No Keras."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from training.run.failure import ModelFileError
from training.run.opening.entry_names import fault_of_name, first_twin, shown_name

MOST_ENTRIES = 5_000
LARGEST_DIRECTORY = 2 * 2**20  # bytes of the archive's list of contents: it is read as a whole
# Deflate reaches 1032; weights reach 1.1, and 40 where most are zeros. Small files may be as even as they like.
HIGHEST_RATIO = 100
_FREE_OF_RATIO = 16 * 2**20
_CHUNK = 2**20
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What zipfile raises for archives that are damaged or made by hand.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, LookupError)


class SafeArchive:
    """An archive whose names and sizes are in order. What is read is counted, whatever the archive says of it."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._archive = archive
        self.names = tuple(info.filename for info in archive.infolist() if not info.is_dir())

    def read(self, name: str, most: int) -> bytes:
        """A file's content. Raises ModelFileError when it has more than `most` bytes or is damaged."""
        return b"".join(self._chunks(name, most))

    def copy(self, name: str, target: Path, most: int) -> int:
        """Write a file's content to `target`, which is new; its bytes. Raises as `read`, and OSError."""
        with target.open("xb") as file:
            for chunk in self._chunks(name, most):
                file.write(chunk)
            return file.tell()

    def _chunks(self, name: str, most: int) -> Iterator[bytes]:
        info = self._archive.getinfo(name)
        given = 0
        with told_of(self._path), self._archive.open(info) as file:
            while chunk := file.read(_CHUNK):
                given += len(chunk)
                if given > most:
                    raise Refused(self._path, f"{shown_name(name)} in it is larger than {most:,} bytes")
                if given > _FREE_OF_RATIO and given > HIGHEST_RATIO * info.compress_size:
                    raise Refused(
                        self._path,
                        f"{shown_name(name)} in it grows to more than {HIGHEST_RATIO} times what the archive holds",
                    )
                yield chunk


@contextmanager
def opened_archive(path: Path, largest: int, shown: Path | None = None) -> Iterator[SafeArchive]:
    """The archive in a file of at most `largest` bytes; `shown` is what people know it as.

    Raises ModelFileError, which says why it is refused, and OSError.
    """
    with open_file(path) as file:
        path = shown or path
        size = os.fstat(file.fileno()).st_size
        if size > largest:
            raise Refused(path, f"it has {size:,} bytes, and at most {largest:,} are read")
        with told_of(path):
            archive = zipfile.ZipFile(cast(BinaryIO, _Bounded(path, file)))
        with archive:
            _check(path, archive.infolist(), size)
            yield SafeArchive(path, archive)


def open_file(path: Path) -> BufferedReader:
    """To read it. Raises ModelFileError for what is no file: to open a pipe would wait for ever."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise ModelFileError(f"{path}: expected a trained model, but there is no such file or folder") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ModelFileError(f"{path}: expected a trained model, got: {reason}") from error
    file = os.fdopen(number, "rb")
    if not stat.S_ISREG(os.fstat(number).st_mode):
        file.close()
        raise ModelFileError(f"{path}: expected a trained model, found something that is no file")
    return file


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """What goes wrong with an archive inside the block leaves as ModelFileError."""
    try:
        yield
    except _DAMAGE as error:
        raise Refused(path, f"the archive is damaged or cut off ({' '.join(str(error).split())[:120]})") from error


class Refused(ModelFileError):  # noqa: N818 -- what it says is a sentence for a person
    """A file that is not opened; `reason` is the sentence's end."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name} is not opened as a model: {reason}")
        self.reason = reason


class _Bounded:
    """The archive's file, which gives no more at once than an honest list of contents has."""

    def __init__(self, path: Path, file: BufferedReader) -> None:
        self._path = path
        self._file = file
        self.seek: Callable[..., int] = file.seek
        self.tell: Callable[[], int] = file.tell
        self.seekable: Callable[[], bool] = file.seekable

    def read(self, size: int = -1) -> bytes:
        content = self._file.read(min(size, LARGEST_DIRECTORY + 1) if size >= 0 else LARGEST_DIRECTORY + 1)
        if len(content) > LARGEST_DIRECTORY:
            raise Refused(self._path, "its list of contents is too long")
        return content


def _check(path: Path, entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Refused(path, f"it holds {len(entries):,} files, and at most {MOST_ENTRIES:,} are read")
    for entry in entries:
        fault = fault_of_name(entry.orig_filename) or fault_of_name(entry.filename) or _fault_of(entry)
        if fault:
            raise Refused(path, f"it holds {fault}")
    twin = first_twin(entry.filename for entry in entries)
    if twin:
        raise Refused(path, f"it holds two files that some systems can't tell apart: {shown_name(twin)}")
    _check_places(path, entries, size)


def _fault_of(entry: zipfile.ZipInfo) -> str:
    shown = shown_name(entry.filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return f"a link or something else that is no file: {shown}"
    if entry.flag_bits & _ENCRYPTED:
        return f"an encrypted file: {shown}"
    if entry.compress_type not in _METHODS:
        return f"a file that is compressed in an unusual way: {shown}"
    if entry.file_size > _FREE_OF_RATIO and entry.file_size > HIGHEST_RATIO * entry.compress_size:
        return f"a file that grows to more than {HIGHEST_RATIO} times its size: {shown}"
    return ""


def _check_places(path: Path, entries: list[zipfile.ZipInfo], size: int) -> None:
    """Files that share their bytes make a small archive grow without end."""
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            raise Refused(path, "files in it overlap")
        end = entry.header_offset + entry.compress_size
        if end > size:
            raise Refused(path, "the archive is cut off")
