"""Where models from elsewhere are unpacked: a bounded folder that several windows and commands share. No Keras."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from training.run.failure import ModelFileError

MOST_MODELS = 12
MOST_BYTES = 4 * 2**30
MOST_HELD = 4  # by one process: what it opened last
CONTENTS = "contents.json"
# Somebody else may be looking at a large model.
_PATIENCE_SECONDS = 200.0
_NEW, _OLD = "-new", "-old"
_held: dict[str, FileLock] = {}


def models_folder() -> Path:
    return platformdirs.user_cache_path("boxwright", appauthor=False) / "models"


def in_cache(key: str, fill: Callable[[Path], None]) -> Path:
    """The folder of this key, filled by `fill` unless it is there; older ones make room.

    A folder is whole or it is not there, whatever `fill` raises and whenever a process dies; this process keeps the last
    few from being removed. Raises ModelFileError when another process is busy here for minutes, OSError.
    """
    home = models_folder()
    home.mkdir(parents=True, exist_ok=True)
    with _alone_in(home):
        _remove_leftovers(home)
        folder = home / key
        if not _is_whole(folder):
            _fill(folder, fill)
        os.utime(folder)
        _hold(folder)
        _make_room(home, folder)
    return folder


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    try:
        with FileLock(home / "cache.lock", timeout=_PATIENCE_SECONDS):
            yield
    except Timeout as error:
        raise ModelFileError(f"another window or command has been opening a model in {home} for minutes") from error


def _fill(folder: Path, fill: Callable[[Path], None]) -> None:
    if folder.exists():
        _remove(folder)
    beside = folder.with_name(f".{folder.name}{_NEW}")
    beside.mkdir()
    try:
        fill(beside)
        sizes = {file.name: file.stat().st_size for file in beside.iterdir()}
        (beside / CONTENTS).write_text(json.dumps(sizes) + "\n", encoding="utf-8", newline="\n")
        os.replace(beside, folder)  # noqa: PTH105 -- as in safe_files
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _is_whole(folder: Path) -> bool:
    """Programs that tidy up caches may have taken a part of it."""
    try:
        sizes = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def _remove_leftovers(home: Path) -> None:
    """Of processes that died: whoever asks is alone here."""
    for entry in home.iterdir():
        if entry.name.startswith(".") and entry.name.endswith((_NEW, _OLD)):
            shutil.rmtree(entry, ignore_errors=True)


def _make_room(home: Path, keep: Path) -> None:
    models = [entry for entry in home.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    held = _in_use(home)
    total = 0
    for place, folder in enumerate(sorted(models, key=lambda each: (each != keep, -each.stat().st_mtime))):
        total += sum(file.stat().st_size for file in folder.iterdir())
        if folder != keep and (place >= MOST_MODELS or total > MOST_BYTES) and folder.name not in held:
            _remove(folder)


def _remove(folder: Path) -> None:
    """At once as a whole, or, where somebody has a file of it open on Windows, not at all."""
    old = folder.with_name(f".{folder.name}{_OLD}")
    with suppress(PermissionError):
        os.replace(folder, old)  # noqa: PTH105 -- as in safe_files
        shutil.rmtree(old, ignore_errors=True)


def _hold(folder: Path) -> None:
    """A model that answers may be loaded once more, when its process died: its files stay as long as this process."""
    lock = _held.pop(folder.name, None)
    if lock is None:
        lock = FileLock(folder.parent / f"{folder.name}.{os.getpid()}.held", thread_local=False)
        lock.acquire(timeout=0)
    _held[folder.name] = lock
    while len(_held) > MOST_HELD:
        _held.pop(next(iter(_held))).release()


def _in_use(home: Path) -> set[str]:
    """The keys of models that a living process holds."""
    held = set(_held)
    for file in home.glob("*.held"):
        lock = FileLock(file)
        try:
            with lock.acquire(timeout=0):
                pass
        except Timeout:
            held.add(file.name.partition(".")[0])
            continue
        if file.name.partition(".")[0] not in _held or not file.name.endswith(f".{os.getpid()}.held"):
            file.unlink(missing_ok=True)
    return held
