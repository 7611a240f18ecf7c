"""Where the runs of a project lie."""

from __future__ import annotations

from pathlib import Path

from training.dataset.project_place import default_user_data, place_of

RUNS_NAME = "runs"


def runs_folder_of(project_file: Path, folder: Path) -> Path:
    """`runs` in the folder; the runs of a read-only folder lie beside its project file."""
    if project_file.parent == folder:
        return folder / RUNS_NAME
    return project_file.with_name(f"{project_file.stem}-runs")


def runs_folder_named(path: Path) -> Path:
    """The folder of runs that somebody means by a project's file, its folder, or the folder of runs itself.

    Raises ProjectError when there is nothing.
    """
    place = place_of(path, default_user_data())
    runs = runs_folder_of(place.project_file, place.folder)
    is_project = path.is_file() or place.project_file.is_file() or runs.is_dir()
    return runs if is_project else place.folder
