"""The Train sheet in the real window: how long it will take, and what comes from an earlier run."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy

from desktop_app.runs.sheet.start_again import StartAgain
from desktop_app.runs.sheet.time_estimate import QUIET_MS
from desktop_app.runs.sheet.train_sheet import TrainSheet
from tests.helpers.runs import some_dataset
from tests.helpers.trainer import Trainer
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.settings import ClassEntry, TrainingSettings

PATIENCE_MS = 120_000
CLASSES = (ClassEntry(2, "circle"), ClassEntry(9, "star"))  # of the project: square and circle
TINY = {"model_size": "small", "input_size": 64, "epochs": 30}
HISTORY = "epoch,seconds,best\n1,30.0,1\n2,20.0,1\n3,20.0,1\n"


class SheetDriver:
    """A person at the Train sheet."""

    def __init__(self, person: Trainer, qtbot) -> None:
        self._person = person
        self._qtbot = qtbot

    def open(self, **values) -> TrainSheet:
        self._person.press_key("Ctrl+T")
        return self.wait(values)

    def wait(self, values=None) -> TrainSheet:
        """Until the boxes were looked at and the earlier runs are known."""
        command = self._person.window.training.sheet_command
        self._person.wait_until(lambda: command.sheet is not None and command.sheet.snapshot is not None)
        self.sheet = command.sheet
        self._person.wait_until(lambda: self.sheet.knows_earlier_runs)
        self.sheet.form.set_values(values or {})
        return self.sheet

    def ask_how_long(self) -> None:
        self._qtbot.mouseClick(self.sheet.time.button, Qt.MouseButton.LeftButton)

    def read_time(self, words: str) -> str:
        self._qtbot.waitUntil(lambda: words in self.sheet.time.text, timeout=PATIENCE_MS)
        return self.sheet.time.text

    def choose_run(self, words: str) -> None:
        combo = self.sheet.start_from.combo
        place = next(at for at in range(combo.count()) if words in combo.itemText(at))
        combo.setFocus()
        combo.setCurrentIndex(place)
        combo.activated.emit(place)


@pytest.fixture
def sheet(person: Trainer, qtbot) -> SheetDriver:
    return SheetDriver(person, qtbot)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def add_run(photos: Path, name: str = "2026-01-02_10-00-00-localizer", **values) -> RunFolder:
    """A run that learned circles and stars, and took 20 seconds an epoch; its model has no weights."""
    settings = TrainingSettings(image_root=str(photos), classes=CLASSES, **values)
    run = prepare_run_at(photos / "runs" / name, settings, some_dataset())
    with zipfile.ZipFile(run.best_model, "w") as archive:
        archive.writestr("config.json", "{}")
    ModelCard.of(settings, presence=True).write_into(run.best_model)
    run.history_file.write_text(HISTORY)
    return run


# --- how long it will take


@pytest.mark.training
def test_a_few_real_steps_tell_the_time_and_the_answer_stays_with_its_settings(sheet, temporary):
    opened = sheet.open(**TINY)
    assert opened.time.text == ""
    sheet.ask_how_long()
    assert sheet.read_time("being tried").startswith("Time:")
    told = sheet.read_time("as a few steps have shown")
    assert " s an epoch" in told
    assert list(temporary.iterdir()) == []
    opened.form.set_values({"epochs": 10_000})
    assert opened.time.text != told
    assert "as a few steps have shown" in opened.time.text
    opened.form.set_values({**TINY, "input_size": 320})
    assert "not known with these settings" in opened.time.text
    opened.form.set_values(TINY)
    assert opened.time.text == told


ESTIMATE = {"epoch_seconds": 2.0, "seconds": 100.0, "epochs": 50}
ANSWERING = [sys.executable, "-c", f"print('{json.dumps(ESTIMATE)}')"]


def test_the_time_is_tried_by_itself_once_while_nobody_changes_a_setting(sheet, person):
    person.window.training.sheet_command.probes_by_itself = True
    opened = sheet.open()
    opened.time.probe.command = ANSWERING
    asked = QSignalSpy(opened.time.probe.answered)
    told = sheet.read_time("as a few steps have shown")
    assert "2 s an epoch" in told
    opened.form.set_values({"epochs": 5000})
    assert "as a few steps have shown" in opened.time.text != told
    opened.form.set_values({"input_size": 64})
    assert "not known with these settings" in opened.time.text
    person._qtbot.wait(QUIET_MS + 200)  # long enough for a second one to begin
    assert not opened.time.probe.is_asking
    assert asked.count() == 1


def test_nothing_is_tried_by_itself_where_a_setting_is_impossible_or_an_earlier_run_tells(sheet, person, tmp_path):
    person.window.training.sheet_command.probes_by_itself = True
    opened = sheet.open(batch_size=-4)
    asked = QSignalSpy(opened.time.probe.answered)
    opened.time.probe.command = ANSWERING
    person._qtbot.wait(QUIET_MS + 200)
    assert not opened.time.probe.is_asking
    opened.form.set_values({"batch_size": 4})
    person.wait_until(lambda: asked.count() == 1)
    opened.reject()
    add_run(tmp_path / "photos", batch_size=4)
    opened = sheet.open()
    person.wait_until(lambda: "judging by the last run like this" in opened.time.text)
    person._qtbot.wait(QUIET_MS + 200)
    assert not opened.time.probe.is_asking


def test_closing_the_sheet_ends_what_was_tried_by_itself(sheet, person, temporary):
    person.window.training.sheet_command.probes_by_itself = True
    opened = sheet.open()
    opened.time.probe.command = [sys.executable, "-c", "import time; time.sleep(60)"]
    person.wait_until(lambda: opened.time.probe.pid is not None)
    probe = opened.time.probe
    opened.reject()
    assert not probe.is_asking
    assert list(temporary.iterdir()) == []


def test_an_earlier_run_like_this_one_tells_about_how_long_at_once(sheet, tmp_path):
    add_run(tmp_path / "photos")
    opened = sheet.open(epochs=90)
    assert "judging by the last run like this" in opened.time.text
    assert " h " in opened.time.text or "minutes" in opened.time.text
    before = opened.time.text
    opened.form.set_values({"epochs": 2})
    assert opened.time.text != before
    opened.form.set_values({"input_size": 320})
    assert opened.time.text == ""


def test_it_can_be_cancelled_and_closing_the_sheet_ends_it(sheet, temporary, person):
    opened = sheet.open()
    opened.time.probe.command = [sys.executable, "-c", "import time; time.sleep(60)"]
    sheet.ask_how_long()
    person.wait_until(lambda: opened.time.probe.pid is not None)
    assert opened.time.button.text() == "Skip"
    sheet.ask_how_long()
    assert not opened.time.probe.is_asking
    assert opened.time.button.text() == "How long will it take?"
    sheet.ask_how_long()
    person.wait_until(lambda: opened.time.probe.pid is not None)
    probe = opened.time.probe
    opened.reject()
    assert not probe.is_asking
    assert list(temporary.iterdir()) == []


def test_closing_the_window_ends_it_as_well(sheet, person):
    opened = sheet.open()
    opened.time.probe.command = [sys.executable, "-c", "import time; time.sleep(60)"]
    sheet.ask_how_long()
    person.wait_until(lambda: opened.time.probe.pid is not None)
    person.window.close()  # that no process is left is looked at after every test


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ([sys.executable, "-c", "import sys; sys.exit('boxwright: the disk is full')"], "found out: the disk is full"),
        ([sys.executable, "-c", "print('{}')"], "ended without an answer"),
        (["/no/such/program"], "could not be found out"),
    ],
)
def test_why_there_is_no_answer_is_told(sheet, command, words):
    opened = sheet.open()
    opened.time.probe.command = command
    sheet.ask_how_long()
    assert words in sheet.read_time(words)
    assert opened.start_button.isEnabled()


# --- from an earlier run


def test_without_earlier_models_there_is_nothing_to_choose(sheet):
    assert not sheet.open().start_from.isVisible()


def test_what_comes_from_an_earlier_run_is_said_before_the_start_and_written_down(sheet, person, tmp_path):
    earlier = add_run(tmp_path / "photos", model_size="small")
    add_run(tmp_path / "photos", "2025-12-24_10-00-00-localizer")
    opened = sheet.open(model_size="large")
    assert opened.start_from.combo.count() == 3
    sheet.choose_run(opened.start_from.combo.itemText(1))  # the newest
    assert opened.form.values()["model_size"] == "small"  # otherwise nothing would fit
    assert opened.start_from.text == (
        "From that run come the backbone, the box head, the presence head and the class head for “circle”. "
        "“square” is learned anew."
    )
    assert "from an earlier run" in opened.text
    person.pretend("complete")
    person._qtbot.keyClick(opened.start_button, Qt.Key.Key_Return)
    person.wait_for_end()
    assert person.run.folder.settings().start_from == str(earlier.path)
    again = sheet.open()
    assert again.start_from.value() == ""
    again.reject()


def test_nothing_to_take_is_said_and_does_not_start(sheet, tmp_path):
    add_run(tmp_path / "photos")
    opened = sheet.open()
    sheet.choose_run(opened.start_from.combo.itemText(1))
    opened.form.set_values({"model_size": "large"})
    assert "Nothing can be taken from that run: its network has another size (medium)." in opened.start_from.text
    assert not opened.start_button.isEnabled()
    sheet.choose_run("Nothing")
    assert opened.start_from.text == ""
    assert opened.start_button.isEnabled()


def test_the_sheet_opens_with_a_run_chosen_also_one_from_elsewhere(sheet, person, tmp_path):
    earlier = add_run(tmp_path / "elsewhere", model_size="small")
    person.window.training.sheet_command.open_sheet(
        person.window, {"start_from": str(earlier.path), "model_size": "small"}
    )
    opened = sheet.wait()
    assert opened.chosen_values()["start_from"] == str(earlier.path)
    assert opened.chosen_values()["model_size"] == "small"
    assert opened.start_from.text.startswith("From that run come")


def test_another_run_like_one_that_had_a_model_to_start_from_has_it_too(sheet, person, tmp_path):
    first = add_run(tmp_path / "photos", model_size="small")
    second = add_run(tmp_path / "photos", "2026-01-03_10-00-00-localizer", start_from=str(first.path), epochs=33)
    person.window.training.train_again({"model_size": "small"}, second)
    opened = sheet.wait()
    assert opened.chosen_values()["start_from"] == str(first.path)
    assert (opened.chosen_values()["epochs"], opened.chosen_values()["model_size"]) == (33, "small")
    opened.reject()
    shutil.rmtree(first.path)
    person.window.training.train_again({}, second)
    opened = sheet.wait()
    assert "has no model any more" in opened.start_from.text
    assert "start_from" not in opened.chosen_values()


def test_of_two_orders_the_later_one_opens_the_sheet(sheet, person, tmp_path):
    one = add_run(tmp_path / "photos", batch_size=3)
    other = add_run(tmp_path / "photos", "2026-01-03_10-00-00-localizer", batch_size=5)
    command = person.window.training.sheet_command
    again, opened = StartAgain(command, person.window), QSignalSpy(command.sheet_opened)
    again.from_model_of(one)
    again.with_settings_of(other)
    values = sheet.wait().chosen_values()
    assert values["batch_size"] == 5
    assert "start_from" not in values
    assert opened.count() == 1


def test_a_run_to_start_from_that_is_gone_is_told(sheet, person, tmp_path):
    values = {"epochs": 7, "start_from": str(tmp_path / "gone")}
    person.window.training.sheet_command.open_sheet(person.window, values=values)
    opened = sheet.wait()
    assert "has no model any more" in opened.start_from.text
    assert "start_from" not in opened.chosen_values()
    assert opened.chosen_values()["epochs"] == 7
    assert opened.start_button.isEnabled()


def test_nothing_is_tried_while_another_run_trains(sheet, person):
    person.pretend("train", pause=0.05)
    person.press_train()
    person.wait_for_epochs(1)
    opened = sheet.open()
    person.wait_until(lambda: opened.waits_for_its_turn)
    assert not opened.time.button.isEnabled()
    assert "another training" in opened.time.button.toolTip()
    opened.reject()
