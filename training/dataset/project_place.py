"""Where the project file of a folder lies."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from training.dataset.project_errors import ProjectError

PROJECT_NAME = "project.boxwright"


@dataclass(frozen=True, slots=True)
class ProjectPlace:
    """The image folder, its project file, and a sentence when the file is not where one would look for it."""

    folder: Path
    project_file: Path
    notice: str | None = None


def place_of(folder_or_file: Path, user_data: Path) -> ProjectPlace:
    """The place of a project that is named by its folder or by its file, existing or not. Raises ProjectError."""
    path = Path(folder_or_file).absolute()
    if path.is_dir():
        folder, project_file = path, path / PROJECT_NAME
    elif path.is_file():
        folder, project_file = path.parent, path
    else:
        raise ProjectError(f"There is no folder and no project {path}.")
    if os.access(folder, os.W_OK) and (not project_file.exists() or os.access(project_file, os.W_OK)):
        return ProjectPlace(folder, project_file)
    return place_in_user_data(folder, user_data)


def place_in_user_data(folder: Path, user_data: Path) -> ProjectPlace:
    """For a folder that can't be written: a file of its own in the user's data folder."""
    real = str(folder.resolve())
    digest = hashlib.sha256(real.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    project_file = projects_folder(user_data) / f"{folder.name or 'images'}-{digest}.boxwright"
    return ProjectPlace(
        folder, project_file, f"The folder {folder} is read-only: its boxes are kept in {project_file}."
    )


def own_boxes_of(folder: Path, user_data: Path | None = None) -> Path | None:
    """The file of a project of one's own in the user's data folder, whose photos lie in `folder`."""
    file = place_in_user_data(folder, user_data or default_user_data()).project_file
    return file if file.is_file() else None


def projects_folder(user_data: Path) -> Path:
    return user_data / "projects"


def default_user_data() -> Path:
    return platformdirs.user_data_path("boxwright", appauthor=False)
