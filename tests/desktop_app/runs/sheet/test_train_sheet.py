from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QComboBox, QDialog, QFrame, QLineEdit, QSpinBox

from desktop_app.runs.sheet.choice_editors import Device
from desktop_app.runs.sheet.readiness import Note, Readiness
from desktop_app.runs.sheet.scrolled_sheet import WINDOW_FRAME
from desktop_app.runs.sheet.settings_form import SettingsForm
from desktop_app.runs.sheet.snapshot import Snapshot
from desktop_app.runs.sheet.time_estimate import _key
from desktop_app.runs.sheet.train_command import settings_of
from desktop_app.runs.sheet.train_sheet import TrainSheet
from training.dataset.dataset import Dataset
from training.run.estimate import RunEstimate
from training.run.machine import memory_need
from training.run.settings import ClassEntry, TrainingSettings, settings_for

READY = Readiness("148 images, 4 classes, 12 unlabelled", (Note("“fork” has only 4 boxes.", is_warning=True),))
DEFAULTS = {field.key: field.default for field in settings_for("localizer")}


def snapshot(readiness: Readiness = READY) -> Snapshot:
    return Snapshot(
        dataset=Dataset((), ()),
        classes=(ClassEntry(7, "fork"),),
        image_root=Path("/photos"),
        runs_folder=Path("/photos/runs"),
        new_splits={},
        presence=False,
        readiness=readiness,
    )


@pytest.fixture
def sheet(qtbot):
    made = TrainSheet({})
    qtbot.addWidget(made)
    made.show_snapshot(snapshot())
    made.show()
    return made


def type_into(qtbot, sheet: TrainSheet, key: str, text: str) -> None:
    """Write a value as somebody at the keyboard does."""
    editor = sheet.form.editor(key)
    field = editor.findChild(QSpinBox) or editor.findChild(QLineEdit)
    line = field.findChild(QLineEdit) if isinstance(field, QSpinBox) else field
    line.selectAll()
    qtbot.keyClicks(line, text)


def test_it_says_what_is_there_and_one_press_starts(qtbot, sheet):
    assert READY.headline in sheet.text
    assert "“fork” has only 4 boxes." in sheet.text
    assert "Finds one object in each image" in sheet.text
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert sheet.result() == QDialog.DialogCode.Accepted
    assert sheet.chosen_values() == {"recipe": "localizer", **DEFAULTS}


def test_it_cannot_start_before_the_boxes_were_looked_at(qtbot):
    waiting = TrainSheet({})
    qtbot.addWidget(waiting)
    assert not waiting.start_button.isEnabled()
    assert "Looking at the boxes" in waiting.text


def test_an_obstacle_takes_the_place_of_the_start_button(qtbot):
    sheet = TrainSheet({})
    qtbot.addWidget(sheet)
    sheet.show_snapshot(snapshot(Readiness("30 images, none labelled yet", (), "Press W.")))
    sheet.show()
    assert "Press W." in sheet.text
    assert not sheet.start_button.isVisible()
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert sheet.result() == QDialog.DialogCode.Rejected


def test_a_project_that_cannot_be_read_is_told(qtbot):
    sheet = TrainSheet({})
    qtbot.addWidget(sheet)
    sheet.show_problem("The project can't be read.")
    sheet.show()
    assert "The project can't be read." in sheet.text
    assert not sheet.start_button.isVisible()


IMPOSSIBLE = [
    ("epochs", "0", "A whole number from 1 to 10000."),
    ("input_size", "100", "A whole number from 64 to 640, in steps of 32."),
    ("batch_size", "5000", "A whole number from 1 to 1024."),
    ("learning_rate", "fast", "A number from 0.0000001 to 1."),
    ("learning_rate", "2", "A number from 0.0000001 to 1."),
    ("box_loss_weight", "-1", "A number from 0 to 1000."),
]


@pytest.mark.parametrize(("key", "text", "sentence"), IMPOSSIBLE)
def test_what_is_not_possible_is_said_beside_the_field_and_does_not_start(qtbot, sheet, key, text, sentence):
    type_into(qtbot, sheet, key, text)
    assert sheet.form.sentence_beside(key) == sentence
    assert not sheet.start_button.isEnabled()
    sheet.form.restore_defaults()
    assert sheet.start_button.isEnabled()
    assert sheet.form.sentence_beside(key) == next(
        field.help for field in settings_for("localizer") if field.key == key
    )


def test_every_setting_of_the_table_can_be_chosen(qtbot, sheet):
    type_into(qtbot, sheet, "epochs", "12")
    type_into(qtbot, sheet, "learning_rate", "0,01")
    sheet.form.editor("model_size").set_value("small")
    sheet.form.editor("augment").set_value(False)
    chosen = sheet.chosen_values()
    assert set(chosen) == {"recipe", *DEFAULTS}
    assert (chosen["epochs"], chosen["learning_rate"], chosen["model_size"], chosen["augment"]) == (
        12,
        0.01,
        "small",
        False,
    )


def test_the_chosen_settings_and_the_project_make_a_valid_description(sheet):
    settings = settings_of(sheet.chosen_values(), snapshot())
    assert settings.validate() == TrainingSettings(
        image_root="/photos", classes=(ClassEntry(7, "fork"),), presence=False
    )


def test_what_was_chosen_last_is_there_again_but_nothing_impossible(qtbot):
    sheet = TrainSheet({"epochs": 33, "batch_size": -4, "device": "gpu:1", "unknown": 1, "seed": "x"})
    qtbot.addWidget(sheet)
    values = sheet.chosen_values()
    assert (values["epochs"], values["batch_size"], values["device"]) == (33, DEFAULTS["batch_size"], "gpu:1")
    assert values["seed"] == DEFAULTS["seed"]


def test_gpus_are_offered_when_they_are_known_and_one_that_is_gone_becomes_automatic(qtbot):
    sheet = TrainSheet({"device": "gpu:1"})
    qtbot.addWidget(sheet)
    combo = sheet.form.editor("device").findChild(QComboBox)
    sheet.offer_devices([Device("gpu:0", "Fast One"), Device("gpu:1", "Fast Two")])
    assert [combo.itemText(row) for row in range(combo.count())] == ["Automatic", "CPU", "Fast One", "Fast Two"]
    assert sheet.chosen_values()["device"] == "gpu:1"
    sheet.offer_devices([Device("gpu:0", "Fast One")])
    assert sheet.chosen_values()["device"] == "auto"


def test_a_known_network_brings_its_weights_and_the_compact_one_starts_from_scratch(sheet):
    sheet.form.editor("architecture").set_value("MobileNetV2")
    assert sheet.chosen_values()["weights"] == "imagenet"
    assert "MobileNetV2 · ImageNet weights" in sheet.text
    sheet.form.editor("architecture").set_value("compact")
    assert sheet.chosen_values()["weights"] == "random"
    assert "Compact network, medium · from scratch" in sheet.text


def test_a_file_of_weights_must_be_there(sheet, tmp_path):
    sheet.form.editor("weights").set_value(str(tmp_path / "gone.h5"))
    assert f"There is no file {tmp_path / 'gone.h5'}." in sheet.form.problems()
    (tmp_path / "gone.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    assert sheet.form.problems() == []


def test_more_settings_unfold_and_fold(qtbot, sheet):
    assert not sheet.form.isVisible()
    qtbot.mouseClick(sheet.unfold_button, Qt.MouseButton.LeftButton)
    assert sheet.form.isVisible()
    qtbot.mouseClick(sheet.unfold_button, Qt.MouseButton.LeftButton)
    assert not sheet.form.isVisible()


def test_a_new_form_explains_its_settings_and_complains_of_none(qtbot):
    form = SettingsForm()
    qtbot.addWidget(form)
    assert form.problems() == []
    assert "goes through all images" in form.sentence_beside("epochs")


def test_a_small_computer_is_warned_before_the_start_and_no_longer_once_it_asks_for_less(qtbot, sheet, monkeypatch):
    monkeypatch.setattr(memory_need, "memory_and_free", lambda: (4 * 2**30, 1200 * 2**20))
    assert "of memory" not in sheet.text
    type_into(qtbot, sheet, "batch_size", "128")
    assert "1.2 GB are free" in sheet.text
    assert sheet.start_button.isEnabled()  # it may go well
    type_into(qtbot, sheet, "batch_size", "8")
    assert "of memory" not in sheet.text


class LowScreen:
    def availableGeometry(self) -> QRect:
        return QRect(0, 0, 960, 540)


def test_on_a_low_screen_the_buttons_stay_and_the_rest_scrolls(qtbot, sheet, monkeypatch):
    monkeypatch.setattr(sheet, "screen", LowScreen)
    sheet.move(0, 200)
    qtbot.mouseClick(sheet.unfold_button, Qt.MouseButton.LeftButton)
    assert sheet.height() <= 540 - WINDOW_FRAME
    assert sheet.frameGeometry().bottom() < 540
    bottom = sheet.start_button.mapTo(sheet, sheet.start_button.rect().bottomRight()).y()
    assert bottom < sheet.height()
    epochs = sheet.form.editor("epochs")
    place = epochs.mapTo(sheet, epochs.rect().bottomLeft()).y()
    assert 0 < place < sheet.time.mapTo(sheet, QPoint()).y()


LONG = (
    "The ImageNet weights of MobileNetV2 could not be downloaded: the server can't be reached (Name or service not "
    "known). Get https://example.org/a_long_address/of_a_file.h5 on a machine that can, or train with --weights random."
)


def test_a_long_reason_why_the_time_is_not_known_is_cut_and_squeezes_nothing(qtbot, sheet):
    before = sheet.height()
    sheet.time.probe.failed.emit(LONG)
    assert sheet.time.text.endswith("(Name or service not known).")
    assert sheet.height() > before
    for card in sheet.recipe_choice.findChildren(QFrame, "recipe_card"):
        assert card.height() >= card.heightForWidth(card.width())


def test_a_known_time_is_there_again_after_a_look_at_the_other_recipe(sheet):
    of_boxes = replace(snapshot(), source="boxes")
    sheet.show_snapshot(replace(snapshot(), of_classifier={"auto": of_boxes, "boxes": of_boxes}))
    settings = settings_of(sheet.chosen_values(), sheet.chosen_snapshot)
    sheet.time._asked = (_key(settings), settings.total_epochs)
    sheet.time.probe.answered.emit(RunEstimate(epoch_seconds=2.0, seconds=100.0, epochs=settings.total_epochs))
    told = sheet.time.text
    assert "as a few steps have shown" in told
    sheet.recipe_choice.choose("classifier")
    assert sheet.time.text == ""
    sheet.recipe_choice.choose("localizer")
    assert sheet.time.text == told
    sheet.show_snapshot(snapshot())
    assert sheet.time.text == ""
