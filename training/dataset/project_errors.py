"""What can go wrong with a project file. Each message is a sentence for the person who uses the program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.dataset.project_holder import Holder


class ProjectError(Exception):
    """A project can't be read or written as it stands."""


class ProjectBusyError(ProjectError):
    """Another window or command has the project open; `holder` is who, where that is known."""

    def __init__(self, project_file: Path, holder: Holder | None = None, until: float | None = None) -> None:
        """`until`: nobody renewed their name for less than so many seconds, and may have gone since."""
        who = holder.who if holder is not None else ""
        seconds = "" if until is None else f" (or was less than {until:.0f} seconds ago)"
        super().__init__(
            f"The project {project_file} is open in another window or command{who and f' of {who}'}{seconds}. "
            "Close it there first."
        )
        self.project_file = project_file
        self.holder = holder
        self.may_have_gone = until is not None


class ProjectMadeElsewhereError(ProjectBusyError):
    """Somebody made the project of this folder after it was opened here."""

    def __init__(self, project_file: Path) -> None:
        ProjectError.__init__(self, f"The project {project_file} was made elsewhere meanwhile. Open the folder again.")
        self.project_file = project_file
        self.holder = None
        self.may_have_gone = False


class WouldReplaceError(ProjectError):
    """An export would take the place of `files`, which hold something else."""

    def __init__(self, files: Sequence[Path]) -> None:
        super().__init__(f"These files would be replaced: {', '.join(file.name for file in files)}.")
        self.files = tuple(files)


class ProjectTooNewError(ProjectError):
    """A newer version of the program made the project."""


_PLAIN_REASONS = {
    "database or disk is full": "the disk is full",
    "attempt to write a readonly database": "the file is read-only",
    "database is locked": "another program is using it",
    "unable to open database file": "the file cannot be opened",
    "disk I/O error": "the disk reported an error",
    "database disk image is malformed": "the file is damaged",
    "file is not a database": "the file is damaged",
    "FOREIGN KEY constraint failed": "a box or an image names a class that the project does not have",
    "CHECK constraint failed": "a box has no area",
}


@contextmanager
def as_project_error(project_file: Path, doing: str) -> Iterator[None]:
    """Turns the failures of SQLite and of the disk into a ProjectError; mistakes of the program stay as they are."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except (sqlite3.Error, OSError, UnicodeEncodeError) as error:
        raise ProjectError(f"The project {project_file} cannot be {doing}: {plain_reason(error)}.") from error


def plain_reason(error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return f"{error.object!r} is no valid text"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    text = str(error)
    return next((plain for technical, plain in _PLAIN_REASONS.items() if text.startswith(technical)), text)
