"""One process trains in a run folder: a second one is told who does, and a process that dies gives the lock back."""

from __future__ import annotations

import errno
import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass

from filelock import FileLock, Timeout

from training.dataset.safe_files import write_text
from training.run.plain_values import PlainValueError, from_plain
from training.run.run_folder import RunFolder, RunFolderError

# What drives that know no locks answer; a run there is trained without one.
_NO_LOCKS_HERE = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)
# Somebody may be asking whether the lock is held, for a moment.
_PATIENCE_SECONDS = 1.0
# Another machine's lock can't be tried from here; but what trains there writes at least so often.
SILENCE_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that trains, or did when it died."""

    host: str
    pid: int


@contextmanager
def hold_run(run: RunFolder) -> Iterator[None]:
    """Be the one process that trains here, while the block runs. Raises RunFolderError when another one is, OSError."""
    _refuse_other_host(run)
    # Whoever holds it may be asked about it in another thread.
    lock = FileLock(run.lock_file, thread_local=False)
    try:
        lock.acquire(timeout=_PATIENCE_SECONDS)
    except Timeout as error:
        raise RunFolderError(f"{run.path}: {_who(holder_of(run))} is training here already") from error
    except OSError as error:
        if error.errno not in _NO_LOCKS_HERE:
            raise
    try:
        write_text(run.holder_file, json.dumps(asdict(Holder(platform.node(), os.getpid()))) + "\n")
        yield
    finally:
        _give_back(run, lock)


def is_running(run: RunFolder) -> bool:
    """Whether a process trains in this folder; where it is on another machine, whether its events grew of late."""
    holder = holder_of(run)
    if holder is None:
        return False
    if holder.host != platform.node():
        return _grew_of_late(run)
    lock = FileLock(run.lock_file, thread_local=False)
    try:
        if not run.lock_file.exists():
            return False
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return _grew_of_late(run)
    if holder_of(run) is None:
        # It was given back in this very moment, and asking has made its file again.
        _give_back(run, lock)
    else:
        lock.release()
    return False


def holder_of(run: RunFolder) -> Holder | None:
    """Who holds the run, or held it when it died; None where nobody does."""
    try:
        return from_plain(Holder, json.loads(run.holder_file.read_text(encoding="utf-8")), unknown_allowed=True)
    except (OSError, ValueError, PlainValueError):
        return None


def _refuse_other_host(run: RunFolder) -> None:
    holder = holder_of(run)
    if holder is not None and holder.host != platform.node() and _grew_of_late(run):
        raise RunFolderError(
            f"{run.path}: {_who(holder)} wrote here less than {SILENCE_SECONDS:.0f} seconds ago and may be training "
            "still; if it isn't, try again in a moment"
        )


def _grew_of_late(run: RunFolder) -> bool:
    try:
        return time.time() - run.events_file.stat().st_mtime < SILENCE_SECONDS
    except OSError:
        return False


def _give_back(run: RunFolder, lock: FileLock) -> None:
    """While it is held: whoever opened the lock's file meanwhile sees that it has gone and starts over."""
    with suppress(OSError):
        run.holder_file.unlink()
    if os.name == "posix":
        with suppress(OSError):
            run.lock_file.unlink()
    lock.release()
    if os.name != "posix":
        with suppress(OSError):
            run.lock_file.unlink()


def _who(holder: Holder | None) -> str:
    if holder is None:
        return "another process"
    if holder.host == platform.node():
        return f"process {holder.pid}"
    return f"process {holder.pid} on {holder.host}"
