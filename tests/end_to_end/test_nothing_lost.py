"""Nothing to save, nothing to lose: killed windows, second windows, disks that refuse."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop_app.document.document import Document
from desktop_app.settings import Settings, settings_file
from tests.helpers.documents import PATIENCE_MS
from training.dataset.store import PROJECT_NAME, ProjectStore

ROOT = Path(__file__).resolve().parents[2]

# A person at a window of its own process: draws boxes for ever and says after each that it is there.
DRAWING_PERSON = """
import sys
from PySide6.QtCore import QTimer
import desktop_app.application as application
from desktop_app.main_window import MainWindow
from training.dataset.box import Rectangle

drawn = 0

def draw(window):
    global drawn
    if window.canvas.shown.record is None:
        return
    window.edits.add_box(Rectangle(drawn % 200, drawn % 100, drawn % 200 + 20, drawn % 100 + 20))
    drawn += 1
    print(drawn, flush=True)

real_show = MainWindow.show
def show(window):
    real_show(window)
    window.timer = QTimer(window, interval=0)
    window.timer.timeout.connect(lambda: draw(window))
    window.timer.start()
MainWindow.show = show
sys.exit(application.run_application(sys.argv[1:]))
"""


def start(*command: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )


def kill(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)


def is_remembered(folder: Path, image: str) -> bool:
    """QSettings takes a file that comes into being while it is first looked at for an empty one, and stays so."""
    if not settings_file().exists():
        return False
    return folder in Settings().recent_folders() and Settings().place_in(folder) == image


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("after", [1, 17])
def test_a_killed_window_loses_nothing_that_was_finished(open_window, photos, after):
    process = start("-c", DRAWING_PERSON, str(photos))
    try:
        said = 0
        while said < after:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            said = int(line)
    finally:
        kill(process)
    person = open_window()
    person.open(photos, "one.png")
    assert len(person.boxes) >= after
    person.draw_box(100, 100, 150, 150)
    assert (100, 100, 150, 150) in person.boxes


def test_the_program_opens_a_folder_named_on_its_command_line_and_remembers_it(photos):
    process = start("-m", "desktop_app", str(photos))
    try:
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not is_remembered(photos, "one.png"):
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline, "the folder was not opened, or its first image not remembered"
    finally:
        kill(process)
    assert not (photos / PROJECT_NAME).exists()


def test_a_second_window_is_told_and_the_first_goes_on(open_window, window, photos):
    window.draw_box(10, 10, 60, 40)
    second = open_window()
    second.window.opening.open(photos)
    bar = second.window.shared.bar
    second.wait_until(bar.isVisible)
    assert "open in another window" in bar.text
    assert not second.document.is_open
    window.draw_box(70, 70, 90, 90)
    assert window.boxes == [(10, 10, 60, 40), (70, 70, 90, 90)]


def test_two_windows_on_a_new_folder_the_second_to_draw_is_told(open_window, window, photos):
    second = open_window()
    second.open(photos)
    window.draw_box(10, 10, 60, 40)
    second.draw_box(70, 70, 90, 90)
    assert "another window" in second.wait_for_problem("another")
    assert second.boxes == []
    second.window.opening.open(photos)  # as the sentence of the next edit asks for: it is another one's now
    second.wait_until(second.window.shared.bar.isVisible)
    assert window.boxes == [(10, 10, 60, 40)]


def test_an_edit_that_can_not_be_written_is_told_and_the_canvas_shows_what_is_stored(window, monkeypatch):
    window.draw_box(10, 10, 60, 40)

    def refuse(*_):
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("training.dataset.store_rows.write_records", refuse)
        window.draw_box(70, 70, 90, 90)
    assert "disk is full" in window.wait_for_problem("can")
    assert window.boxes == window.boxes_on_screen == [(10, 10, 60, 40)]
    window.draw_box(70, 70, 90, 90)
    assert window.boxes == [(10, 10, 60, 40), (70, 70, 90, 90)]


def test_a_first_edit_that_can_not_be_written_leaves_no_half_project(window, photos, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("training.dataset.store_schema.create", refuse)
        window.draw_box(10, 10, 60, 40)
    assert "No space left" in window.wait_for_problem("can")
    assert not (photos / PROJECT_NAME).exists()
    window.draw_box(10, 10, 60, 40)
    assert window.boxes == [(10, 10, 60, 40)]


def test_a_problem_can_be_copied_and_closed(window, qapp):
    window.document.problem_reported.emit("The disk is full.")
    bar = window.window.stage.problems
    bar.copy_button.click()
    assert qapp.clipboard().text() == "The disk is full."
    bar.close_button.click()
    assert window.problem == ""


def test_everything_is_stored_before_the_window_closes(window, photos):
    window.draw_box(10, 10, 60, 40)
    reader = ProjectStore.open(photos, read_only=True)
    assert [box.corners for box in reader.record("one.png").boxes] == [(10, 10, 60, 40)]
    reader.close()


def test_a_damaged_project_file_is_told_and_left_alone(open_window, photos):
    (photos / PROJECT_NAME).write_bytes(b"not a database, but somebody's file" * 40)
    before = (photos / PROJECT_NAME).read_bytes()
    person = open_window()
    person.window.opening.open(photos)
    person.wait_for_problem("damaged")
    assert (photos / PROJECT_NAME).read_bytes() == before
    assert isinstance(person.document, Document)
    assert not person.document.is_open
