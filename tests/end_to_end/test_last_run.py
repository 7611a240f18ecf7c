"""Who opens a project again finds the run that was made last beside Train."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.conftest import OpenTrainer
from tests.helpers.labelled_projects import make_labelled_project
from tests.helpers.runs import some_dataset
from tests.helpers.written_runs import whole_run
from training.run.catalogue.run_notes import RunNotes, write_notes
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.settings import ClassEntry, TrainingSettings

CLASSES = (ClassEntry(3, "cup"), ClassEntry(7, "fork"))


def old_run(project: Path, name: str) -> RunFolder:
    settings = TrainingSettings(image_root=str(project), classes=CLASSES)
    run = prepare_run_at(project / "runs" / name, settings, some_dataset())
    return whole_run(run, epochs=3, images=2)


def test_the_last_run_is_one_press_away_after_a_restart(trainer: OpenTrainer, tmp_path: Path):
    project = tmp_path / "photos"
    make_labelled_project(project)
    run = old_run(project, "2026-11-01_10-00-00-localizer")
    write_notes(run, RunNotes("first try"))
    person = trainer(project)
    last = person.window.runs.last_run
    person.wait_until(lambda: last.isVisibleTo(person.window))
    assert last.text.startswith("first try · Completed")
    last.button.click()
    person.wait_until(lambda: person.window.training.run is not None)
    assert person.run.folder == run
    assert len(person.run.history) == 3
    assert not last.isVisibleTo(person.window)


def test_a_project_without_runs_offers_none(trainer: OpenTrainer, tmp_path: Path):
    project = tmp_path / "photos"
    make_labelled_project(project)
    person = trainer(project)
    person.wait_until(lambda: person.window.training.runs_folder is not None)
    assert not person.window.runs.last_run.isVisibleTo(person.window)
