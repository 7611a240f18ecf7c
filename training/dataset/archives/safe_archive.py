"""Reading a zip archive that anybody may have made: refused as a whole before anything of it is used."""

from __future__ import annotations

import os
import stat
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, cast

from training.dataset.archives.entry_names import fault_of_name, first_twin, shown_name

# Deflate reaches 1032; weights reach 1.1, and 40 where most are zeros. Small files may be as even as they like.
HIGHEST_RATIO = 100
_FREE_OF_RATIO = 16 * 2**20
_CHUNK = 2**20
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What zipfile raises for archives that are damaged or made by hand.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, LookupError)

Refusal = Callable[[Path, str], Exception]
"""Makes the error for a file and the end of a sentence that says why it is not opened."""


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much of an archive is read at all, and how what is refused is told."""

    largest: int  # bytes of the archive
    most_entries: int
    largest_directory: int  # bytes of the archive's list of contents: it is read as a whole
    refused: Refusal


class SafeArchive:
    """An archive whose names and sizes are in order. What is read is counted, whatever the archive says of it."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, refused: Refusal) -> None:
        self._path = path
        self._archive = archive
        self._refused = refused
        self.names = tuple(info.filename for info in archive.infolist() if not info.is_dir())

    def size_of(self, name: str) -> int:
        """How many bytes the archive says that a file has."""
        return self._archive.getinfo(name).file_size

    def checksum_of(self, name: str) -> int:
        """The CRC-32 that the archive says a file has; reading the file checks it."""
        return self._archive.getinfo(name).CRC

    def read(self, name: str, most: int) -> bytes:
        """A file's content. Refused when it has more than `most` bytes or is damaged."""
        return b"".join(self._chunks(name, most))

    def beginning(self, name: str, count: int) -> bytes:
        """The first bytes of a file, or all of it where it is shorter. Raises the refusal."""
        return next(self._chunks(name, sys.maxsize), b"")[:count]

    def copy(self, name: str, target: Path, most: int) -> int:
        """Write a file's content to `target`, which is new; its bytes. Raises as `read`, and OSError."""
        with target.open("xb") as file:
            for chunk in self._chunks(name, most):
                file.write(chunk)
            return file.tell()

    def _chunks(self, name: str, most: int) -> Iterator[bytes]:
        info = self._archive.getinfo(name)
        given = 0
        with told_of(self._path, self._refused), self._archive.open(info) as file:
            while chunk := file.read(_CHUNK):
                given += len(chunk)
                if given > most:
                    raise self._refused(self._path, f"{shown_name(name)} in it is larger than {most:,} bytes")
                if given > _FREE_OF_RATIO and given > HIGHEST_RATIO * info.compress_size:
                    raise self._refused(
                        self._path,
                        f"{shown_name(name)} in it grows to more than {HIGHEST_RATIO} times what the archive holds",
                    )
                yield chunk


@contextmanager
def opened_archive(path: Path, file: BufferedReader, limits: ArchiveLimits) -> Iterator[SafeArchive]:
    """The archive in an open file; `path` is what people know it as.

    Raises the error of `limits`, which says why it is refused, and OSError.
    """
    size = os.fstat(file.fileno()).st_size
    if size > limits.largest:
        raise limits.refused(path, f"it has {size:,} bytes, and at most {limits.largest:,} are read")
    with told_of(path, limits.refused):
        archive = zipfile.ZipFile(cast(BinaryIO, _Bounded(path, file, limits)))
    with archive:
        _check(path, archive.infolist(), size, limits)
        yield SafeArchive(path, archive, limits.refused)


def open_regular_file(path: Path) -> BufferedReader | None:
    """To read it, None for what is no file: to open a pipe would wait for ever. Raises OSError, ValueError."""
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    file = os.fdopen(number, "rb") if stat.S_ISREG(os.fstat(number).st_mode) else None
    if file is None:
        os.close(number)
    return file


@contextmanager
def told_of(path: Path, refused: Refusal) -> Iterator[None]:
    """What goes wrong with an archive inside the block is told as that file's refusal."""
    try:
        yield
    except _DAMAGE as error:
        raise refused(path, f"the archive is damaged or cut off ({' '.join(str(error).split())[:120]})") from error


class _Bounded:
    """The archive's file, which gives no more at once than an honest list of contents has."""

    def __init__(self, path: Path, file: BufferedReader, limits: ArchiveLimits) -> None:
        self._path = path
        self._file = file
        self._limits = limits
        self.seek: Callable[..., int] = file.seek
        self.tell: Callable[[], int] = file.tell
        self.seekable: Callable[[], bool] = file.seekable

    def read(self, size: int = -1) -> bytes:
        most = self._limits.largest_directory
        content = self._file.read(min(size, most + 1) if size >= 0 else most + 1)
        if len(content) > most:
            raise self._limits.refused(self._path, "its list of contents is too long")
        return content


def _check(path: Path, entries: list[zipfile.ZipInfo], size: int, limits: ArchiveLimits) -> None:
    refused = limits.refused
    if len(entries) > limits.most_entries:
        raise refused(path, f"it holds {len(entries):,} files, and at most {limits.most_entries:,} are read")
    for entry in entries:
        fault = fault_of_name(entry.orig_filename) or fault_of_name(entry.filename) or _fault_of(entry)
        if fault:
            raise refused(path, f"it holds {fault}")
    twin = first_twin(entry.filename for entry in entries)
    if twin:
        raise refused(path, f"it holds two files that some systems can't tell apart: {shown_name(twin)}")
    fault = _fault_of_places(entries, size)
    if fault:
        raise refused(path, fault)


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


def _fault_of_places(entries: list[zipfile.ZipInfo], size: int) -> str:
    """Files that share their bytes make a small archive grow without end."""
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            return "files in it overlap"
        end = entry.header_offset + entry.compress_size
        if end > size:
            return "the archive is cut off"
    return ""


def looks_like_zip(path: Path) -> bool:
    """By its first bytes: archives that begin with a program are not meant."""
    try:
        file = open_regular_file(path)
    except (OSError, ValueError):
        return False
    if file is None:
        return False
    with file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
