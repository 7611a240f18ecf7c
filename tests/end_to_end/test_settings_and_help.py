"""The settings act at once, the doctor tells of this computer, and what a bug report needs can be copied."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox

from desktop_app.dialogs.doctor_dialog import DoctorDialog
from desktop_app.dialogs.settings_dialog import SettingsDialog
from desktop_app.preference_pages import make_preferences
from desktop_app.program_log import follow_window, logging_into
from desktop_app.runs.queued_run import QueuedRun
from desktop_app.runs.training_run import TrainingRun
from desktop_app.settings import Settings
from desktop_app.style import DARK, theme
from training.run.outcome import Outcome, OutcomeKind

PATIENCE_MS = 60_000
ANSWER = """
import json, sys
print(json.dumps({
    "warnings": ["Too little memory."],
    "machine": {"system": "Linux", "processor": "Some CPU", "cores": 4, "memory": 8589934592, "memory_free": 4294967296},
    "verdicts": [
        {"name": "CPU, 4 cores", "memory": None, "is_used": True, "reason": "A training computes here.", "remedy": ""},
        {"name": "NVIDIA T4", "memory": 17179869184, "is_used": False, "reason": "No driver.", "remedy": "Install it."},
    ],
    "need": {"memory": 1073741824, "disk": 104857600}, "need_for": "a localizer, 12 images",
    "disk_free": None, "disk_folder": sys.argv[1], "versions": {"keras": "3"},
}))
"""


@pytest.fixture
def settings_dialog(window) -> SettingsDialog:
    window.choose("Edit", "Settings…")
    return window.dialog(SettingsDialog)


def test_the_wheel_moves_the_image_once_that_is_chosen(window, settings_dialog):
    canvas = window.window.canvas
    canvas.viewpoint.set_zoom(4.0)
    combo = settings_dialog.editor("wheel").findChild(QComboBox)
    combo.setCurrentIndex(combo.findData("moves"))
    before, place = canvas.viewpoint.zoom, canvas.viewpoint.centre
    window.turn_wheel(1, (100, 100))
    assert canvas.viewpoint.zoom == before
    assert canvas.viewpoint.centre.y < place.y
    combo.setCurrentIndex(combo.findData("zooms"))
    window.turn_wheel(1, (100, 100))
    assert canvas.viewpoint.zoom > before


def test_light_or_dark_is_chosen_in_the_settings_as_in_the_menu(window, settings_dialog):
    entries = {action.text().replace("&", ""): action for action in window.window.appearance_menu.actions()}
    combo = settings_dialog.editor("appearance").findChild(QComboBox)
    try:
        combo.setCurrentIndex(combo.findData("dark"))
        assert theme() == DARK
        assert entries["Dark"].isChecked()
        assert make_preferences(Settings()).value("appearance") == "dark"
    finally:
        settings_dialog.restore_defaults()
    assert entries["Like the system"].isChecked()
    assert theme() != DARK


def test_names_lines_and_guides_are_as_chosen(window, settings_dialog):
    window.add_class("cup")
    window.draw_box(10, 10, 60, 40)
    window.document.select([])
    scene = window.window.canvas.canvas_scene
    width = scene.boxes.items[0].pen().widthF()
    assert scene.boxes.names_shown == ["cup"]
    settings_dialog.editor("names").findChild(QCheckBox).click()
    assert scene.boxes.names_shown == []
    outline = settings_dialog.editor("outline").findChild(QComboBox)
    outline.setCurrentIndex(outline.findData("thick"))
    assert scene.boxes.items[0].pen().widthF() > width
    settings_dialog.editor("guides").findChild(QCheckBox).click()
    window.press_key("W")
    window.move_to((100, 100))
    assert not scene.aids.guides_visible
    settings_dialog.restore_defaults()
    window.move_to((110, 100))
    assert scene.aids.guides_visible
    assert scene.boxes.names_shown == ["cup"]


def test_what_is_not_possible_is_explained_and_not_taken(window, settings_dialog):
    spin = settings_dialog.editor("picture_memory").findChild(QSpinBox)
    spin.setValue(3)
    assert "100" in settings_dialog.sentence_beside("picture_memory")
    assert window.window.preferences.value("picture_memory") == 600
    spin.setValue(1000)
    assert window.window.preferences.value("picture_memory") == 1000


def test_settings_are_there_again_after_a_restart(window, settings_dialog, open_window):
    start = settings_dialog.editor("at_start").findChild(QComboBox)
    start.setCurrentIndex(start.findData("nothing"))
    window.window.close()
    other = open_window()
    other.window.opening.open_at_start(None)
    assert other.window.preferences.value("at_start") == "nothing"
    assert not other.document.is_open


def test_the_doctor_tells_what_trains_and_what_is_missing(window, qtbot, photos):
    window.window.help.doctor_command = [sys.executable, "-c", ANSWER, str(photos)]
    window.choose("Help", "This computer…")
    dialog = window.dialog(DoctorDialog)
    qtbot.waitUntil(lambda: "NVIDIA T4" in dialog.text, timeout=PATIENCE_MS)
    for words in (
        "Too little memory.", "CPU, 4 cores · used", "NVIDIA T4 · 16.0 GB · not used", "What to do: Install it.",
        "8.0 GB, 4.0 GB free", "a localizer, 12 images", str(photos), "keras 3",
    ):  # fmt: skip
        assert words in dialog.text


def test_a_doctor_that_can_not_look_says_so(window, qtbot):
    window.window.help.doctor_command = [sys.executable, "-c", "raise SystemExit('nobody at home')"]
    window.choose("Help", "This computer…")
    dialog = window.dialog(DoctorDialog)
    qtbot.waitUntil(lambda: "nobody at home" in dialog.text, timeout=PATIENCE_MS)
    window.window.help.doctor_command = ["/no/such/program/boxwright"]
    dialog.close()
    window.choose("Help", "This computer…")
    other = window.dialog(DoctorDialog)
    qtbot.waitUntil(lambda: "could not be looked at" in other.text, timeout=PATIENCE_MS)


def test_closing_the_doctor_ends_its_process(window, qtbot):
    window.window.help.doctor_command = [sys.executable, "-c", "import time; time.sleep(600)"]
    window.choose("Help", "This computer…")
    dialog = window.dialog(DoctorDialog)
    process = dialog.findChild(type(dialog._process))._process
    qtbot.waitUntil(lambda: process.processId() > 0, timeout=PATIENCE_MS)
    dialog.close()
    assert dialog._process._process is None


def test_details_for_a_bug_report_name_the_program_and_hide_the_home_folder(window, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    window.choose("Help", "Copy details for a bug report")
    text = QGuiApplication.clipboard().text()
    assert text.startswith("Boxwright ")
    assert "keras 3" in text
    assert "Screens (" in text
    assert str(tmp_path) not in text
    assert "clipboard" in window.message


def test_the_log_tells_what_was_opened_and_how_runs_ended(open_window, photos, tmp_path):
    log = tmp_path / "boxwright.log"
    with logging_into(log):
        person = open_window()
        follow_window(person.window)
        person.open(photos)
        queued = QueuedRun(TrainingRun(), "auto", photos / "project.boxwright", "photos", None)
        queued.run.end(Outcome(OutcomeKind.FAILED, "the disk is full"))
        person.window.training.queue.ended.emit(queued)
    text = log.read_text(encoding="utf-8")
    assert f"Opened {photos / 'project.boxwright'}: 3 images" in text
    assert "the disk is full" in text
