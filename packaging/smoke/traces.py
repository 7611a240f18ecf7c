"""What the program has written where it should not, and what its window's process has loaded."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

OURS = re.compile(r"boxwright|_MEI|keras|tensorflow|tflite|litert|onnx|matplotlib", re.IGNORECASE)
TENSORFLOW = re.compile(r"/(tensorflow|keras)/|libtensorflow")
FLEETING = ("/dev/", "/proc/", "/sys/", "/memfd:", "/anon_inode", "/[")
WRITING = 0o3  # of the flags of an open file: not for reading alone
LOOK_SECONDS = 0.3

Snapshot = dict[str, tuple[int, int]]


def snapshot(folder: Path) -> Snapshot:
    """Size and time of each file below."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            facts = path.stat()
            found[path.relative_to(folder).as_posix()] = (facts.st_size, facts.st_mtime_ns)
    return found


def changes(before: Snapshot, after: Snapshot) -> list[str]:
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def foreign_entries() -> set[Path]:
    """What lies in the person's own places and is called as ours would be. (The temporary folder is one of this test.)"""
    home = Path.home()
    inside = (
        ".config",
        ".cache",
        ".local/share",
        ".local/state",
        "AppData/Roaming",
        "AppData/Local",
        "Library/Caches",
        "Library/Application Support",
        "Library/Preferences",
    )
    places = [home, *(home / one for one in inside)]
    return {entry for place in places for entry in _entries(place) if OURS.search(entry.name)}


def _entries(place: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from place.iterdir()


class Watch:
    """Linux: looks at the processes of the program while they run. Elsewhere it sees nothing, and `can_see` says so."""

    can_see = sys.platform == "linux"

    def __init__(self, processes: Callable[[], list[int]], allowed: list[Path]) -> None:
        self._processes = processes
        self._allowed = tuple(f"{folder}{os.sep}" for folder in allowed)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_again_and_again)
        self.without_tensorflow: set[int] = set()  # processes that must never load it
        self.written: set[str] = set()
        self.loaded: set[str] = set()
        self.looks = 0

    def __enter__(self) -> Watch:
        if self.can_see:
            self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        if self.can_see:
            self._thread.join()

    def _look_again_and_again(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            for pid in self._processes():
                with contextlib.suppress(OSError):  # it has ended meanwhile
                    self.written.update(self._written_by(Path(f"/proc/{pid}")))
            for pid in self.without_tensorflow:
                with contextlib.suppress(OSError):
                    self.loaded.update(tensorflow_in(Path(f"/proc/{pid}/maps").read_text()))
                    self.looks += 1

    def _written_by(self, process: Path) -> Iterator[str]:
        for entry in (process / "fd").iterdir():
            with contextlib.suppress(OSError):
                target = str(entry.readlink())
                flags = re.search(r"^flags:\s+(\d+)", (process / "fdinfo" / entry.name).read_text(), re.MULTILINE)
                is_written = flags is not None and int(flags[1], 8) & WRITING
                if is_written and target.startswith("/") and not target.startswith((*FLEETING, *self._allowed)):
                    yield target


def tensorflow_in(maps: str) -> set[str]:
    """Files of TensorFlow or Keras that a process has mapped."""
    return {line.split(maxsplit=5)[-1] for line in maps.splitlines() if TENSORFLOW.search(line)}
