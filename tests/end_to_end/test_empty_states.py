"""What is empty says what would be there, and helps to fill it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from desktop_app.runs.page.page_content import read_content
from desktop_app.runs.page.run_page import FiguresView
from tests.helpers.judged_runs import judged_image, judged_run
from tests.helpers.pictures import write_picture


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget.window()))


def test_with_nothing_open_every_panel_says_what_will_be_there(open_window):
    person = open_window()
    person.window.stage.show_page()
    assert "listed here" in texts(person.window.images)
    assert "listed here" in texts(person.window.classes)
    assert "Open a folder of images first" in person.window.runs.text
    assert "Open a folder of photos" in person.page_text
    person.window.recent_menu.fill()
    assert person.window.recent_menu.actions()[0].text() == "No folder was opened yet"


def test_an_empty_folder_is_looked_through_again_with_a_press(open_window, tmp_path):
    folder = tmp_path / "soon full"
    folder.mkdir()
    person = open_window()
    person.window.opening.open(folder)
    person.wait_until(lambda: "No images here" in person.page_text)
    assert "no images in this folder yet" in texts(person.window.images)
    assert "Train a model" in person.window.runs.text
    write_picture(folder / "first.png")
    page = person.window.stage.start_page
    again = next(button for button in page.findChildren(QPushButton) if button.text() == "Look again")
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    person.wait_for_picture("first.png")
    assert person.listed_images == ["first.png"]
    assert "no images" not in texts(person.window.images)


def test_a_filter_that_nothing_fits_can_be_taken_away(window):
    window.filter_by("zebra")
    assert "No image fits the filter." in texts(window.window.images)
    shown = window.window.images.nothing_found.findChild(QPushButton)
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton)
    assert len(window.listed_images) == 3


@pytest.mark.parametrize(("split", "is_told"), [("train", True), ("validation", False)])
def test_a_run_without_validation_images_says_what_is_missing_then(qtbot, tmp_path, split, is_told):
    run = judged_run(tmp_path / "run", [judged_image("a.png", split=split)], tmp_path)
    view = FiguresView()
    qtbot.addWidget(view)
    view.show_content(read_content(run, None), can_judge=False)
    assert ("This run had no validation images" in view.missing.text()) is is_told
    QApplication.processEvents()
