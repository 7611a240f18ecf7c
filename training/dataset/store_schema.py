"""The tables of a project file, how one is made, opened and brought up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from training.dataset.project_errors import ProjectError, ProjectTooNewError
from training.dataset.safe_files import replacing

APPLICATION_ID = 0x42585752  # "BXWR"
SCHEMA_VERSION = 3

# The class is the run's own: it may be gone from the project, so it refers to nothing.
_ANSWERED = """CREATE TABLE answered (
    image_id INTEGER NOT NULL REFERENCES image (id),
    position INTEGER NOT NULL,
    class_id INTEGER NOT NULL,
    xmin REAL NOT NULL, ymin REAL NOT NULL, xmax REAL NOT NULL, ymax REAL NOT NULL,
    origin TEXT NOT NULL,
    accepted INTEGER NOT NULL,
    PRIMARY KEY (image_id, position)
) STRICT, WITHOUT ROWID"""
# box_count spares the image list a join over all boxes. Classes are checked at the end of a transaction, so that one
# may delete a class and relabel its boxes in any order.
_TABLES = f"""
CREATE TABLE setting (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE class (
    id INTEGER PRIMARY KEY, position INTEGER NOT NULL, name TEXT NOT NULL, colour TEXT NOT NULL
) STRICT;
CREATE TABLE image (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    width INTEGER,
    height INTEGER,
    reviewed INTEGER NOT NULL,
    class_id INTEGER REFERENCES class (id) DEFERRABLE INITIALLY DEFERRED,
    split TEXT,
    box_count INTEGER NOT NULL,
    extra TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE box (
    image_id INTEGER NOT NULL REFERENCES image (id),
    position INTEGER NOT NULL,
    class_id INTEGER NOT NULL REFERENCES class (id) DEFERRABLE INITIALLY DEFERRED,
    xmin REAL NOT NULL, ymin REAL NOT NULL, xmax REAL NOT NULL, ymax REAL NOT NULL,
    origin TEXT NOT NULL DEFAULT '',
    extra TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (image_id, position),
    CHECK (xmin < xmax AND ymin < ymax)
) STRICT, WITHOUT ROWID;
CREATE INDEX box_of_class ON box (class_id);
CREATE INDEX image_of_class ON image (class_id) WHERE class_id IS NOT NULL;
{_ANSWERED};
"""


def _add_origins_and_answers(connection: sqlite3.Connection) -> None:
    """Version 2: boxes remember the run that proposed them, images the proposals that somebody decided about."""
    connection.execute("ALTER TABLE box ADD COLUMN origin TEXT NOT NULL DEFAULT ''")
    connection.execute(_ANSWERED)


def _add_extras(connection: sqlite3.Connection) -> None:
    """Version 3: what a format said besides is kept, to be given back to it."""
    connection.execute("ALTER TABLE box ADD COLUMN extra TEXT NOT NULL DEFAULT ''")
    connection.execute("ALTER TABLE image ADD COLUMN extra TEXT NOT NULL DEFAULT ''")


# From each older version to the next one; every step runs inside one transaction.
MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _add_origins_and_answers, 2: _add_extras}


def create(project_file: Path) -> None:
    """Make an empty project file; it appears whole or not at all."""
    with replacing(project_file) as beside, closing(sqlite3.connect(beside, isolation_level=None)) as connection:
        connection.executescript(
            f"BEGIN; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}; {_TABLES} COMMIT;"
        )


def open_for_writing(project_file: Path) -> sqlite3.Connection:
    """A connection to a checked and, if need be, migrated project file. Raises ProjectError, sqlite3.Error, OSError."""
    _check_is_project(project_file)
    connection = sqlite3.connect(project_file, isolation_level=None, check_same_thread=False)
    try:
        _protect(connection)
        _choose_journal(connection)
        version = _checked_version(connection, project_file)
        if version < SCHEMA_VERSION:
            _back_up(connection, project_file.with_name(f"{project_file.name}.version-{version}.bak"))
            _migrate(connection, version)
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_reading(project_file: Path) -> sqlite3.Connection:
    """A connection that can't write. An older project is migrated in memory. Raises as open_for_writing does."""
    _check_is_project(project_file)
    connection = _connect_to_read(project_file)
    try:
        _protect(connection)
        version = _checked_version(connection, project_file)
        if version < SCHEMA_VERSION:
            connection = _migrated_copy(connection, version)
    except BaseException:
        connection.close()
        raise
    return connection


def checkpoint(project_file: Path) -> None:
    """Move what the write-ahead log holds into the file and wait until the disk has it; needs no other connection."""
    with closing(sqlite3.connect(project_file, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def _check_is_project(project_file: Path) -> None:
    """By its first bytes, before SQLite reads anything else of the file."""
    with project_file.open("rb") as file:
        head = file.read(100)
    if not head.startswith(b"SQLite format 3\0") or int.from_bytes(head[68:72], "big") != APPLICATION_ID:
        raise ProjectError(f"The file {project_file} is not a Boxwright project.")


def _connect_to_read(project_file: Path) -> sqlite3.Connection:
    uri = project_file.absolute().as_uri()
    # Not mode=ro: the last one to close could then not tidy the log's files away.
    connection = sqlite3.connect(f"{uri}?mode=rw", uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError:
        # A closed project in a folder where the log's files can't be made; nobody writes it then.
        connection.close()
        return sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None, check_same_thread=False)
    return connection


def _protect(connection: sqlite3.Connection) -> None:
    """A project file may come from anywhere: what its schema holds must not call functions with side effects."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA foreign_keys = ON")


def _choose_journal(connection: sqlite3.Connection) -> None:
    """The write-ahead log survives the death of the process without waiting for the disk at each edit.

    It needs shared memory, which network drives do not have; there the rollback journal is used, and it must wait.
    """
    try:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    except sqlite3.OperationalError:
        mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    connection.execute(f"PRAGMA synchronous = {'NORMAL' if mode == 'wal' else 'FULL'}")
    # Checkpoints wait for the disk; they are made beside the event loop. This bounds the log where nobody makes them.
    connection.execute("PRAGMA wal_autocheckpoint = 10000")


def _checked_version(connection: sqlite3.Connection, project_file: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise ProjectTooNewError(
            f"The project {project_file} was made by a newer version of Boxwright (its format is {version}, this "
            f"version reads up to {SCHEMA_VERSION}). Please update Boxwright."
        )
    return version


def _back_up(connection: sqlite3.Connection, target: Path) -> None:
    with replacing(target) as beside, closing(sqlite3.connect(beside)) as copy:
        connection.backup(copy)


def _migrated_copy(connection: sqlite3.Connection, version: int) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    with closing(connection):
        connection.backup(copy)
    _migrate(copy, version)
    return copy


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in range(version, SCHEMA_VERSION):
            MIGRATIONS[step](connection)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
