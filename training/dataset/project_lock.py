"""One writer a project: a second window is told, and a process that dies gives the lock back."""

from __future__ import annotations

import errno
import sys
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from training.dataset.project_errors import ProjectBusyError, ProjectError
from training.dataset.project_holder import SILENCE_SECONDS, Hold, Holder, holder_in, lives

# What drives that know no locks answer; there only the holder's name says that somebody is in it.
_NO_LOCKS_HERE = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)
_FOR_EVERYBODY = 0o666  # what a process leaves when it dies must not keep another person of a shared folder out


class ProjectLock:
    """The lock file beside a project file, and the name of whoever holds it."""

    def __init__(self, project_file: Path) -> None:
        self._project_file = project_file
        self._lock_file = project_file.with_name(f".{project_file.name}.lock")
        self._holder_file = holder_file_of(project_file)
        # A project is opened in one thread and used in another. A lock that is only a file would outlive its process.
        self._lock = FileLock(self._lock_file, mode=_FOR_EVERYBODY, thread_local=False, fallback_to_soft=False)
        self._hold: Hold | None = None

    def acquire(self) -> None:
        """At once or not at all: raises ProjectBusyError."""
        self._take_file()
        try:
            self._refuse_where_another_lives()
        except BaseException:
            self._lock.release()  # its file stays: somebody else's
            raise
        self._hold = Hold(self._holder_file)
        self._hold.begin()

    def check(self) -> None:
        """Raises ProjectError once another computer has taken the project over, as it may when this one slept."""
        if self._hold is not None and self._hold.is_lost:
            by = holder_in(self._holder_file)
            raise ProjectError(
                f"The project {self._project_file} was opened{f' by {by.who}' if by and by.who else ' elsewhere'} while "
                "this computer slept or could not reach it. Nothing more is written here: open the folder again."
            )

    def release(self) -> None:
        if self._hold is not None:
            self._hold.end()
            self._hold = None
        if not self._lock.is_locked:
            return
        if sys.platform != "win32":
            # While it is held: whoever opened the file meanwhile sees that it has gone and starts over.
            with suppress(OSError):
                self._lock_file.unlink()
        self._lock.release()

    def _take_file(self) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise ProjectBusyError(self._project_file, holder_in(self._holder_file)) from error
        except PermissionError:
            if not _removed_if_dead(self._lock_file):
                raise ProjectBusyError(self._project_file, holder_in(self._holder_file)) from None
            self._lock.acquire(timeout=0)
        except OSError as error:
            if error.errno not in _NO_LOCKS_HERE:
                raise

    def _refuse_where_another_lives(self) -> None:
        """A lock that was got here says nothing where a share keeps the locks of each computer apart, or knows none."""
        holder = holder_in(self._holder_file)
        if holder is None or (holder.is_here and (self._lock.is_locked or _has_ended(holder.pid))):
            return
        if lives(self._holder_file):
            raise ProjectBusyError(self._project_file, holder, until=SILENCE_SECONDS)


def holder_file_of(project_file: Path) -> Path:
    return project_file.with_name(f".{project_file.name}.holder")


def holder_of(project_file: Path) -> Holder | None:
    """Who has a project open, or had when they died; None where nobody is named."""
    return holder_in(holder_file_of(project_file))


def _has_ended(pid: int) -> bool:
    import psutil  # only where locks are not known: other windows need not wait for it

    return not psutil.pid_exists(pid)


def _removed_if_dead(lock_file: Path) -> bool:
    """Somebody else's lock file that may only be read: whoever made it has died if the lock is free. False if held."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        with lock_file.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            lock_file.unlink()
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True
