"""One process trains in a run folder: a second one is told who does, and a process that dies gives the lock back."""

from __future__ import annotations

import errno
import json
import os
import platform
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass

from filelock import FileLock, Timeout

from training.dataset.safe_files import write_text
from training.dataset.signs_of_life import SILENCE_SECONDS, changed_of_late
from training.run.catalogue.foreign_files import ForeignFileError, read_object
from training.run.plain_values import PlainValueError, from_plain
from training.run.run_folder import RunFolder, RunFolderError

# What drives that know no locks answer; a run there is trained without one.
_NO_LOCKS_HERE = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)
# Somebody may be asking whether the lock is held, for a moment.
_PATIENCE_SECONDS = 1.0
_MOST_OF_HOLDER = 10_000  # bytes
# Another machine's lock can't be tried from here; but what trains there renews its name so often.
BEAT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that trains, or did when it died. `token` tells one holding from another."""

    host: str
    pid: int
    token: str = ""


class Hold:
    """A run that is held: a thread shows that its holder lives, and `check` that nobody else has taken it."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self.holder = Holder(platform.node(), os.getpid(), uuid.uuid4().hex)
        self._content = (json.dumps(asdict(self.holder)) + "\n").encode()
        self._looked = time.time()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def begin(self) -> None:
        """Raises OSError."""
        write_text(self._run.holder_file, self._content.decode())
        self._thread.start()

    def end(self) -> None:
        self._is_over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def check(self, now: bool = False) -> None:
        """Raises RunFolderError once another computer has taken the run over, as it may when this one slept.

        Looks into the folder when `now` is set, or when the thread was kept from it for a while: by the clock on the
        wall, which goes on while a computer sleeps.
        """
        if (now or abs(time.time() - self._looked) > 2 * BEAT_SECONDS) and not self._renew():
            who = _who(holder_of(self._run))
            raise RunFolderError(f"{self._run.path}: another computer took this run over ({who}); it goes on there")

    def is_own(self) -> bool:
        """Whether the run's folder names this holder still; a share that can't be reached says nothing else."""
        try:
            return self._run.holder_file.read_bytes() == self._content
        except FileNotFoundError:
            return False
        except OSError:
            return True

    def _beat(self) -> None:
        while not self._is_over.wait(BEAT_SECONDS):
            if not self._renew():
                self._looked = 0.0  # whoever asks next looks for themselves
                return

    def _renew(self) -> bool:
        """Write the same once more, into the very file that was found to be one's own: its time is what others see."""
        try:
            with self._run.holder_file.open("r+b") as file:
                if file.read() != self._content:
                    return False
                file.seek(0)
                file.write(self._content)
        except FileNotFoundError:
            return False
        except OSError:
            return True  # for the moment the share can't be reached
        self._looked = time.time()
        return True


@contextmanager
def hold_run(run: RunFolder) -> Iterator[Hold]:
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
    hold = Hold(run)
    try:
        hold.begin()
        yield hold
    finally:
        hold.end()
        if hold.is_own() or holder_of(run) is None:
            _give_back(run, lock)
        else:
            lock.release()


def is_running(run: RunFolder) -> bool:
    """Whether a process trains in this folder; where it is on another machine, whether that has given a sign of life of late."""
    holder = holder_of(run)
    if holder is None:
        return False
    if holder.host != platform.node():
        return _lives(run)
    lock = FileLock(run.lock_file, thread_local=False)
    try:
        if not run.lock_file.exists():
            return False
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return _lives(run)
    if holder_of(run) is None:
        # It was given back in this very moment, and asking has made its file again.
        _give_back(run, lock)
    else:
        lock.release()
    return False


def holder_of(run: RunFolder) -> Holder | None:
    """Who holds the run, or held it when it died; None where nobody does."""
    try:
        content = read_object(run.holder_file, _MOST_OF_HOLDER)
        return None if content is None else from_plain(Holder, content, unknown_allowed=True)
    except (ForeignFileError, PlainValueError):
        return None


def _refuse_other_host(run: RunFolder) -> None:
    holder = holder_of(run)
    if holder is not None and holder.host != platform.node() and _lives(run):
        raise RunFolderError(
            f"{run.path}: {_who(holder)} wrote here less than {SILENCE_SECONDS:.0f} seconds ago and may be training "
            "still; if it isn't, try again in a moment"
        )


def _lives(run: RunFolder) -> bool:
    return changed_of_late(run.holder_file, by_the_share=True)


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
