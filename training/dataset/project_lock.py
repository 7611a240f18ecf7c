"""One writer a project: a second window is told, and a process that dies gives the lock back."""

from __future__ import annotations

import errno
import sys
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from training.dataset.project_errors import ProjectBusyError

# What drives that know no locks answer; a project there is used without one.
_NO_LOCKS_HERE = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


class ProjectLock:
    """The lock file beside a project file."""

    def __init__(self, project_file: Path) -> None:
        self._project_file = project_file
        self._lock_file = project_file.with_name(f".{project_file.name}.lock")
        # A project is opened in one thread and used in another.
        self._lock = FileLock(self._lock_file, thread_local=False)

    def acquire(self) -> None:
        """At once or not at all: raises ProjectBusyError."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise ProjectBusyError(
                f"The project {self._project_file} is open in another window or command. Close it there first."
            ) from error
        except OSError as error:
            if error.errno not in _NO_LOCKS_HERE:
                raise

    def release(self) -> None:
        if not self._lock.is_locked:
            return
        if sys.platform != "win32":
            # While it is held: whoever opened the file meanwhile sees that it has gone and starts over.
            with suppress(OSError):
                self._lock_file.unlink()
        self._lock.release()
