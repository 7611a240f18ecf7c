"""The life of a project file: found, locked, opened, made at the first write, closed."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from training.dataset import project_place, store_rows, store_schema
from training.dataset.project_errors import ProjectError, ProjectMadeElsewhereError, as_project_error
from training.dataset.project_lock import ProjectLock
from training.dataset.project_place import PROJECT_NAME, ProjectPlace
from training.dataset.relative_paths import leaves_folder
from training.dataset.store_copy import IMAGE_FOLDER

_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
_SUSPECT_PATHS = r"SELECT path FROM image WHERE path GLOB '*..*' OR path GLOB '[/\]*' OR path GLOB '?:*' OR path = ''"


class ProjectFile:
    """A project file that may not exist yet. Every method may be called from any thread."""

    def __init__(self, folder_or_file: Path, user_data: Path, *, read_only: bool) -> None:
        """Open it if it exists; the lock is taken first, except to read only. Raises ProjectError."""
        self.place = project_place.place_of(folder_or_file, user_data)
        self._user_data = user_data
        self._read_only = read_only
        self._guard = threading.RLock()
        self._lock: ProjectLock | None = None
        self._connection: sqlite3.Connection | None = None
        with as_project_error(self.path, "opened"):
            self._bring_along_project_of_read_only_folder()
            if self.path.exists():
                self._open()

    @property
    def path(self) -> Path:
        return self.place.project_file

    @property
    def exists(self) -> bool:
        return self._connection is not None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """The connection, None while there is no project file."""
        with self._guard, as_project_error(self.path, "read"):
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, done when the block ends well. The first makes the file, or takes it away again if it fails."""
        with self._guard, as_project_error(self.path, "written"):
            if self._read_only:
                raise ProjectError(f"The project {self.path} is open for reading only.")
            if self._lock is not None:
                self._lock.check()
            is_new = self._connection is None
            connection = self._connection or self._create()
            try:
                with _transaction(connection):
                    yield connection
            except BaseException:
                if is_new:
                    self._take_away()
                raise

    def checkpoint(self) -> None:
        """Make the log of the last edits part of the file, with a connection of its own."""
        with self._guard:
            wanted = self.exists and not self._read_only
        if wanted:
            # Nothing is lost when it fails: the log holds everything, and the next checkpoint takes it.
            with suppress(sqlite3.OperationalError):
                store_schema.checkpoint(self.path)

    def close(self) -> None:
        """Closing twice is fine; afterwards it reads as empty and can't be written."""
        with self._guard:
            self._read_only = True
            self._disconnect()

    def _open(self) -> None:
        try:
            if self._read_only:
                self._connection = store_schema.open_for_reading(self.path)
            else:
                self._take_lock()
                self._connection = store_schema.open_for_writing(self.path)
            self._check_content(self._connection)
        except BaseException:
            self._disconnect()
            raise

    def _check_content(self, connection: sqlite3.Connection) -> None:
        """A project file may come from anywhere; its image paths must stay in the folder."""
        if any(leaves_folder(path) for (path,) in connection.execute(_SUSPECT_PATHS)):
            raise ProjectError(f"The project {self.path} names images outside its folder; it is not opened.")
        folder = store_rows.read_setting(connection, IMAGE_FOLDER)
        if folder and self.path.parent == project_place.projects_folder(self._user_data):
            self.place = ProjectPlace(Path(folder), self.path, self.place.notice)

    def _bring_along_project_of_read_only_folder(self) -> None:
        original = self.place.folder / PROJECT_NAME
        if self.place.notice is None or self.path.exists() or not original.exists():
            return
        if self._read_only:
            self.place = ProjectPlace(self.place.folder, original)
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for ending in ("-wal", ""):
            if Path(f"{original}{ending}").exists():
                # Its contents only: the original's permissions are those of a file that can't be written.
                shutil.copyfile(f"{original}{ending}", f"{self.path}{ending}")

    def _create(self) -> sqlite3.Connection:
        try:
            return self._create_here()
        except OSError as error:
            elsewhere = project_place.place_in_user_data(self.place.folder, self._user_data)
            if error.errno not in _READ_ONLY or self.place.notice or elsewhere.project_file.exists():
                raise
            # Some systems only say at the first attempt that a folder can't be written.
            self.place = elsewhere
            return self._create_here()

    def _create_here(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            if self.path.exists():
                raise ProjectMadeElsewhereError(self.path)
            store_schema.create(self.path)
            connection = self._connection = store_schema.open_for_writing(self.path)
            if self.place.notice is not None:
                store_rows.write_setting(connection, IMAGE_FOLDER, os.fspath(self.place.folder))
        except BaseException:
            self._disconnect()
            raise
        return connection

    def _take_away(self) -> None:
        """What a failed first write made; still under the lock."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        with suppress(OSError):
            self.path.unlink()
        self._disconnect()

    def _take_lock(self) -> None:
        lock = ProjectLock(self.path)
        lock.acquire()
        self._lock = lock

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk may have ended the transaction already.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
