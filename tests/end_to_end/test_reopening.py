"""Runs of the past, from elsewhere, and still growing ones in the real window."""

from __future__ import annotations

import gc
import json
import os
import shutil
import time
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QSignalSpy

from desktop_app.latest_only import LatestOnlyThread
from desktop_app.runs.finished_model import FinishedModel
from desktop_app.runs.run_reader import RunReader
from desktop_app.runs.training_run import TrainingRun
from tests.helpers.pretended_keras import use_pretended_keras
from tests.helpers.runs import some_dataset
from tests.helpers.trainer import Trainer
from tests.helpers.written_runs import epoch_events, fill_with_steps, started_event, whole_run, write_run
from training.run.answers.prediction import Answer, PredictedBox
from training.run.events import EndedEvent
from training.run.model_card import ModelCard
from training.run.outcome import INTERRUPTED, OutcomeKind
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.settings import ClassEntry, TrainingSettings

CLASSES = (ClassEntry(3, "cup"), ClassEntry(7, "fork"))
ELSEWHERE = "/home/somebody/photos"


def folder_of(project: Path, name: str, image_root: str = ELSEWHERE) -> RunFolder:
    """A prepared run as another machine would have it."""
    settings = TrainingSettings(image_root=image_root, classes=CLASSES)
    return prepare_run_at(project / "runs" / name, settings, some_dataset())


def open_run(person: Trainer, folder: RunFolder) -> TrainingRun:
    person.window.training.open_run(folder)
    person.wait_until(lambda: person.window.training.run is not None and person.run.folder == folder)
    return person.run


def leave_to_itself(folder: RunFolder) -> None:
    """Nobody says who trains it, and nothing has been written for a day."""
    long_ago = time.time() - 86_400
    os.utime(folder.events_file, (long_ago, long_ago))


# --- the past


def turns_until_open(person: Trainer, folder: RunFolder) -> int:
    """How often the event loop went round before the run was there: once at most if the loop itself had read it."""
    person.window.training.open_run(folder)
    turns = 0
    while person.window.training.run is None:
        QCoreApplication.processEvents()
        turns += 1
    return turns


def test_a_long_run_opens_while_the_event_loop_goes_on(person, project):
    folder = whole_run(folder_of(project, "long"), epochs=200, images=10)
    assert turns_until_open(person, folder) > 1
    assert len(person.run.history) == 200
    assert "Trained · 200 epochs" in person.panel
    person.wait_until(lambda: person.window.runs.chart.isVisible())


def test_large_event_files_are_read_off_the_event_loop(person, project):
    folder = whole_run(folder_of(project, "large"), epochs=20, images=10)
    fill_with_steps(folder.events_file, 50)
    assert turns_until_open(person, folder) > 10
    assert len(person.run.history) == 20


def test_a_run_from_another_machine_shows_its_boxes_where_names_match(person, project):
    folder = folder_of(project, "copied")
    images = ["05.png", "elsewhere/07.png", "unknown.png"]
    write_run(folder, [started_event(2), *epoch_events(2, 2, images), EndedEvent(outcome="completed")])
    open_run(person, folder)
    person.go_to("05.png")
    person.wait_until(lambda: bool(person.predicted))
    assert person.window.training.predictions_for("05.png")[0].xmax == 42
    person.go_to("07.png")  # by its unique name
    person.wait_until(lambda: bool(person.predicted))
    person.go_to("08.png")
    assert person.predicted == []


def test_a_run_whose_worker_died_without_a_word_was_interrupted_and_goes_on(person, project):
    folder = folder_of(project, "interrupted")
    write_run(folder, [started_event(9), *epoch_events(1, 9), *epoch_events(2, 9)])
    leave_to_itself(folder)
    run = open_run(person, folder)
    assert (run.outcome.kind, run.outcome.code) == (OutcomeKind.CRASHED, INTERRUPTED)
    assert "Interrupted · 2 epochs" in person.panel
    person.pretend("complete", epochs=4)
    person.window.runs.header.resume_button.click()
    person.wait_until(lambda: person.run is not run)
    curve = person.run
    person.wait_until(lambda: curve.outcome is not None)
    assert curve.outcome.kind is OutcomeKind.COMPLETED
    assert [epoch.epoch for epoch in curve.history] == [1, 2, 3, 4]  # in the same chart


def test_a_folder_that_is_no_run_is_told(person, project):
    (project / "runs" / "empty").mkdir(parents=True)
    person.window.training.open_run(RunFolder(project / "runs" / "empty"))
    assert "settings.json" in person.wait_for_problem("expected a run")
    assert person.window.training.run is None


def test_only_the_last_of_two_runs_opened_at_once_is_shown(person, project):
    first = whole_run(folder_of(project, "first"), epochs=3, images=1)
    second = whole_run(folder_of(project, "second"), epochs=5, images=1)
    shown = QSignalSpy(person.window.training.run_changed)
    person.window.training.open_run(first)
    open_run(person, second)
    assert shown.count() == 1


def test_train_again_opens_the_sheet_with_the_settings_of_the_run(person, project):
    settings = TrainingSettings(image_root=ELSEWHERE, classes=CLASSES, epochs=33, batch_size=7)
    folder = whole_run(prepare_run_at(project / "runs" / "a", settings, some_dataset()), epochs=2, images=1)
    open_run(person, folder)
    person.window.runs.header.again_button.click()
    person.wait_until(lambda: person.window.training.sheet_command.sheet is not None)
    sheet = person.window.training.sheet_command.sheet
    assert (sheet.chosen_values()["epochs"], sheet.chosen_values()["batch_size"]) == (33, 7)
    sheet.reject()


class PretendedPredictor:
    """A finished model that sees the same in each picture."""

    note = ""

    def __init__(self, run) -> None:
        self.run = run

    def answer(self, _pixels, _boxes, _min_score):
        return Answer((PredictedBox(1, 2, 33, 44, "cup", 3, 0.75),))

    def close(self) -> None:
        """There is nothing to end."""


def test_the_model_of_a_past_run_answers_about_images_that_its_events_never_named(person, project, monkeypatch):
    monkeypatch.setattr("training.run.answers.open_quick.LiteRTPredictor", PretendedPredictor)
    folder = whole_run(folder_of(project, "past"), epochs=2, images=1)
    folder.litert_model.write_bytes(b"pretended")
    person.go_to("16.png")
    open_run(person, folder)
    person.wait_until(lambda: bool(person.predicted))
    assert person.predicted[0].startswith("cup 0.75")
    person.go_to("05.png")
    person.wait_until(lambda: bool(person.predicted))


def test_keras_answers_for_a_past_run_that_litert_is_not_there_for_and_that_is_said(person, project, monkeypatch):
    use_pretended_keras(monkeypatch, "answer")
    folder = whole_run(folder_of(project, "past"), epochs=2, images=1)
    settings = replace(folder.settings(), input_size=64)
    ModelCard.of(settings, presence=True).write_into(folder.best_model)
    person.go_to("16.png")
    open_run(person, folder)
    answers = person.window.training.answers
    person.wait_until(lambda: bool(answers.told_about("16.png")))
    assert answers.told_about("16.png")[0].label == "cup"
    assert person.message == "Keras answers, which takes longer: this model is there for Keras alone"


# --- growing elsewhere


@pytest.fixture
def quick_looks(monkeypatch) -> None:
    monkeypatch.setattr("desktop_app.runs.run_reader.POLL_INTERVAL_MS", 20)


@pytest.mark.usefixtures("quick_looks")
def test_a_run_that_grows_on_a_share_is_followed_to_its_end(person, project):
    person.go_to("05.png")
    folder = folder_of(project, "growing")
    write_run(folder, [started_event(3), *epoch_events(1, 3, ["05.png"])])
    run = open_run(person, folder)
    assert run.is_running
    assert not person.window.runs.stop_button.isVisible()  # another program's worker
    write_run(folder, epoch_events(2, 3, ["05.png"]), more=True)
    person.wait_until(lambda: len(run.history) == 2)
    assert person.window.training.predictions_for("05.png")[0].xmax == 42
    assert "Epoch 2 of 3" in person.panel
    write_run(folder, [*epoch_events(3, 3), EndedEvent(outcome="completed")], more=True)
    person.wait_until(lambda: run.outcome is not None)
    assert run.outcome.kind is OutcomeKind.COMPLETED
    assert "Trained · 3 epochs" in person.panel


@pytest.mark.usefixtures("quick_looks")
def test_a_run_that_stopped_growing_was_interrupted(person, project, monkeypatch):
    monkeypatch.setattr("desktop_app.runs.run_reader.PATIENT_LOOKS", 5)
    folder = folder_of(project, "growing")
    write_run(folder, [started_event(3), *epoch_events(1, 3)])
    run = open_run(person, folder)
    assert run.is_running
    person.wait_until(lambda: run.outcome is not None)
    assert run.outcome.code == INTERRUPTED
    assert person.window.runs.header.resume_button.isVisible()


@pytest.mark.usefixtures("quick_looks")
def test_a_run_that_grows_again_after_a_long_silence_lives_again(person, project, monkeypatch):
    monkeypatch.setattr("desktop_app.runs.run_reader.PATIENT_LOOKS", 5)
    monkeypatch.setattr("desktop_app.runs.run_reader.SLOW_INTERVAL_MS", 40)
    folder = folder_of(project, "growing")
    write_run(folder, [started_event(3), *epoch_events(1, 3)])
    run = open_run(person, folder)
    person.wait_until(lambda: run.outcome is not None)
    monkeypatch.setattr("desktop_app.runs.run_reader.PATIENT_LOOKS", 10_000)
    write_run(folder, epoch_events(2, 3), more=True)
    person.wait_until(lambda: len(run.history) == 2)
    assert run.is_running
    assert person.run is run
    assert not person.window.runs.header.resume_button.isVisible()
    assert "Epoch 2 of 3" in person.panel
    write_run(folder, [*epoch_events(3, 3), EndedEvent(outcome="completed")], more=True)
    person.wait_until(lambda: run.outcome is not None)
    assert run.outcome.kind is OutcomeKind.COMPLETED


@pytest.mark.usefixtures("quick_looks")
def test_a_run_prepared_here_and_started_elsewhere_comes_to_life(person, project):
    folder = folder_of(project, "prepared")
    run = open_run(person, folder)
    assert "Not started yet" in person.panel
    write_run(folder, [started_event(3), *epoch_events(1, 3)])
    person.wait_until(lambda: bool(run.history))
    assert run.is_running
    assert not person.window.runs.header.start_button.isVisible()


@pytest.mark.usefixtures("quick_looks")
def test_a_share_that_goes_is_waited_for_and_then_given_up(person, project, monkeypatch):
    folder = folder_of(project, "growing")
    write_run(folder, [started_event(3), *epoch_events(1, 3)])
    run = open_run(person, folder)
    away = project / "away"
    folder.path.rename(away)
    person._qtbot.wait(100)
    assert run.is_running
    away.rename(folder.path)
    write_run(folder, epoch_events(2, 3), more=True)
    person.wait_until(lambda: len(run.history) == 2)
    monkeypatch.setattr("desktop_app.runs.run_reader.PATIENT_LOOKS", 5)
    shutil.rmtree(folder.path)
    person.wait_until(lambda: run.outcome is not None)
    assert run.outcome.code == INTERRUPTED


# --- growth


@pytest.fixture
def living(monkeypatch):
    """How many of each kind were made and are still there."""
    kinds = (TrainingRun, FinishedModel, RunReader, LatestOnlyThread)
    made: dict[str, weakref.WeakSet] = {kind.__name__: weakref.WeakSet() for kind in kinds}

    def remember(kind) -> None:
        usual = kind.__init__

        def begin(self, *arguments, **named) -> None:
            usual(self, *arguments, **named)
            made[kind.__name__].add(self)

        monkeypatch.setattr(kind, "__init__", begin)

    for kind in kinds:
        remember(kind)

    def count() -> dict[str, int]:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return {name: sum(map(shiboken6.isValid, things)) for name, things in made.items()}

    return count


def test_runs_opened_one_after_the_other_leave_nothing_behind(living, person, project):
    folders = [whole_run(folder_of(project, f"run{number}"), epochs=5, images=10) for number in range(6)]
    for folder in folders:
        folder.litert_model.write_bytes(b"no model, but a file")
        folder.model_card.write_text(json.dumps({}), encoding="utf-8")
    open_run(person, folders[0])
    before = living()
    for folder in folders[1:]:
        open_run(person, folder)
    person.wait_until(lambda: living() == before)
    assert (before["TrainingRun"], before["FinishedModel"], before["RunReader"]) == (1, 1, 1)
