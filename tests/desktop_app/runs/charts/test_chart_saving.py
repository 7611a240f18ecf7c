"""Pictures of charts for others: real files, the clipboard, and a disk that is full."""

from __future__ import annotations

import errno
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QColor, QGuiApplication

from desktop_app.dialogs import file_choice
from desktop_app.runs.training_run import TrainingRun
from desktop_app.style import AppearanceChoice
from tests.helpers.charts import epochs, shown_view
from tests.helpers.runs import prepared_run
from training.run.catalogue.run_notes import RunNotes, write_notes

PATIENCE_MS = 30_000


@pytest.fixture
def run(tmp_path):
    made = TrainingRun()
    made.folder = prepared_run(tmp_path)
    for event in epochs(12):
        made.apply(event)
    yield made
    made.deleteLater()


@pytest.fixture
def view(qtbot, run):
    return shown_view(qtbot, run, 360, 420)


def save(qtbot, view, file: Path) -> Path:
    with qtbot.waitSignal(view.saver.saved, timeout=PATIENCE_MS) as saved:
        view.saver.save(file)
    return saved.args[0]


def test_a_png_has_twice_the_pixels_and_is_white_in_a_dark_window_too(qtbot, view, tmp_path, appearance):
    appearance.choose(AppearanceChoice.DARK)
    file = save(qtbot, view, tmp_path / "curves.png")
    with Image.open(file) as picture:
        assert picture.size == (2 * 720, 2 * (30 + 3 * 190))
        assert picture.convert("RGB").getpixel((3, 3)) == (255, 255, 255)


def test_an_svg_is_whole_and_a_pdf_a_pdf(qtbot, view, tmp_path):
    root = ElementTree.parse(save(qtbot, view, tmp_path / "curves.svg")).getroot()
    assert root.tag.endswith("svg")
    assert len(root.findall(".//{*}path")) > 20
    assert save(qtbot, view, tmp_path / "curves.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["curves.pdf", "curves.svg"]


def test_the_picture_is_called_as_the_run(view, run):
    assert view.title()() == "run"
    write_notes(run.folder, RunNotes(name="larger input"))
    assert view.title()() == "larger input"


def test_another_ending_gets_png(qtbot, view, tmp_path):
    assert save(qtbot, view, tmp_path / "run 1.5").name == "run 1.5.png"


def test_a_full_disk_is_said_and_the_old_picture_stays(qtbot, view, tmp_path, monkeypatch):
    file = tmp_path / "curves.png"
    file.write_bytes(b"old")

    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with qtbot.waitSignal(view.saver.problem_came, timeout=PATIENCE_MS):
        view.saver.save(file)
    assert view.problems.isVisible()
    assert view.problems.text == f"The picture could not be saved as {file}: No space left on device."
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.glob("*.png")] == ["curves.png"]
    monkeypatch.undo()
    save(qtbot, view, file)
    assert not view.problems.isVisible()


def test_the_person_chooses_where(qtbot, view, tmp_path, monkeypatch):
    asked = []

    def choose(_parent, _title, start, kinds):
        asked.append((start.name, kinds))
        return tmp_path / "mine.svg"

    monkeypatch.setattr(file_choice, "choose_new_file", choose)
    with qtbot.waitSignal(view.saver.saved, timeout=PATIENCE_MS):
        view.tools.save_action.trigger()
    assert (tmp_path / "mine.svg").is_file()
    assert asked[0][0] == "curves.png"
    assert all(ending in asked[0][1] for ending in ("*.png", "*.svg", "*.pdf"))
    monkeypatch.setattr(file_choice, "choose_new_file", lambda *_: None)
    view.tools.save_action.trigger()  # they thought better of it


def test_a_copy_lies_on_the_clipboard(qtbot, view):
    QGuiApplication.clipboard().clear()
    with qtbot.waitSignal(view.saver.copied, timeout=PATIENCE_MS):
        view.tools.copy_action.trigger()
    image = QGuiApplication.clipboard().image()
    assert image.width() == 2 * 720
    assert image.pixelColor(3, 3) == QColor("#ffffff")
    QGuiApplication.clipboard().clear()
