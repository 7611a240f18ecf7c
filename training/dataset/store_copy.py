"""A project file that travels: copied whole while others write it, and looked at before it is used elsewhere."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from training.dataset import store_schema
from training.dataset.project_errors import ProjectError, as_project_error

IMAGE_FOLDER = "image_folder"  # the setting of a project whose folder is read-only; it is of this computer alone


def write_copy(
    connection: sqlite3.Connection | None, target: Path, renamed: Mapping[str, str], image_folder: Path | None = None
) -> None:
    """Copy a project, or an empty one where there is none yet, into a new file with other paths for some images.

    `image_folder` is where the copy finds its images, unless they lie beside it. It holds what was committed when the copy began, and needs no journal beside it. Raises sqlite3.Error, OSError.
    """
    if connection is None:
        store_schema.create(target)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        if connection is not None:
            connection.backup(copy)
        copy.execute("PRAGMA trusted_schema = OFF")
        copy.execute("PRAGMA journal_mode = DELETE").fetchone()
        copy.execute("BEGIN")
        copy.execute("DELETE FROM setting WHERE key = ?", (IMAGE_FOLDER,))
        if image_folder is not None:
            copy.execute("INSERT INTO setting (key, value) VALUES (?, ?)", (IMAGE_FOLDER, os.fspath(image_folder)))
        copy.executemany("UPDATE image SET path = ? WHERE path = ?", [(new, old) for old, new in renamed.items()])
        copy.execute("COMMIT")


def check_foreign(project_file: Path) -> None:
    """A project that somebody else made holds plain tables and is whole; other ones are refused with ProjectError."""
    with as_project_error(project_file, "read"):
        uri = f"{project_file.absolute().as_uri()}?immutable=1"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            if connection.execute(
                "SELECT 1 FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR sql LIKE 'create virtual%' LIMIT 1"
            ).fetchone():
                raise ProjectError(f"The project {project_file.name} holds more than tables; it is not opened.")
            if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise ProjectError(f"The project {project_file.name} is damaged.")
