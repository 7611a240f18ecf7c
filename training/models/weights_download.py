"""One file from the network: watched, broken off at any moment, and either whole in its place or not there."""

from __future__ import annotations

import glob
import http.client
import os
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

# Told how many bytes are there and, where known, of how many: at the start and then several times a second. What it
# raises ends the download.
Progress = Callable[[int, int | None], None]
# Without a byte for so many seconds nothing more is expected.
PATIENCE = 30.0
_LOOK_AFTER = 0.2
_LET_GO = 0.5  # seconds in which a fetching that goes on notices that nobody wants it
_CHUNK = 1 << 16
_PART = ".part"
_LEFT_OVER_AFTER = 3600.0


class DownloadFailed(Exception):  # noqa: N818 -- it says what is the case
    """The file could not be fetched; the message is the reason in a few words."""


def download(address: str, target: Path, progress: Progress | None = None, patience: float = PATIENCE) -> None:
    """Fetch `address` to `target`, which is replaced only by the whole file.

    Raises DownloadFailed (no network, an answer that is no file, a connection that breaks off or stands still), OSError
    (the disk), and what `progress` raises.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear_away_leftovers(target)
    beside = target.with_name(f".{target.name}-{uuid.uuid4().hex}{_PART}")
    fetching = _Fetching(address, beside.open("xb"), beside, patience)
    fetching.start()
    try:
        _watch(fetching, progress, patience)
        beside.replace(target)
    finally:
        fetching.give_up()


def _clear_away_leftovers(target: Path) -> None:
    """Of programs that were killed while they downloaded."""
    for part in target.parent.glob(f".{glob.escape(target.name)}-*{_PART}"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > _LEFT_OVER_AFTER:
                part.unlink()


def _watch(fetching: _Fetching, progress: Progress | None, patience: float) -> None:
    done, moved = -1, time.monotonic()
    if progress is not None:
        progress(0, None)
    while not fetching.ended.wait(_LOOK_AFTER):
        if fetching.done != done:
            done, moved = fetching.done, time.monotonic()
        elif time.monotonic() - moved > patience:
            raise DownloadFailed(_standstill(patience))
        if progress is not None:
            progress(fetching.done, fetching.total)
    if fetching.error is not None:
        raise fetching.error
    if progress is not None:
        progress(fetching.done, fetching.total)


class _Fetching(threading.Thread):
    """The part that may hang: looking up a name knows no limit of time, and a read none that somebody could shorten."""

    def __init__(self, address: str, file: BinaryIO, path: Path, patience: float) -> None:
        super().__init__(name="download", daemon=True)
        self.done = 0
        self.total: int | None = None
        self.error: Exception | None = None
        self.ended = threading.Event()
        self._address = address
        self._file = file
        self._path = path
        self._patience = patience
        self._given_up = threading.Event()

    def give_up(self) -> None:
        """What is not yet in its place goes, at once or as soon as the network lets go of it."""
        self._given_up.set()
        if self.ended.wait(_LET_GO):
            self._path.unlink(missing_ok=True)

    def run(self) -> None:
        try:
            with self._file:
                self._fetch()
                self._file.flush()
                os.fsync(self._file.fileno())
        except (DownloadFailed, OSError) as error:
            self.error = error
        self.ended.set()
        if self._given_up.is_set():
            self._path.unlink(missing_ok=True)

    def _fetch(self) -> None:
        try:
            with urllib.request.urlopen(self._address, timeout=self._patience) as answer:  # noqa: S310 -- Keras names it
                length = answer.headers.get("Content-Length")
                self.total = int(length) if length else None
                self._copy(answer)
        except TimeoutError as error:
            raise DownloadFailed(_standstill(self._patience)) from error
        except urllib.error.HTTPError as error:
            error.close()
            raise DownloadFailed(f"the server answers {error.code} {error.reason}") from error
        except urllib.error.URLError as error:
            timed_out = isinstance(error.reason, TimeoutError)
            raise DownloadFailed(_standstill(self._patience) if timed_out else _unreachable(error.reason)) from error
        except (ConnectionError, http.client.HTTPException) as error:
            raise DownloadFailed(self._broken_off()) from error
        if self.total is not None and self.done < self.total and not self._given_up.is_set():
            raise DownloadFailed(self._broken_off())

    def _copy(self, answer: http.client.HTTPResponse) -> None:
        while not self._given_up.is_set():
            chunk = answer.read1(_CHUNK)
            if not chunk:
                return
            self._file.write(chunk)
            self.done += len(chunk)

    def _broken_off(self) -> str:
        of_all = "" if self.total is None else f" of {self.total:,}"
        return f"the connection broke off after {self.done:,}{of_all} bytes"


def _unreachable(reason: str | BaseException) -> str:
    plain = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    return f"the server can't be reached ({plain})"


def _standstill(patience: float) -> str:
    return f"nothing came from the network for {patience:g} seconds"
