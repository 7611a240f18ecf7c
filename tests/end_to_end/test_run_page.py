"""From a run's figures to a picture in the real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.helpers.judged_runs import judged_pictures, judged_run
from training.run.report.judged_images import Verdict, worst_first

FIGURES, IMAGES = 1, 2


@pytest.fixture
def judged(tmp_path: Path):
    """A folder of twelve pictures with a run that judged them."""
    images = judged_pictures(tmp_path / "photos", 12)
    judged_run(tmp_path / "photos" / "runs" / "2026-01-02_03-04-05-localizer", images, tmp_path / "photos")
    return images


def test_a_wrong_class_leads_from_the_matrix_to_its_picture_on_the_canvas(open_window, judged, tmp_path, qtbot):
    person = open_window()
    person.open(tmp_path / "photos")
    person.action("runs").trigger()
    page = person.window.run_list.window.details.page
    page.tabs.setCurrentIndex(FIGURES)
    person.wait_until(lambda: page.figures.confusion.table.rowCount() == 3)
    wrong = next(image for image in worst_first(judged) if image.verdict is Verdict.WRONG_CLASS)
    view = page.figures.confusion
    view.scrollTo(cell := view.table.index(*map(("block", "disc").index, (wrong.truth.label, wrong.predicted.label))))
    page.figures.ensureWidgetVisible(view)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(cell).center())
    assert page.tabs.currentIndex() == IMAGES
    grid = page.gallery.grid
    first = page.gallery.model.index(0)
    assert page.gallery.model.image_at(0).filename == wrong.filename
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.visualRect(first).center())
    person.wait_for_picture(wrong.filename)
    assert person.image == wrong.filename


def test_a_picture_that_the_project_does_not_have_is_told(open_window, judged, tmp_path, qtbot):
    person = open_window()
    wrong = worst_first(judged)[0]
    (tmp_path / "photos" / wrong.filename).unlink()
    person.open(tmp_path / "photos")
    person.action("runs").trigger()
    page = person.window.run_list.window.details.page
    page.tabs.setCurrentIndex(IMAGES)
    person.wait_until(lambda: page.gallery.model.rowCount() == 12)
    page.image_chosen.emit(wrong.filename)
    person.wait_until(lambda: f"{wrong.filename} is not in the open project" in person.message)
