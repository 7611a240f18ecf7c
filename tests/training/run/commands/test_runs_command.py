"""`boxwright runs`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.helpers.runs import some_dataset, some_settings
from training.dataset.store import ProjectStore
from training.run.catalogue.run_notes import RunNotes, write_notes
from training.run.commands.command_line import main
from training.run.event_writer import EventWriter
from training.run.events import EndedEvent, EpochEvent
from training.run.run_folder import RunFolder, prepare_run

FIGURES = {"val_mean_iou": 0.715, "val_iou50": 0.8, "val_class_accuracy": 1.0}


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    folder = tmp_path / "photos"
    run = prepare_run(folder / "runs", some_settings(folder, epochs=20), some_dataset(), datetime(2026, 3, 1, 12, 0))
    with EventWriter(run.events_file) as writer:
        writer.write(EpochEvent(epoch=1, epochs=20, figures=FIGURES, seconds=3.0, best=True))
        writer.write(EndedEvent(outcome="stopped", figures=FIGURES))
    write_notes(run, RunNotes("first 試し"))
    return run


def listed(capsys, *arguments: object) -> str:
    assert main(["runs", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_the_table_says_what_the_window_says(run, capsys):
    heading, line = listed(capsys, run.path.parent).splitlines()
    assert heading.split()[:3] == ["name", "recipe", "images"]
    for words in ("first 試し", "localizer", "2/1/0", "72 %", "80 %", "100 %", "stopped, epoch 1 of 20"):
        assert words in line


@pytest.mark.parametrize("place", ["photos", "photos/runs", "photos/project.boxwright", "run"])
def test_the_place_may_be_a_project_a_folder_of_runs_or_a_run(run, tmp_path, capsys, place):
    store = ProjectStore.open(tmp_path / "photos")
    store.write([], [])
    store.close()
    path = run.path if place == "run" else tmp_path / place
    [found] = json.loads(listed(capsys, path, "--json"))["runs"]
    assert (found["name"], found["outcome"], found["figures"]["iou50"]) == ("first 試し", "stopped", 0.8)
    assert found["dataset"]["train"] == 2


def test_what_is_wrong_is_said_below(run, capsys):
    (run.path.parent / "holiday").mkdir()
    assert "holiday: This folder is no run" in listed(capsys, run.path.parent)


def test_without_runs_it_says_so(tmp_path, capsys):
    assert "No runs in" in listed(capsys, tmp_path)
    assert json.loads(listed(capsys, tmp_path, "--json"))["runs"] == []


def test_a_place_that_is_not_there_is_an_error(tmp_path, capsys):
    assert main(["runs", str(tmp_path / "none")]) == 1
    assert "none" in capsys.readouterr().err


def test_a_classifier_is_listed_with_its_macro_f1(tmp_path, capsys):
    folder = tmp_path / "photos"
    settings = some_settings(folder, recipe="classifier", epochs=8, fine_tune_epochs=4, weights="imagenet")
    run = prepare_run(folder / "runs", settings, some_dataset(), datetime(2026, 3, 1, 12, 0))
    figures = {"val_macro_f1": 0.655, "val_class_accuracy": 0.9, "val_top3_accuracy": 1.0, "macro_f1": 0.99}
    with EventWriter(run.events_file) as writer:
        writer.write(EpochEvent(epoch=9, epochs=12, figures=figures, seconds=3.0, best=True, phase="fine_tune"))
        writer.write(EndedEvent(outcome="stopped", figures=figures))
    line = listed(capsys, folder).splitlines()[1]
    for words in ("classifier", "66 %", "90 %", "epoch 9 of 12"):
        assert words in line
    (told,) = json.loads(listed(capsys, folder, "--json").splitlines()[-1])["runs"]
    assert told["figures"] == {"macro_f1": 0.655, "class_accuracy": 0.9, "top3_accuracy": 1.0}
    assert (told["figures_of"], told["epochs"]) == ("validation", 12)
